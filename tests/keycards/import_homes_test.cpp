// The import block on its way into a card, from the token and from the mother card: what is changed,
// old or meant for others stays outside, and the card is as it was.
#include <functional>

#include <doctest/doctest.h>

#include "cos-apdu/keycards/exchange.h"
#include "cos-apdu/virtual/direct_link.h"
#include "cos-apdu/virtual/identity.h"
#include "cos-apdu/virtual/key_slot.h"
#include "cos-apdu/virtual/nvm.h"
#include "tests/derivation/two_homes.h"
#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Mode;
using derivation::ExportHeader;
using derivation::ImportBlockBytes;
using derivation::Serial8;

const Serial8 kPsam = Serial8::of(CardKind::kPsam, 7);

// A blank PSAM whose transport key the test knows, as an insider at the issuer's would.
class Psam {
 public:
  explicit Psam(crypto::Key transport, Mode mode = Mode::kRehearsal)
      : transport_(std::move(transport)), medium_(allotted(mode)) {}

  bool takes(const ImportBlockBytes& block) {
    const auto before = *medium_;
    const auto p2 = block.at(2);
    const bool is_taken = session_
                              .send(card::keycards::command_of(
                                  card::keycards::KeycardCommandId::kImportBlock, block, p2))
                              .status.is_ok();
    CHECK((is_taken || before == *medium_));
    return is_taken;
  }

  // Sealed as the issuer seals, whatever the header says.
  bool takes_sealed(const ExportHeader& header) {
    const auto key = base::SecretBytes::copy_of(base::from_hex("8A41C2000102030405060708090A0B0C"));
    return takes(derivation::encode(derivation::seal_import_block(transport_, header, key)));
  }

 private:
  std::shared_ptr<base::WipedBytes> allotted(Mode mode) const {
    const auto made = card::chip::manufactured_image(kPsam, crypto::SuiteId::kAes128);
    auto medium = std::make_shared<base::WipedBytes>(made.begin(), made.end());
    card::chip::Nvm nvm(std::make_unique<card::chip::MemoryStorage>(medium));
    auto identity = card::chip::load_identity(nvm);
    identity.life_cycle = card::layout::LifeCycle::kAllotted;
    if (mode == Mode::kLive) identity.flags |= card::layout::kFlagLive;
    card::chip::store_identity(nvm, identity);
    card::chip::KeySlot slot;
    slot.version = 1;
    slot.key = transport_.duplicate();
    card::chip::store_slot(nvm, card::chip::slot_record(Purpose::kTransport), slot);
    nvm.commit();
    return medium;
  }

  crypto::Key transport_;
  std::shared_ptr<base::WipedBytes> medium_;
  card::chip::Chip chip_{std::make_unique<card::chip::MemoryStorage>(medium_)};
  card::chip::DirectLink link_{chip_};
  card::Session session_{link_};
};

ExportHeader county_header(Purpose purpose, std::uint32_t seq) {
  ExportHeader header{.suite = crypto::SuiteId::kAes128,
                      .purpose = purpose,
                      .level = Level::kCounty,
                      .target = kPsam};
  header.county = {0x13, 0x01, 0x02};
  header.seq = seq;
  return header;
}

struct Change {
  const char* what;
  std::function<void(ExportHeader&)> make;
};

// One field of a header that would be taken; the block is sealed anew each time.
const Change kChanges[] = {
    {"an older number", [](ExportHeader& header) { header.seq = 6; }},
    {"the same number", [](ExportHeader& header) { header.seq = 7; }},
    {"another serial",
     [](ExportHeader& header) { header.target = Serial8::of(CardKind::kPsam, 8); }},
    {"another kind of card",
     [](ExportHeader& header) { header.target = Serial8::of(CardKind::kEsam, 7); }},
    {"another county",
     [](ExportHeader& header) {
       header.county = {0x13, 0x01, 0x04};
     }},
    {"no county", [](ExportHeader& header) { header.county = {}; }},
    {"the level above", [](ExportHeader& header) { header.level = Level::kProvince; }},
    {"the level below", [](ExportHeader& header) { header.level = Level::kDevice; }},
    {"a user card's level", [](ExportHeader& header) { header.level = Level::kUser; }},
    {"a live block", [](ExportHeader& header) { header.flag = Mode::kLive; }},
    {"another suite", [](ExportHeader& header) { header.suite = crypto::SuiteId::kSm4; }},
    {"an older version", [](ExportHeader& header) { header.version = 0; }},
    {"an update of what is not in use",
     [](ExportHeader& header) { header.mode = derivation::ImportMode::kUpdate; }},
    {"a relay", [](ExportHeader& header) { header.mode = derivation::ImportMode::kRelay; }},
    {"a key that such a card has not",
     [](ExportHeader& header) { header.purpose = Purpose::kUnload; }},
};

void refuse_every_bit(const ImportBlockBytes& block,
                      const std::function<bool(const ImportBlockBytes&)>& takes) {
  for (std::size_t bit = 0; bit < block.size() * 8; ++bit) {
    CAPTURE(bit);
    auto changed = block;
    changed.at(bit / 8) ^= static_cast<Byte>(1U << (bit % 8));
    CHECK_FALSE(takes(changed));
  }
}

crypto::Key transport_of(const support::TwoHomes& homes) {
  return derivation::derive_key(derivation::transport_suite(homes.holding.suite),
                                Purpose::kTransport, homes.purpose_key(Purpose::kTransport),
                                Factor::of_device(kPsam));
}

derivation::KeyHandle county_key(derivation::TokenVault& vault, Purpose purpose) {
  const auto province = vault.derive(vault.held(purpose), support::profile().province_factor(1));
  return vault.derive(province,
                      support::profile().county_factor(base::CountyCode::parse("130102"), 1));
}

}  // namespace

TEST_CASE(
    "a genuine block with one field of another card's, time or mode is refused [R135] [R153]") {
  Psam psam(crypto::random_key(crypto::SuiteId::kAes128));
  CHECK(psam.takes_sealed(county_header(Purpose::kLoad, 7)));
  for (const auto& change : kChanges) {
    CAPTURE(change.what);
    auto header = county_header(Purpose::kLoad, 8);
    change.make(header);
    CHECK_FALSE(psam.takes_sealed(header));
  }
  CHECK(psam.takes_sealed(county_header(Purpose::kLoad, 8)));
}

TEST_CASE("a rehearsal block enters no live card, nor a live one a rehearsal card [R135]") {
  for (const Mode mode : {Mode::kLive, Mode::kRehearsal}) {
    Psam psam(crypto::random_key(crypto::SuiteId::kAes128), mode);
    auto header = county_header(Purpose::kLoad, 1);
    header.flag = mode == Mode::kLive ? Mode::kRehearsal : Mode::kLive;
    CHECK_FALSE(psam.takes_sealed(header));
    header.flag = mode;
    CHECK(psam.takes_sealed(header));
  }
}

TEST_CASE(
    "a block of the token enters its card whole, once, and with no bit changed [R135] [R153]") {
  support::TwoHomes homes(crypto::SuiteId::kAes128);
  homes.deliver_all();
  derivation::TokenVault vault(homes.token, homes.holding);
  Psam psam(transport_of(homes));
  const auto transport = vault.held(Purpose::kTransport);
  const auto block = vault.export_to(county_key(vault, Purpose::kLoad), transport,
                                     county_header(Purpose::kLoad, 7));
  refuse_every_bit(block, [&](const ImportBlockBytes& changed) { return psam.takes(changed); });
  CHECK(psam.takes(block));
  CHECK_FALSE(psam.takes(block));
  for (const auto& change : kChanges) {
    CAPTURE(change.what);
    auto header = county_header(Purpose::kLoad, 8);
    change.make(header);
    bool is_taken = false;
    try {
      is_taken = psam.takes(vault.export_to(county_key(vault, header.purpose), transport, header));
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::kRefused);
    }
    CHECK_FALSE(is_taken);
  }
}

TEST_CASE("a block of the mother card enters its card whole, once, and no other [R135] [R153]") {
  CountyBench bench;
  const auto psam = allotted_psam(bench);
  auto open = bench.county.open(20);
  const auto takes = [&](const ImportBlockBytes& block) {
    return psam->session
        .send(card::keycards::command_of(card::keycards::KeycardCommandId::kImportBlock, block,
                                         block.at(2)))
        .status.is_ok();
  };
  const auto good = header_for(open, Purpose::kLoad, {}, psam->serial, 7);
  const auto block = open.export_key(good, {});
  refuse_every_bit(block, takes);
  CHECK(takes(block));
  CHECK_FALSE(takes(block));
  for (const auto& change : kChanges) {
    CAPTURE(change.what);
    auto header = header_for(open, Purpose::kLoad, {}, psam->serial, 8);
    change.make(header);
    bool is_taken = false;
    try {
      is_taken = takes(open.export_key(header, {}));
    } catch (const base::Error&) {  // the pair refused to make it
    }
    CHECK_FALSE(is_taken);
  }
}
