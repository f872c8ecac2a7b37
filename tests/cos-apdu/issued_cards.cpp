// Personalising cards for tests.
#include "tests/cos-apdu/issued_cards.h"

#include <algorithm>
#include <stdexcept>

#include "base/crypto/hash.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/key_slot.h"
#include "derivation/factor.h"
#include "derivation/tree.h"

namespace test {
namespace {

using card::chip::Chip;
using card::chip::MemoryStorage;
using derivation::ImportBlock;
using derivation::Level;
using derivation::Serial8;

// Sixteen bytes that depend on the text alone.
crypto::Key key_of(std::string_view text) {
  const auto hash = crypto::sha256(base::bytes_of(text));
  return base::SecretBytes::copy_of(ByteView(hash).first(16));
}

crypto::Key stock_key(const Serial8& serial) {
  return key_of("stock " + derivation::format(serial));
}

crypto::Key transport_key(const Serial8& serial) {
  return key_of("transport " + derivation::format(serial));
}

base::FixedBytes<8> leaf_factor(const County& county, const Serial8& serial) {
  if (serial.kind() == CardKind::kUser)
    return derivation::Factor::of_user_card(user_number(county, serial.number())).bytes();
  return serial.bytes();
}

Bytes blank_image(const County& county, const Serial8& serial) {
  const Bytes made = card::chip::manufactured_image(serial, county.suite(), county.making());
  auto medium = std::make_shared<base::WipedBytes>(made.begin(), made.end());
  card::chip::Nvm nvm(std::make_unique<MemoryStorage>(medium));
  auto identity = card::chip::load_identity(nvm);
  identity.life_cycle = card::layout::LifeCycle::kBlank;
  card::chip::store_identity(nvm, identity);
  card::chip::KeySlot slot;
  slot.version = 1;
  slot.suite = county.suite();
  slot.key = stock_key(serial);
  card::chip::store_slot(nvm, card::chip::record::kStockTransportKey, slot);
  nvm.commit();
  return {medium->begin(), medium->end()};
}

derivation::ExportHeader header_for(const County& county, const Serial8& serial, Purpose purpose,
                                    Level level) {
  derivation::ExportHeader header{
      .suite = county.suite(), .purpose = purpose, .level = level, .target = serial};
  header.county = county.code().bcd();
  return header;
}

// Optional keys of a PSAM change what it is: it gets those that are asked for.
bool is_wanted(const Card& card, const card::layout::KeyRow& row, const PsamExtras& extras) {
  const bool always =
      row.presence == card::layout::Presence::kRequired || card.serial().kind() != CardKind::kPsam;
  const auto& keys = extras.keys;
  return always || std::find(keys.begin(), keys.end(), row.purpose) != keys.end();
}

// A key that is in already was imported before a cut.
void import_missing_keys(const Card& card, card::Session& session, const PsamExtras& extras = {}) {
  const auto& county = card.county();
  for (const auto& row : card::layout::keys_of(card.serial().kind())) {
    if (!is_wanted(card, row, extras)) continue;
    if (card::get_key_info(session, row.purpose)) continue;
    const bool copy = row.level == Level::kCounty;
    const auto key = copy ? county.key(row.purpose)
                          : county.leaf(row.purpose, leaf_factor(county, card.serial()));
    card::import_block(session, encode(card.block(row.purpose, row.level, key, 1)));
  }
}

std::unique_ptr<Card> blank(const County& county, const Serial8& serial) {
  return std::make_unique<Card>(county, serial);
}

}  // namespace

base::SecretBytes secret(std::string_view text) {
  return base::SecretBytes::copy_of(base::bytes_of(text));
}

County::County(crypto::SuiteId suite, std::string_view code, card::chip::Making making,
               card::chip::RandomSource random)
    : suite_(suite),
      code_(base::CountyCode::parse(code)),
      making_(making),
      random_(std::move(random)) {}

crypto::Key County::key(Purpose purpose, std::uint8_t version) const {
  const std::string name = "county " + code_.digits() + " " +
                           std::to_string(derivation::byte_of(purpose)) + " " +
                           std::to_string(version);
  auto key = key_of(name);
  return suite_ == crypto::SuiteId::kTdes2 ? crypto::diversify(suite_, key, {1}) : std::move(key);
}

crypto::Key County::leaf(Purpose purpose, const base::FixedBytes<8>& factor,
                         std::uint8_t version) const {
  return crypto::diversify(suite_, key(purpose, version), factor);
}

Card::Card(const County& county, Serial8 serial)
    : county_(county), serial_(serial), medium_(std::make_shared<base::WipedBytes>()) {
  const Bytes image = blank_image(county, serial);
  medium_->assign(image.begin(), image.end());
  boot();
  const auto header = header_for(county, serial, Purpose::kTransport, Level::kDevice);
  const auto rebase =
      derivation::seal_import_block(stock_key(serial), header, transport_key(serial));
  card::import_block(*session_, encode(rebase));
}

Card::Card(const County& county, Serial8 serial, std::shared_ptr<base::WipedBytes> medium)
    : county_(county), serial_(serial), medium_(std::move(medium)) {
  boot();
}

void Card::boot() {
  auto storage = std::make_unique<MemoryStorage>(medium_);
  chip_ = county_.random() ? std::make_unique<Chip>(std::move(storage), county_.random())
                           : std::make_unique<Chip>(std::move(storage));
  link_ = std::make_unique<support::WatchedLink>(*chip_);
  session_ = std::make_unique<card::Session>(*link_);
}

std::unique_ptr<Card> Card::copy() const {
  return std::unique_ptr<Card>(
      new Card(county_, serial_, std::make_shared<base::WipedBytes>(*medium_)));
}

ImportBlock Card::block(Purpose purpose, Level level, const crypto::Key& key, std::uint32_t seq,
                        std::uint8_t version, derivation::ImportMode mode) const {
  auto header = header_for(county_, serial_, purpose, level);
  header.seq = seq;
  header.version = version;
  header.mode = mode;
  return derivation::seal_import_block(transport_key(serial_), header, key);
}

base::FixedBytes<16> Card::control_mac(ByteView message) const {
  const auto purpose = card::layout::control_purpose(serial_.kind());
  const auto key = county_.leaf(purpose, leaf_factor(county_, serial_));
  return crypto::cmac16(county_.suite(), key, message);
}

card::OrderMac Card::order_mac() const {
  return [this](ByteView message) { return control_mac(message); };
}

card::layout::CardStatus Card::status() {
  return card::layout::decode_card_status(card::get_card_status(*session_));
}

base::CardNumber user_number(const County& county, std::uint64_t serial) {
  return base::CardNumber::of(county.code(), serial, 1);
}

void personalise_user_card(const Card& card, card::Session& session) {
  const auto& county = card.county();
  import_missing_keys(card, session);
  const card::layout::ApplicationInfo info{.county = county.code(),
                                           .number = user_number(county, card.serial().number()),
                                           .valid_from = {0x20, 0x26, 0x01, 0x01},
                                           .valid_until = {0x20, 0x36, 0x12, 0x31}};
  card::write_file(session, 0x15, encode(info), card.order_mac());
  card::switch_to_use(session, card.order_mac());
}

void personalise_psam(const Card& card, card::Session& session,
                      const card::layout::LoadCeiling& ceiling, const PsamExtras& extras) {
  import_missing_keys(card, session, extras);
  const auto status = card::layout::decode_card_status(card::get_card_status(session));
  if (status.pin_tries == card::layout::kNoPin) card::change_pin(session, {}, secret(kPsamPin));
  const auto mac = card.order_mac();
  const card::layout::SamApplicationInfo info{.key_index = 1, .county = card.county().code()};
  const card::layout::ModuleInfo module{.serial = card.serial(),
                                        .refresh_days = extras.refresh_days};
  card::write_file(session, 0x15, encode(module), mac);
  card::write_file(session, 0x16, kDeskTerminal, mac);
  card::write_file(session, 0x17, encode(info), mac);
  card::write_file(session, 0x19, encode(ceiling), mac);
  card::switch_to_use(session, mac);
}

namespace {

void personalise_meter(const Card& card, card::Session& session,
                       const card::TerminalNumber& terminal) {
  import_missing_keys(card, session);
  const auto mac = card.order_mac();
  card::write_file(session, 0x15, encode(card::layout::ModuleInfo{.serial = card.serial()}), mac);
  card::write_file(session, 0x16, terminal, mac);
  card::switch_to_use(session, mac);
}

}  // namespace

void personalise_esam(const Card& card, card::Session& session) {
  personalise_meter(card, session, kMeterTerminal);
}

std::unique_ptr<Card> issue_user_card(const County& county, std::uint64_t serial) {
  auto out = blank(county, Serial8::of(CardKind::kUser, serial));
  personalise_user_card(*out, out->session());
  return out;
}

card::layout::LoadCeiling usual_ceiling() {
  return {.seq = 1,
          .money = Amount::fen(100000),
          .count = 100,
          .valid_from = {0x20, 0x26, 0x01, 0x01},
          .valid_until = {0x20, 0x26, 0x12, 0x31},
          .issued = {0x20, 0x26, 0x01, 0x01}};
}

std::unique_ptr<Card> issue_psam(const County& county, const card::layout::LoadCeiling& ceiling,
                                 const PsamExtras& extras) {
  auto out = blank(county, Serial8::of(CardKind::kPsam, 3));
  personalise_psam(*out, out->session(), ceiling, extras);
  return out;
}

std::unique_ptr<Card> issue_esam(const County& county, std::uint64_t number) {
  return issue_esam(county, number, kMeterTerminal);
}

std::unique_ptr<Card> issue_esam(const County& county, std::uint64_t number,
                                 const card::TerminalNumber& terminal) {
  auto out = blank(county, Serial8::of(CardKind::kEsam, number));
  personalise_meter(*out, out->session(), terminal);
  return out;
}

card::Mac4 load(card::Session& user, card::Session& psam, const base::CardNumber& number,
                Amount amount) {
  const auto init =
      card::init_load(user, card::Purse::kWallet, card::kFirstKey, amount, kDeskTerminal);
  card::SamLoadRequest request{.card_random = init.key.random,
                               .online_sn = init.online_sn,
                               .balance = init.balance,
                               .amount = amount,
                               .at = kMorning,
                               .key_version = init.key.version,
                               .algorithm = init.key.algorithm,
                               .card_factor = number.factor8(),
                               .mac1 = init.mac1};
  const auto mac2 = card::init_sam_for_load(psam, request);
  return card::credit_load(user, kMorning, mac2);
}

Lock start(card::Session& user, card::Session& esam, const base::CardNumber& number) {
  Lock lock;
  lock.init = card::init_grey_lock(user, card::Purse::kWallet, card::kFirstKey, kMeterTerminal);
  lock.sam = card::init_sam_grey_lock(esam, {.card_random = lock.init.key.random,
                                             .offline_sn = lock.init.offline_sn,
                                             .balance = lock.init.balance,
                                             .at = kMorning,
                                             .key_version = lock.init.key.version,
                                             .algorithm = lock.init.key.algorithm,
                                             .card_factor = number.factor8()});
  lock.card = card::grey_lock(user, {.terminal_sn = lock.sam.terminal_sn,
                                     .terminal_random = lock.sam.terminal_random,
                                     .at = kMorning,
                                     .mac1 = lock.sam.mac1});
  if (card::certify_sam_grey_lock(esam, lock.card.mac2) != card::Certification::kCertified)
    throw std::logic_error("the ESAM does not take the card's MAC2");
  return lock;
}

card::UnlockRequest settle_request(card::Session& esam, const Lock& lock,
                                   const base::CardNumber& number, Amount amount) {
  const auto sn = static_cast<card::CardSn>(lock.init.offline_sn + 1);
  const auto pair = card::credit_sam_for_grey_debit(
      esam, {.card_factor = number.factor8(), .offline_sn = sn, .amount = amount});
  return {.amount = amount,
          .offline_sn = sn,
          .terminal = kMeterTerminal,
          .terminal_sn = lock.sam.terminal_sn + 1,
          .at = kNoon,
          .gmac = pair.gmac};
}

}  // namespace test
