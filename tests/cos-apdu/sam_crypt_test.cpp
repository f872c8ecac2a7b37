// INIT FOR DESCRYPT and DES CRYPT: what a module does on behalf of its terminal, and what never.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr card::Byte kPinUnblock = 0x23;  // one level, type 03
constexpr card::Byte kMaintenance = 0x25;

// A desk whose PSAM has the county's keys for PIN unblock and application maintenance.
struct Service {
  explicit Service(crypto::SuiteId suite)
      : county(suite),
        number(user_number(county)),
        user(issue_user_card(county)),
        psam(issue_psam(county, usual_ceiling(),
                        {.keys = {Purpose::kPinUnblock, Purpose::kMaintenance}})) {
    REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  }

  card::Session& sam() { return psam->session(); }

  void open(card::Byte usage) { card::init_for_descrypt(sam(), usage, 1, number.factor8()); }

  Bytes challenge() {
    const bool narrow = county.suite() == crypto::SuiteId::kTdes2;
    Bytes out = card::get_challenge(user->session(), narrow ? 4 : 16);
    if (narrow) out.resize(8);
    return out;
  }

  Bytes mac(card::Byte usage, ByteView initial, Bytes message) {
    if (county.suite() == crypto::SuiteId::kTdes2) {
      message.push_back(0x80);
      message.resize((message.size() + 7) / 8 * 8);
    }
    open(usage);
    return card::des_crypt(sam(), 0x05, base::concat({initial, message}));
  }

  std::string to_user(const Bytes& apdu) { return base::to_hex(user->chip().transmit(apdu)); }

  County county;
  base::CardNumber number;
  std::unique_ptr<Card> user;
  std::unique_ptr<Card> psam;
};

}  // namespace

TEST_CASE("a desk with the keys unblocks a farmer's PIN through its PSAM, tdes2") {
  Service desk(crypto::SuiteId::kTdes2);
  const Bytes initial = desk.challenge();
  desk.open(kPinUnblock);
  const Bytes cipher = card::des_crypt(desk.sam(), 0x00, base::from_hex("0312345680000000"));
  CHECK(cipher.size() == 8);
  Bytes command = base::concat({base::from_hex("842400000C"), cipher});
  const Bytes mac = desk.mac(kPinUnblock, initial, command);
  CHECK(mac.size() == 4);
  CHECK(desk.to_user(base::concat({command, mac})) == "9000");
  CHECK(card::verify_pin(desk.user->session(), secret("123456")).right());
}

TEST_CASE("a desk with the keys unblocks a farmer's PIN through its PSAM, aes128 and sm4") {
  for (const auto suite : {crypto::SuiteId::kAes128, crypto::SuiteId::kSm4}) {
    CAPTURE(static_cast<int>(suite));
    Service desk(suite);
    const Bytes initial = desk.challenge();
    desk.open(kPinUnblock);
    const Bytes plain = base::from_hex("03123456800000000000000000000000");
    const Bytes cipher = card::des_crypt(desk.sam(), 0x04, base::concat({initial, plain}));
    CHECK(cipher.size() == 16);
    Bytes command = base::concat({base::from_hex("8424000018"), cipher});
    const Bytes mac = desk.mac(kPinUnblock, initial, command);
    CHECK(mac.size() == 8);
    CHECK(desk.to_user(base::concat({command, mac})) == "9000");
    CHECK(card::verify_pin(desk.user->session(), secret("123456")).right());
  }
}

TEST_CASE("a MAC in three parts is the MAC in one, and the key is gone after the last part") {
  for (const auto suite :
       {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2, crypto::SuiteId::kSm4}) {
    CAPTURE(static_cast<int>(suite));
    Service desk(suite);
    const Bytes initial(16, 0x5A);
    const Bytes data = base::from_hex(
        "000102030405060708090A0B0C0D0E0F"
        "101112131415161718191A1B1C1D1E1F"
        "202122232425262728292A2B2C2D2E2F");
    desk.open(kMaintenance);
    const Bytes whole = card::des_crypt(desk.sam(), 0x05, base::concat({initial, data}));
    desk.open(kMaintenance);
    card::des_crypt(desk.sam(), 0x07, base::concat({initial, ByteView(data).first(16)}));
    card::des_crypt(desk.sam(), 0x03, ByteView(data).subspan(16, 16));
    CHECK(card::des_crypt(desk.sam(), 0x01, ByteView(data).subspan(32)) == whole);
    CHECK(refusal([&] { card::des_crypt(desk.sam(), 0x01, data); }) ==
          "DES CRYPT: 6985, condition of use is not satisfied");
  }
}

TEST_CASE("usages that make money, certificates or transport keys are refused with 6985 [R49]") {
  Service desk(crypto::SuiteId::kTdes2);
  // Control 00, maintenance 01, purchase 02 with one and two levels, PIN reload 04, free uses.
  for (const auto usage : base::from_hex("202122422426272E0F28")) {
    CAPTURE(usage);
    CHECK(refusal([&] { card::init_for_descrypt(desk.sam(), usage, 1, desk.number.factor8()); }) ==
          "INIT FOR DESCRYPT: 6985, condition of use is not satisfied");
    CHECK(refusal([&] { card::des_crypt(desk.sam(), 0x00, Bytes(8)); }) ==
          "DES CRYPT: 6985, condition of use is not satisfied");
  }
}

TEST_CASE("a county key goes down to one card first: no level, two levels, other factors refused") {
  Service desk(crypto::SuiteId::kTdes2);
  auto& sam = desk.sam();
  const std::string name = "INIT FOR DESCRYPT: ";
  CHECK(refusal([&] { card::init_for_descrypt(sam, 0x03, 1, {}); }) == name + "6700, wrong length");
  CHECK(refusal([&] { card::init_for_descrypt(sam, 0x43, 1, Bytes(16)); }) ==
        name + "6700, wrong length");
  CHECK(refusal([&] { card::init_for_descrypt(sam, kPinUnblock, 1, Bytes(8)); }) ==
        name + "6A80, wrong data field");
  CHECK(refusal([&] {
          card::init_for_descrypt(sam, kPinUnblock, 1, base::from_hex("1301410122000000"));
        }) == name + "6A80, wrong data field");
  CHECK(refusal([&] { card::init_for_descrypt(sam, kPinUnblock, 2, desk.number.factor8()); }) ==
        name + "9403, key index or version is not held");
}

TEST_CASE("DES CRYPT wants whole blocks and its own states, and every refusal takes the key away") {
  Service desk(crypto::SuiteId::kTdes2);

  struct Case {
    card::Byte p1;
    std::size_t bytes;
    const char* word;
  };

  for (const auto& [p1, bytes, word] :
       {Case{0x00, 7, "6700, wrong length"}, Case{0x04, 16, "6A86, wrong P1 or P2"},
        Case{0x05, 8, "6700, wrong length"}, Case{0x01, 12, "6700, wrong length"}}) {
    CAPTURE(p1);
    desk.open(kPinUnblock);
    CHECK(refusal([&] { card::des_crypt(desk.sam(), p1, Bytes(bytes)); }) ==
          std::string("DES CRYPT: ") + word);
    CHECK(refusal([&] { card::des_crypt(desk.sam(), 0x00, Bytes(8)); }) ==
          "DES CRYPT: 6985, condition of use is not satisfied");
  }
  desk.psam->chip().reset();
  CHECK(refusal([&] { desk.open(kPinUnblock); }) ==
        "INIT FOR DESCRYPT: 6982, security state is not satisfied");
}

TEST_CASE("crypt-limit: DES CRYPT takes a whole field, or 120 bytes") {
  for (const bool narrow : {false, true}) {
    card::chip::Making making;
    if (narrow) making.profile.set("crypt-limit=120");
    const County county(crypto::SuiteId::kTdes2, "410122", making);
    auto esam = issue_esam(county);
    card::init_for_descrypt(esam->session(), 0x08, 1, {});
    CHECK(card::des_crypt(esam->session(), 0x02, Bytes(120)).size() == 120);
    const auto said = refusal([&] { card::des_crypt(esam->session(), 0x00, Bytes(128)); });
    CHECK(said == (narrow ? "DES CRYPT: 6700, wrong length" : "nothing was refused"));
  }
}

TEST_CASE("an ESAM works with its tool and handheld keys, each for its use alone") {
  const County county(crypto::SuiteId::kTdes2);
  auto esam = issue_esam(county);
  auto& session = esam->session();
  card::init_for_descrypt(session, 0x06, 1, {});
  CHECK(card::des_crypt(session, 0x05, Bytes(16)).size() == 4);
  card::init_for_descrypt(session, 0x06, 1, {});
  CHECK(refusal([&] { card::des_crypt(session, 0x00, Bytes(8)); }) ==
        "DES CRYPT: 6985, condition of use is not satisfied");
  for (const auto usage : base::from_hex("00022207"))
    CHECK(refusal([&] { card::init_for_descrypt(session, usage, 1, {}); }) ==
          "INIT FOR DESCRYPT: 6985, condition of use is not satisfied");
}
