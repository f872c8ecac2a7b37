// Blocking and unblocking of a user card's application and PIN.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/secure_messaging.h"
#include "tests/cos-apdu/issued_cards.h"

using namespace test;

namespace {

constexpr auto kWallet = card::Purse::kWallet;

card::CommandApdu maintenance_command(card::Byte ins, card::Byte p2 = 0) {
  return {.name = "MAINTENANCE", .cla = 0x84, .ins = ins, .p1 = 0, .p2 = p2};
}

enum class Form { kMac, kEnciphered };

card::StatusWord send_protected(Card& user, Purpose purpose, const card::CommandApdu& command,
                                Form form = Form::kMac) {
  const auto& county = user.county();
  const auto key = county.leaf(purpose, user_number(county).factor8());
  const auto challenge =
      card::get_challenge(user.session(), card::sm_challenge_bytes(county.suite()));
  const card::SecureMessaging messaging(county.suite(), key, challenge);
  const auto sealed =
      form == Form::kMac ? messaging.with_mac(command) : messaging.enciphered(command);
  return user.session().send(sealed).status;
}

}  // namespace

TEST_CASE(
    "a blocked application answers SELECT with 6A81 and comes back by its maintenance key, in "
    "every suite") {
  for (const auto suite :
       {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2, crypto::SuiteId::kSm4}) {
    const County county(suite);
    auto user = issue_user_card(county);
    auto& session = user->session();
    const auto block = maintenance_command(0x1E);
    const auto unblock = maintenance_command(0x18);

    CHECK(send_protected(*user, Purpose::kLoad, block) == card::status::kMacWrong);
    CHECK(send_protected(*user, Purpose::kMaintenance, block) == card::status::kOk);
    CHECK_THROWS_AS(card::get_balance(session, kWallet), base::Error);
    CHECK_THROWS_WITH(card::select_by_name(session, base::bytes_of("1PAY.SYS.DDF01")),
                      "SELECT: 6A81, not supported, or card or application blocked");
    CHECK(send_protected(*user, Purpose::kMaintenance, unblock) == card::status::kOk);
    CHECK(card::get_balance(session, kWallet) == Amount::fen(0));
  }
}

TEST_CASE("three wrong unblocks block the application for ever") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  const auto unblock = maintenance_command(0x18);
  CHECK(send_protected(*user, Purpose::kMaintenance, maintenance_command(0x1E)) ==
        card::status::kOk);
  CHECK(send_protected(*user, Purpose::kLoad, unblock) == card::status::kMacWrong);
  CHECK(send_protected(*user, Purpose::kLoad, unblock) == card::status::kMacWrong);
  CHECK(send_protected(*user, Purpose::kLoad, unblock) == card::status::kApplicationDead);
  CHECK(send_protected(*user, Purpose::kMaintenance, unblock) == card::status::kNotSupported);
  CHECK(user->status().life_cycle == card::layout::LifeCycle::kDead);
}

TEST_CASE("a protected command needs a fresh challenge") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  auto command = maintenance_command(0x1E);
  command.data.resize(8);
  CHECK(user->session().send(command).status == card::status::kNoChallenge);
}

TEST_CASE("a forgotten PIN is set anew by the unblock key or the reload key, and no other") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  auto& session = user->session();
  auto unblock = maintenance_command(0x24);
  unblock.with(base::from_hex("135790"));
  CHECK(send_protected(*user, Purpose::kMaintenance, unblock, Form::kEnciphered) ==
        card::status::kMacWrong);
  CHECK(send_protected(*user, Purpose::kPinUnblock, unblock, Form::kEnciphered) ==
        card::status::kOk);
  CHECK(card::verify_pin(session, secret("135790")).right());

  card::CommandApdu reload{.name = "RELOAD PIN", .cla = 0x80, .ins = 0x5E};
  const Bytes pin = base::from_hex("246813");
  const auto key = county.leaf(Purpose::kPinReload, user_number(county).factor8());
  reload.with(pin).with(crypto::tac4(county.suite(), key, pin));
  CHECK(session.send(reload).status == card::status::kOk);
  CHECK(card::verify_pin(session, secret("135790")).tries_left() == 2);
  CHECK(card::verify_pin(session, secret("246813")).right());
}

TEST_CASE("a user card with a PIN is loaded only after it, and locked by a meter without it") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  auto& session = user->session();
  auto unblock = maintenance_command(0x24);
  unblock.with(base::from_hex("135790"));
  REQUIRE(send_protected(*user, Purpose::kPinUnblock, unblock, Form::kEnciphered) ==
          card::status::kOk);
  CHECK_THROWS_WITH(
      card::init_load(session, kWallet, card::kFirstKey, Amount::fen(1), kDeskTerminal),
      "INITIALIZE FOR LOAD: 6982, security state is not satisfied");
  CHECK_NOTHROW(card::init_grey_lock(session, kWallet, card::kFirstKey, kMeterTerminal));
  REQUIRE(card::verify_pin(session, secret("135790")).right());
  CHECK_NOTHROW(card::init_load(session, kWallet, card::kFirstKey, Amount::fen(1), kDeskTerminal));
  user->chip().reset();
  CHECK_THROWS_AS(card::init_load(session, kWallet, card::kFirstKey, Amount::fen(1), kDeskTerminal),
                  base::Error);
}
