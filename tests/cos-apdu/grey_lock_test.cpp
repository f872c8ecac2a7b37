// The grey lock between user card and ESAM: start, settle, release, and what comes between.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/purse.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr auto kWallet = card::Purse::kWallet;

// A card with 100.00 yuan, an ESAM and the desk's PSAM of one county.
struct Well {
  explicit Well(crypto::SuiteId suite = crypto::SuiteId::kAes128)
      : county(suite),
        number(user_number(county)),
        user(issue_user_card(county)),
        esam(issue_esam(county)),
        psam(issue_psam(county, usual_ceiling())) {
    REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
    load(user->session(), psam->session(), number, Amount::fen(10000));
  }

  County county;
  base::CardNumber number;
  std::unique_ptr<Card> user;
  std::unique_ptr<Card> esam;
  std::unique_ptr<Card> psam;
};

}  // namespace

TEST_CASE(
    "first tap locks, second tap deducts exactly what was used, in every suite [R17] [R20] [R25] "
    "[R26]") {
  for (const auto suite :
       {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2, crypto::SuiteId::kSm4}) {
    CAPTURE(static_cast<int>(suite));
    Well well(suite);
    auto& user = well.user->session();

    const auto lock = start(user, well.esam->session(), well.number);
    const auto grey = card::get_lock_proof(user);
    CHECK(grey.state == card::LockState::kGrey);
    CHECK(grey.balance == Amount::fen(10000));
    CHECK(grey.offline_sn == lock.init.offline_sn + 1);
    CHECK(grey.mac2 == lock.card.mac2);
    CHECK(grey.tac == lock.card.gtac);

    const auto request = settle_request(well.esam->session(), lock, well.number, Amount::fen(1500));
    const auto tac = card::debit_for_unlock(user, kWallet, request);
    CHECK(card::get_balance(user, kWallet) == Amount::fen(8500));
    const auto settled = card::get_lock_proof(user);
    CHECK(settled.state == card::LockState::kTacUnread);
    CHECK(settled.amount == Amount::fen(1500));
    CHECK(settled.tac == tac);
    CHECK(settled.type == 0x94);
    card::clear_tac_unread(user);
    CHECK(card::get_lock_proof(user).state == card::LockState::kClear);
    CHECK(card::read_transactions(user).front().amount == Amount::fen(1500));
  }
}

TEST_CASE("a grey card is refused by every other use of its purse [R45] [R180]") {
  Well well;
  auto& user = well.user->session();
  start(user, well.esam->session(), well.number);
  const std::string grey = ": 6985, condition of use is not satisfied";
  CHECK(refusal([&] {
          card::init_load(user, kWallet, card::kFirstKey, Amount::fen(1), kDeskTerminal);
        }) == "INITIALIZE FOR LOAD" + grey);
  CHECK(refusal([&] {
          card::init_purchase(user, kWallet, card::kFirstKey, Amount::fen(1), kDeskTerminal);
        }) == "INITIALIZE FOR PURCHASE" + grey);
  CHECK(refusal([&] { card::init_grey_lock(user, kWallet, card::kFirstKey, kMeterTerminal); }) ==
        "INITIALIZE FOR GREY LOCK" + grey);
  CHECK(card::get_balance(user, kWallet) == Amount::fen(10000));
}

TEST_CASE("a settled card takes no new lock until its TAC is cleared, and no second debit") {
  Well well;
  auto& user = well.user->session();
  const auto lock = start(user, well.esam->session(), well.number);
  const auto request = settle_request(well.esam->session(), lock, well.number, Amount::fen(7));
  card::debit_for_unlock(user, kWallet, request);
  CHECK_THROWS_AS(card::debit_for_unlock(user, kWallet, request), base::Error);
  CHECK_THROWS_AS(card::init_grey_lock(user, kWallet, card::kFirstKey, kMeterTerminal),
                  base::Error);
  card::clear_tac_unread(user);
  CHECK_NOTHROW(start(user, well.esam->session(), well.number));
}

TEST_CASE("a debit for unlock is judged in order: number, amount, GMAC [R40]") {
  Well well;
  auto& user = well.user->session();
  const auto lock = start(user, well.esam->session(), well.number);
  auto request = settle_request(well.esam->session(), lock, well.number, Amount::fen(100));
  const auto good = request;
  request.offline_sn = 9;
  CHECK(refusal([&] { card::debit_for_unlock(user, kWallet, request); }) ==
        "DEBIT FOR UNLOCK: 9406, proof is not available, or number differs");
  request = good;
  request.amount = Amount::fen(10001);
  CHECK(refusal([&] { card::debit_for_unlock(user, kWallet, request); }) ==
        "DEBIT FOR UNLOCK: 9401, not enough money");
  request = good;
  request.amount = Amount::fen(99);
  CHECK(refusal([&] { card::debit_for_unlock(user, kWallet, request); }) ==
        "DEBIT FOR UNLOCK: 9302, MAC is invalid");
  card::debit_for_unlock(user, kWallet, good);
  CHECK(card::get_balance(user, kWallet) == Amount::fen(9900));
}

TEST_CASE("three forged GMACs block the application, which stays grey") {
  Well well;
  auto& user = well.user->session();
  const auto lock = start(user, well.esam->session(), well.number);
  auto request = settle_request(well.esam->session(), lock, well.number, Amount::fen(100));
  request.gmac = {0, 0, 0, 0};
  for (int i = 0; i < 3; ++i)
    CHECK_THROWS_AS(card::debit_for_unlock(user, kWallet, request), base::Error);
  CHECK(refusal([&] { card::debit_for_unlock(user, kWallet, request); }) ==
        "DEBIT FOR UNLOCK: 6A81, not supported, or card or application blocked");
  CHECK(card::get_lock_proof(user).state == card::LockState::kGrey);
}

TEST_CASE(
    "lock and draw outlive power loss on both sides, and the lock is settled later [R16] [R178] "
    "[R181]") {
  Well well;
  const auto lock = start(well.user->session(), well.esam->session(), well.number);
  well.user->chip().reset();
  well.esam->chip().reset();
  CHECK(card::get_lock_proof(well.user->session()).state == card::LockState::kGrey);
  const auto request = settle_request(well.esam->session(), lock, well.number, Amount::fen(2500));
  card::debit_for_unlock(well.user->session(), kWallet, request);
  CHECK(card::get_balance(well.user->session(), kWallet) == Amount::fen(7500));
}

TEST_CASE("the desk settles with the meter's own GMAC, whatever its terminal number [R46] [R181]") {
  Well well;
  const auto lock = start(well.user->session(), well.esam->session(), well.number);
  auto request = settle_request(well.esam->session(), lock, well.number, Amount::fen(640));
  request.terminal = kDeskTerminal;
  request.at = kMorning;
  card::debit_for_unlock(well.user->session(), kWallet, request);
  CHECK(card::read_transactions(well.user->session()).front().terminal == kDeskTerminal);
  CHECK(card::get_balance(well.user->session(), kWallet) == Amount::fen(9360));
}

TEST_CASE("a forced grey unlock needs the unload key and books its amount [R46]") {
  Well well;
  auto& user = well.user->session();
  start(user, well.esam->session(), well.number);
  const auto init = card::init_grey_unlock(user, kWallet, card::kFirstKey, kDeskTerminal);
  const auto suite = well.county.suite();
  const auto leaf = well.county.leaf(Purpose::kUnload, well.number.factor8());
  const auto session =
      card::purse::online_session_key(suite, leaf, init.key.random, init.online_sn);
  const card::purse::Order order{.amount = Amount::fen(300),
                                 .type = card::TransactionType::kGreyUnlockWallet,
                                 .terminal = kDeskTerminal};
  CHECK(init.mac1 == crypto::mac4(suite, session,
                                  card::purse::grey_unlock_mac1_input(init.balance, init.offline_sn,
                                                                      order.type, kDeskTerminal)));
  const auto mac2 = crypto::mac4(suite, session, card::purse::grey_unlock_mac2_input(order, kNoon));
  card::grey_unlock(user, Amount::fen(300), kNoon, mac2);
  CHECK(card::get_lock_proof(user).state == card::LockState::kClear);
  CHECK(card::get_balance(user, kWallet) == Amount::fen(9700));
  CHECK(card::read_transactions(user).front().type == card::TransactionType::kGreyUnlockWallet);
  card::credit_sam_for_grey_debit(well.esam->session(), {.card_factor = well.number.factor8(),
                                                         .offline_sn = init.offline_sn,
                                                         .amount = Amount::fen(300)});
  CHECK_NOTHROW(start(user, well.esam->session(), well.number));
}

TEST_CASE("one card starts several meters, one meter starts several cards [R18] [R19]") {
  Well well;
  auto second_meter = issue_esam(well.county, 6);
  auto second_card = issue_user_card(well.county, 18);
  const auto second_number = user_number(well.county, 18);
  const std::array visits = {
      std::tuple{well.user.get(), well.esam.get(), well.number},
      std::tuple{well.user.get(), second_meter.get(), well.number},
      std::tuple{second_card.get(), well.esam.get(), second_number},
  };
  for (const auto& [user, esam, number] : visits) {
    const auto lock = start(user->session(), esam->session(), number);
    card::debit_for_unlock(user->session(), kWallet,
                           settle_request(esam->session(), lock, number, Amount::fen(0)));
    card::clear_tac_unread(user->session());
  }
}

TEST_CASE("an ESAM tells a lost GMAC again, and only that one") {
  Well well;
  auto& esam = well.esam->session();
  const auto lock = start(well.user->session(), esam, well.number);
  const auto request = settle_request(esam, lock, well.number, Amount::fen(40));
  CHECK(card::certify_sam_grey_lock(esam, lock.card.mac2) == card::Certification::kAlreadyDone);
  const auto again = card::get_gmac(esam, lock.sam.terminal_sn + 1);
  REQUIRE(again.has_value());
  CHECK(again->gmac == request.gmac);
  CHECK_FALSE(card::get_gmac(esam, lock.sam.terminal_sn));
}

TEST_CASE("an ESAM refuses a second factor, a foreign MAC2, another card and a debit too large") {
  Well well;
  auto& esam = well.esam->session();
  CHECK(base::to_hex(well.esam->chip().transmit(
            base::concat({base::from_hex("E040000024"), Bytes(36)}))) == "6700");
  const auto lock = start(well.user->session(), esam, well.number);
  CHECK(card::certify_sam_grey_lock(esam, {9, 9, 9, 9}) == card::Certification::kDoesNotHold);
  CHECK(refusal([&] {
          settle_request(esam, lock, user_number(well.county, 99), Amount::fen(1));
        }) == "CREDIT SAM FOR GREY DEBIT: 6A80, wrong data field");
  CHECK(refusal([&] { settle_request(esam, lock, well.number, Amount::fen(10001)); }) ==
        "CREDIT SAM FOR GREY DEBIT: 9401, not enough money");
  CHECK(refusal([&] { start(well.user->session(), esam, well.number); }) ==
        "INITIALIZE FOR GREY LOCK: 6985, condition of use is not satisfied");
}
