// A PSAM that is bound to its desk, and the keys that a module keeps over a change of version.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr std::array kAllSuites = {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2,
                                   crypto::SuiteId::kSm4};

card::TerminalProof proof_of(const crypto::Key& key, crypto::SuiteId suite) {
  return [&key, suite](ByteView challenge) {
    return crypto::authentication_cryptogram(suite, key, challenge);
  };
}

// Versions 2, 3, … of the county's keys, staged and switched together.
void change_version(Card& module, std::uint8_t version) {
  const auto& county = module.county();
  const bool psam = module.serial().kind() == CardKind::kPsam;
  const std::vector<Purpose> purposes =
      psam ? std::vector{Purpose::kLoad, Purpose::kPurchase, Purpose::kTac}
           : std::vector{Purpose::kPurchase};
  for (const auto purpose : purposes)
    card::import_block(
        module.session(),
        encode(module.block(purpose, derivation::Level::kCounty, county.key(purpose, version),
                            version, version, derivation::ImportMode::kUpdate)));
  const auto message = card::switch_message(module.serial(), version);
  card::switch_version(module.session(), version, module.control_mac(message));
}

// E0 40 for a card whose key has this version: does the module serve it?
std::string asked(card::Session& esam, const County& county, card::Byte version) {
  return refusal([&] {
    card::init_sam_grey_lock(esam, {.balance = Amount::fen(100),
                                    .at = kMorning,
                                    .key_version = version,
                                    .algorithm = 5,
                                    .card_factor = user_number(county).factor8()});
  });
}

const std::string kNotHeld = "INIT SAM GREY LOCK: 9403, key index or version is not held";
const std::string kServed = "nothing was refused";

}  // namespace

TEST_CASE("a bound PSAM looks at no PIN before its desk has proved its key, in every suite [R49]") {
  for (const auto suite : kAllSuites) {
    CAPTURE(static_cast<int>(suite));
    const County county(suite);
    auto psam = issue_psam(county, usual_ceiling(), {.keys = {Purpose::kHandheld}});
    auto& session = psam->session();
    const auto desk_key = county.leaf(Purpose::kHandheld, psam->serial().bytes());
    const auto foreign = county.leaf(Purpose::kHandheld, {0x2B, 0, 0, 0, 0, 0, 0, 99});
    CHECK(refusal([&] { card::verify_pin(session, secret(kPsamPin)); }) ==
          "VERIFY PIN: 6982, security state is not satisfied");
    CHECK(refusal([&] { card::change_pin(session, secret(kPsamPin), secret("000000")); }) ==
          "PIN CHANGE: 6982, security state is not satisfied");
    CHECK_FALSE(card::authenticate_terminal(session, suite, proof_of(foreign, suite)).right());
    CHECK(refusal([&] { card::verify_pin(session, secret(kPsamPin)); }) ==
          "VERIFY PIN: 6982, security state is not satisfied");
    CHECK(card::authenticate_terminal(session, suite, proof_of(desk_key, suite)).right());
    CHECK(card::verify_pin(session, secret(kPsamPin)).right());
    psam->chip().reset();
    CHECK(refusal([&] { card::verify_pin(session, secret(kPsamPin)); }) ==
          "VERIFY PIN: 6982, security state is not satisfied");
  }
}

TEST_CASE("three foreign desks in a row block the terminal key of a bound PSAM") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = issue_psam(county, usual_ceiling(), {.keys = {Purpose::kHandheld}});
  const auto foreign = county.leaf(Purpose::kHandheld, {0x2B, 0, 0, 0, 0, 0, 0, 99});
  const auto try_it = [&] {
    return card::authenticate_terminal(psam->session(), county.suite(),
                                       proof_of(foreign, county.suite()));
  };
  CHECK(try_it().tries_left() == 2);
  CHECK(try_it().tries_left() == 1);
  CHECK(try_it().tries_left() == 0);
  CHECK(try_it().status == card::status::kAuthenticationBlocked);
}

TEST_CASE("a PSAM without a terminal key takes its PIN as before") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = issue_psam(county, usual_ceiling());
  const auto key = county.leaf(Purpose::kHandheld, psam->serial().bytes());
  CHECK(refusal([&] {
          card::authenticate_terminal(psam->session(), county.suite(),
                                      proof_of(key, county.suite()));
        }) == "EXTERNAL AUTHENTICATE: 6A88, key or data not found");
  CHECK(card::verify_pin(psam->session(), secret(kPsamPin)).right());
}

TEST_CASE("a module serves five versions of its county's key, and forgets the sixth [R37]") {
  const County county(crypto::SuiteId::kAes128);
  auto esam = issue_esam(county);
  for (std::uint8_t version = 2; version <= 6; ++version) change_version(*esam, version);
  CHECK(asked(esam->session(), county, 1) == kNotHeld);
  for (card::Byte version = 2; version <= 6; ++version) {
    CAPTURE(version);
    CHECK(asked(esam->session(), county, version) == kServed);
  }
  CHECK(asked(esam->session(), county, 7) == kNotHeld);
}

TEST_CASE("the parameter file of an ESAM ends the service of old versions") {
  const County county(crypto::SuiteId::kAes128);
  auto esam = issue_esam(county);
  change_version(*esam, 2);
  CHECK(asked(esam->session(), county, 1) == kServed);
  Bytes parameters(64);
  parameters.back() = 2;
  card::write_file(esam->session(), 0x01, parameters, esam->order_mac());
  CHECK(asked(esam->session(), county, 1) == kNotHeld);
  CHECK(asked(esam->session(), county, 2) == kServed);
}

TEST_CASE("a PSAM sells to cards of the version before its last update [R37] [R49]") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = issue_psam(county, usual_ceiling());
  auto user = issue_user_card(county);
  change_version(*psam, 2);
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  load(user->session(), psam->session(), user_number(county), Amount::fen(77));
  CHECK(card::get_balance(user->session(), card::Purse::kWallet) == Amount::fen(77));
}
