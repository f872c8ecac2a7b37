// Power cut at every byte of every write: the card is in the old or the new state, never between.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/purse.h"
#include "tests/cos-apdu/issued_cards.h"

using namespace test;

namespace {

constexpr auto kWallet = card::Purse::kWallet;

using Act = std::function<void(Card&)>;
using Check = std::function<void(Card&)>;

// Repeats `act` on copies of `before`, cut at write 1, 2, … and there at every `stride`-th byte,
// until it passes untouched; `check` looks at the card after each. Returns how many cuts there were.
int cut_everywhere(const Card& before, std::size_t stride, const Act& act, const Check& check) {
  int cuts = 0;
  for (std::size_t write = 1;; ++write) {
    std::size_t length = 1;
    bool reached = false;
    for (std::size_t at = 0; at <= length; at += stride) {
      auto torn = before.copy();
      reached = false;
      torn->chip().storage().on_write(
          [&](std::size_t nth, std::size_t bytes) -> std::optional<std::size_t> {
            if (nth != write) return std::nullopt;
            reached = true;
            length = bytes;
            return at + stride > bytes ? bytes : at;
          });
      try {
        act(*torn);
      } catch (const base::Error& error) {
        CHECK(error.fault() == base::Fault::kUncertain);
      }
      if (!reached) return cuts;
      ++cuts;
      torn->chip().storage().on_write({});
      torn->chip().power_on();
      check(*torn);
      auto reopened = torn->copy();
      check(*reopened);
    }
  }
}

}  // namespace

TEST_CASE("a load cut at any write is done or not done, and the card can tell which [R179]") {
  const County county(crypto::SuiteId::kAes128);
  const auto number = user_number(county);
  auto user = issue_user_card(county);
  int done = 0;
  int not_done = 0;
  const auto act = [&](Card& torn) {
    auto& session = torn.session();
    const auto init =
        card::init_load(session, kWallet, card::kFirstKey, Amount::fen(700), kDeskTerminal);
    const auto key = card::purse::online_session_key(county.suite(),
                                                     county.leaf(Purpose::kLoad, number.factor8()),
                                                     init.key.random, init.online_sn);
    const card::purse::Order order{.amount = Amount::fen(700),
                                   .type = card::TransactionType::kLoadWallet,
                                   .terminal = kDeskTerminal};
    const auto mac2 =
        crypto::mac4(county.suite(), key, card::purse::load_mac2_input(order, kMorning));
    card::credit_load(session, kMorning, mac2);
  };
  const auto check = [&](Card& torn) {
    auto& session = torn.session();
    const auto balance = card::get_balance(session, kWallet);
    const auto proof = card::get_transaction_proof(session, card::TransactionType::kLoadWallet, 0);
    const auto records = card::read_transactions(session).size();
    const bool old_state = balance == Amount::fen(0) && !proof && records == 0;
    const bool new_state = balance == Amount::fen(700) && proof && records == 1;
    CHECK((old_state || new_state));
    (new_state ? done : not_done) += 1;
  };
  CHECK(cut_everywhere(*user, 1, act, check) > 150);
  CHECK(done > 0);
  CHECK(not_done > 0);
}

TEST_CASE(
    "a settlement cut at any write leaves grey or settled, and grey takes the same debit again "
    "[R179] [R180]") {
  const County county(crypto::SuiteId::kAes128);
  const auto number = user_number(county);
  auto user = issue_user_card(county);
  auto psam = issue_psam(county, usual_ceiling());
  auto esam = issue_esam(county);
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  load(user->session(), psam->session(), number, Amount::fen(1000));
  const auto lock = start(user->session(), esam->session(), number);
  const auto request = settle_request(esam->session(), lock, number, Amount::fen(400));
  const auto act = [&](Card& torn) { card::debit_for_unlock(torn.session(), kWallet, request); };
  int settled = 0;
  const auto check = [&](Card& torn) {
    auto copy = torn.copy();
    auto& session = copy->session();
    if (card::get_lock_proof(session).state == card::LockState::kGrey) {
      CHECK(card::get_balance(session, kWallet) == Amount::fen(1000));
      card::debit_for_unlock(session, kWallet, request);
    } else {
      ++settled;
    }
    CHECK(card::get_lock_proof(session).state == card::LockState::kTacUnread);
    CHECK(card::get_lock_proof(session).amount == Amount::fen(400));
    CHECK(card::get_balance(session, kWallet) == Amount::fen(600));
  };
  CHECK(cut_everywhere(*user, 7, act, check) > 20);
  CHECK(settled > 0);
}

TEST_CASE("a PSAM cut at any write has charged its ceiling, or has given no MAC2") {
  const County county(crypto::SuiteId::kAes128);
  const auto number = user_number(county);
  auto user = issue_user_card(county);
  auto psam = issue_psam(county, usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  const auto init =
      card::init_load(user->session(), kWallet, card::kFirstKey, Amount::fen(250), kDeskTerminal);
  const card::SamLoadRequest request{.card_random = init.key.random,
                                     .online_sn = init.online_sn,
                                     .balance = init.balance,
                                     .amount = Amount::fen(250),
                                     .at = kMorning,
                                     .key_version = init.key.version,
                                     .algorithm = init.key.algorithm,
                                     .card_factor = number.factor8(),
                                     .mac1 = init.mac1};
  const auto act = [&](Card& torn) {
    card::verify_pin(torn.session(), secret(kPsamPin));
    card::init_sam_for_load(torn.session(), request);
  };
  const auto check = [&](Card& torn) {
    auto copy = torn.copy();
    auto& session = copy->session();
    REQUIRE(card::verify_pin(session, secret(kPsamPin)).right());
    card::init_sam_for_load(session, request);
    const auto counters = card::layout::decode_sam_counters(card::read_file(session, 0x18));
    CHECK(counters.loaded == Amount::fen(250));
    CHECK(counters.loads == 1);
  };
  CHECK(cut_everywhere(*psam, 11, act, check) > 20);
}

TEST_CASE("an ESAM cut at any write makes its GMAC anew or tells it again") {
  const County county(crypto::SuiteId::kAes128);
  const auto number = user_number(county);
  auto user = issue_user_card(county);
  auto psam = issue_psam(county, usual_ceiling());
  auto esam = issue_esam(county);
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  load(user->session(), psam->session(), number, Amount::fen(1000));
  const auto lock = start(user->session(), esam->session(), number);
  const auto act = [&](Card& torn) {
    settle_request(torn.session(), lock, number, Amount::fen(400));
  };
  const auto check = [&](Card& torn) {
    auto meter = torn.copy();
    auto& session = meter->session();
    const bool again =
        card::certify_sam_grey_lock(session, lock.card.mac2) == card::Certification::kCertified;
    card::UnlockRequest request{.amount = Amount::fen(400),
                                .offline_sn = static_cast<card::CardSn>(lock.init.offline_sn + 1),
                                .terminal = kMeterTerminal,
                                .at = kNoon};
    if (again) {
      request = settle_request(session, lock, number, Amount::fen(400));
    } else {
      const auto told = card::get_gmac(session, lock.sam.terminal_sn + 1);
      REQUIRE(told.has_value());
      request.gmac = told->gmac;
    }
    auto farmer = user->copy();
    CHECK_NOTHROW(card::debit_for_unlock(farmer->session(), kWallet, request));
    CHECK(card::get_balance(farmer->session(), kWallet) == Amount::fen(600));
  };
  CHECK(cut_everywhere(*esam, 13, act, check) > 20);
}

TEST_CASE("a wrong PIN is counted even when the power is cut right after the comparison") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = issue_psam(county, usual_ceiling());
  for (int tries = 2; tries >= 0; --tries) {
    psam->chip().storage().on_write(
        [](std::size_t, std::size_t bytes) -> std::optional<std::size_t> { return bytes; });
    CHECK_THROWS_AS(card::verify_pin(psam->session(), secret("000000")), base::Error);
    psam->chip().storage().on_write({});
    psam->chip().power_on();
    CHECK(psam->status().pin_tries == tries);
  }
}
