// The functions of user card and PSAM over emulated chips: what they do, refuse, and find out.
#include <algorithm>
#include <cstring>

#include <doctest/doctest.h>

#include "tests/reader/desk.h"

using namespace test;

TEST_CASE(
    "a top-up is armed before the card is credited, and its TAC is verified [R36] [R38] [R49]") {
  Desk desk;
  Seen seen;
  wellkey_topup topup = order(12000, seen);

  REQUIRE(wellkey_purchase(&desk.port, &topup) == WELLKEY_OK);

  CHECK(seen.calls == 1);
  CHECK(seen.topup.balance_before_fen == 0);
  CHECK(seen.topup.online_counter == 0);
  CHECK(std::string(seen.topup.terminal) == "000000001001");
  CHECK(std::string(seen.topup.card_number) == user_number(desk.county).digits());
  CHECK(topup.outcome == WELLKEY_OUTCOME_DONE);
  CHECK(topup.balance_after_fen == 12000);
  CHECK(desk.on_card() == 12000);
}

TEST_CASE("a top-up that its caller stops leaves the card as it was [R38]") {
  Desk desk;
  Seen seen;
  seen.answer = 1;
  wellkey_topup topup = order(12000, seen);

  CHECK(wellkey_purchase(&desk.port, &topup) == WELLKEY_STOPPED);
  CHECK(topup.outcome == WELLKEY_OUTCOME_NOT_DONE);
  CHECK(desk.on_card() == 0);
}

TEST_CASE("torn at any command, a top-up is done or not and the library says which [R38] [R179]") {
  int torn_scenarios = 0;
  for (const auto moment : {Tear::Moment::kBefore, Tear::Moment::kAfter}) {
    for (const auto then : {Tear::Then::kBack, Tear::Then::kAway}) {
      for (int command = 1;; ++command) {
        CAPTURE(command);
        CAPTURE(static_cast<int>(moment));
        CAPTURE(static_cast<int>(then));
        Desk desk;
        Seen seen;
        desk.counter.again();
        desk.counter.tear = Tear{command, moment, then};
        wellkey_topup topup = order(500, seen);
        const int result = wellkey_purchase(&desk.port, &topup);
        const bool reached = desk.counter.commands >= command;
        const std::int64_t on_card = desk.on_card();

        if (result == WELLKEY_OK) CHECK(on_card == 500);
        if (topup.outcome == WELLKEY_OUTCOME_NOT_DONE) CHECK(on_card == 0);
        if (then == Tear::Then::kBack) CHECK(result != WELLKEY_UNCERTAIN);
        if (result == WELLKEY_UNCERTAIN) {
          wellkey_record records[WELLKEY_MOST_RECORDS];
          std::size_t count = WELLKEY_MOST_RECORDS;
          wellkey_topup torn = seen.topup;
          REQUIRE(wellkey_get_records(&desk.port, records, &count, &torn) == WELLKEY_OK);
          CHECK(torn.outcome == (on_card == 500 ? WELLKEY_OUTCOME_DONE : WELLKEY_OUTCOME_NOT_DONE));
        }
        if (!reached) break;
        ++torn_scenarios;
      }
    }
  }
  CHECK(torn_scenarios >= 4 * 5);
}

TEST_CASE(
    "power cut at any write inside the card leaves the old or the new state, told apart [R179]") {
  for (std::size_t write = 1;; ++write) {
    for (const bool whole : {false, true}) {
      CAPTURE(write);
      CAPTURE(whole);
      Desk desk;
      Seen seen;
      std::size_t writes = 0;
      desk.user->chip().storage().on_write(
          [&](std::size_t, std::size_t bytes) -> std::optional<std::size_t> {
            if (++writes != write) return std::nullopt;
            return whole ? bytes : bytes / 2;
          });
      wellkey_topup topup = order(500, seen);
      const int result = wellkey_purchase(&desk.port, &topup);
      desk.user->chip().storage().on_write({});
      if (writes < write) {
        CHECK(result == WELLKEY_OK);
        return;
      }
      CHECK(result != WELLKEY_UNCERTAIN);
      CHECK(desk.on_card() == (result == WELLKEY_OK ? 500 : 0));
      if (whole && topup.outcome == WELLKEY_OUTCOME_DONE) CHECK(topup.balance_after_fen == 500);
    }
  }
}

TEST_CASE("a card of another county is refused before anything is asked of it [R38] [R149]") {
  Desk desk;
  const County elsewhere(crypto::SuiteId::kAes128, "130123");
  const auto foreign = issue_user_card(elsewhere);
  desk.counter.user = &foreign->chip();
  Seen seen;
  wellkey_topup topup = order(500, seen);

  CHECK(wellkey_purchase(&desk.port, &topup) == WELLKEY_OTHER_COUNTY);
  CHECK(says("外县卡"));
  CHECK(says("county of the card 130123, of the desk 410122"));
  CHECK(seen.calls == 0);
}

TEST_CASE("a wrong PSAM PIN counts down and blocks, and without it nothing is sold [R36] [R49]") {
  Desk desk;
  wellkey_port port(std::make_unique<ChipReaders>(desk.counter));
  Seen seen;
  wellkey_topup topup = order(500, seen);
  CHECK(wellkey_purchase(&port, &topup) == WELLKEY_PIN_NEEDED);

  int left = -1;
  CHECK(verify_pin(&port, "271828", &left) == WELLKEY_PIN_WRONG);
  CHECK(left == 2);
  CHECK(verify_pin(&port, "271828", &left) == WELLKEY_PIN_WRONG);
  CHECK(verify_pin(&port, "271828", &left) != WELLKEY_OK);
  CHECK(verify_pin(&port, kPsamPin, &left) == WELLKEY_PIN_BLOCKED);
  CHECK(seen.calls == 0);
}

TEST_CASE(
    "a bound PSAM takes the operator's PIN at its own desk only, in every suite [R36] [R49]") {
  for (const auto suite :
       {crypto::SuiteId::kTdes2, crypto::SuiteId::kSm4, crypto::SuiteId::kAes128}) {
    CAPTURE(static_cast<int>(suite));
    const County county(suite);
    auto psam = issue_psam(county, usual_ceiling(), {.keys = {Purpose::kHandheld}});
    Counter counter{nullptr, &psam->chip(), nullptr, {}, 0};
    wellkey_port port{std::make_unique<ChipReaders>(counter)};
    TerminalKey ours{county.leaf(Purpose::kHandheld, psam->serial().bytes())};
    TerminalKey foreign{county.leaf(Purpose::kHandheld, {0x2B, 9})};
    const auto log_in = [&](std::string_view pin, TerminalKey* key) {
      wellkey_login login{};
      pin.copy(login.pin, sizeof login.pin - 1);
      login.prove = key == nullptr ? nullptr : prove_terminal;
      login.context = key;
      const int result = wellkey_psam_verify_pin(&port, &login);
      CHECK(std::all_of(std::begin(login.pin), std::end(login.pin),
                        [](char digit) { return digit == 0; }));
      return result;
    };
    CHECK(log_in(kPsamPin, nullptr) == WELLKEY_TERMINAL_NEEDED);
    CHECK(log_in("271828", &foreign) == WELLKEY_TERMINAL_WRONG);
    CHECK(says("2 tries left"));
    CHECK(log_in("271828", &ours) == WELLKEY_PIN_WRONG);
    CHECK(log_in(kPsamPin, &ours) == WELLKEY_OK);
    ours.has_it = false;
    CHECK(log_in(kPsamPin, &ours) == WELLKEY_TERMINAL_NEEDED);
    for (int wrong = 0; wrong < 3; ++wrong)
      CHECK(log_in(kPsamPin, &foreign) == WELLKEY_TERMINAL_WRONG);
    CHECK(says("0 tries left"));
    ours.has_it = true;
    CHECK(log_in(kPsamPin, &ours) == WELLKEY_TERMINAL_WRONG);
    CHECK(says("its terminal key is blocked"));
  }
}

TEST_CASE("a PSAM that is bound to no desk asks for no proof [R36]") {
  Desk desk;
  TerminalKey unused{desk.county.leaf(Purpose::kHandheld, {0x2B, 9})};
  wellkey_login login{};
  kPsamPin.copy(login.pin, sizeof login.pin - 1);
  login.prove = prove_terminal;
  login.context = &unused;
  wellkey_port port(std::make_unique<ChipReaders>(desk.counter));
  CHECK(wellkey_psam_verify_pin(&port, &login) == WELLKEY_OK);
  CHECK(unused.asked == 0);
}

TEST_CASE("the PSAM sells no more than its ceiling [R49]") {
  Desk desk;
  Seen seen;
  wellkey_topup most = order(usual_ceiling().money.fen(), seen);
  REQUIRE(wellkey_purchase(&desk.port, &most) == WELLKEY_OK);
  wellkey_topup more = order(1, seen);
  CHECK(wellkey_purchase(&desk.port, &more) == WELLKEY_CEILING);
  CHECK(desk.on_card() == usual_ceiling().money.fen());
}

TEST_CASE("a deduction takes its amount once, and no more than there is [R39]") {
  Desk desk;
  Seen seen;
  wellkey_topup topup = order(1000, seen);
  REQUIRE(wellkey_purchase(&desk.port, &topup) == WELLKEY_OK);

  wellkey_deduction deduction{};
  deduction.amount_fen = 300;
  put(deduction.date, "20260715");
  put(deduction.time, "090000");
  REQUIRE(wellkey_deduct(&desk.port, &deduction) == WELLKEY_OK);
  CHECK(deduction.balance_after_fen == 700);
  CHECK(desk.on_card() == 700);

  deduction.amount_fen = 701;
  CHECK(wellkey_deduct(&desk.port, &deduction) == WELLKEY_NOT_ENOUGH);
  CHECK(desk.on_card() == 700);
}

TEST_CASE(
    "a locked card takes no money, says where it is locked, and is settled by the meter's GMAC "
    "[R40] [R45]") {
  Desk desk;
  Seen seen;
  wellkey_topup topup = order(1000, seen);
  REQUIRE(wellkey_purchase(&desk.port, &topup) == WELLKEY_OK);
  const auto esam = issue_esam(desk.county);
  const auto number = user_number(desk.county);
  const Lock lock = start(desk.user->session(), esam->session(), number);
  const auto from_meter = settle_request(esam->session(), lock, number, Amount::fen(230));

  wellkey_topup refused = order(500, seen);
  CHECK(wellkey_purchase(&desk.port, &refused) == WELLKEY_CARD_LOCKED);
  CHECK(says("at terminal 000000001234 since 20260715"));
  wellkey_lock_state state{};
  REQUIRE(wellkey_get_lock_state(&desk.port, &state) == WELLKEY_OK);
  CHECK(state.state == WELLKEY_LOCK_GREY);
  CHECK(std::string(state.terminal) == "000000001234");

  wellkey_settlement settlement{};
  put(settlement.card_number, number.digits());
  settlement.amount_fen = 230;
  settlement.offline_counter = state.offline_counter;
  put(settlement.terminal, base::to_hex(from_meter.terminal));
  settlement.terminal_counter = from_meter.terminal_sn;
  put(settlement.date, base::to_hex(from_meter.at.date));
  put(settlement.time, base::to_hex(from_meter.at.time));
  std::copy(from_meter.gmac.begin(), from_meter.gmac.end(), settlement.gmac);
  wellkey_settlement wrong = settlement;
  wrong.amount_fen = 229;
  CHECK(wellkey_settle_lock(&desk.port, &wrong) == WELLKEY_MAC_REFUSED);
  REQUIRE(wellkey_settle_lock(&desk.port, &settlement) == WELLKEY_OK);
  CHECK(settlement.balance_after_fen == 770);

  SUBCASE("settled again, it answers as the first time and takes nothing") {
    wellkey_settlement again = settlement;
    CHECK(wellkey_settle_lock(&desk.port, &again) == WELLKEY_OK);
    CHECK(std::memcmp(again.tac, settlement.tac, 4) == 0);
    CHECK(desk.on_card() == 770);
  }
}

TEST_CASE(
    "card state, records, number and information are read as issued [R43] [R44] [R47] [R48]") {
  Desk desk;
  Seen seen;
  wellkey_topup topup = order(1000, seen);
  REQUIRE(wellkey_purchase(&desk.port, &topup) == WELLKEY_OK);

  wellkey_card_state state{};
  REQUIRE(wellkey_get_card_state(&desk.port, &state) == WELLKEY_OK);
  CHECK(state.kind == 0x40);
  CHECK(state.life_cycle == 0x05);
  CHECK(std::string(state.county) == "410122");
  CHECK(state.balance_fen == 1000);
  CHECK(state.lock == WELLKEY_LOCK_NONE);

  wellkey_record records[WELLKEY_MOST_RECORDS];
  std::size_t count = WELLKEY_MOST_RECORDS;
  REQUIRE(wellkey_get_records(&desk.port, records, &count, nullptr) == WELLKEY_OK);
  REQUIRE(count == 1);
  CHECK(records[0].type == 0x02);
  CHECK(records[0].amount_fen == 1000);
  CHECK(records[0].counter == 1);

  char number[21];
  REQUIRE(wellkey_read_card_number(&desk.port, number) == WELLKEY_OK);
  CHECK(std::string(number) == user_number(desk.county).digits());
  wellkey_card_information information{};
  REQUIRE(wellkey_read_card_information(&desk.port, &information) == WELLKEY_OK);
  CHECK(std::string(information.card_number) == number);
  CHECK(std::string(information.county) == "410122");
}

TEST_CASE("a missing card, another card and a null pointer have answers of their own [R33]") {
  Desk desk;
  Seen seen;
  wellkey_topup topup = order(500, seen);
  put(topup.card_number, user_number(desk.county, 18).digits());
  CHECK(wellkey_purchase(&desk.port, &topup) == WELLKEY_OTHER_CARD);
  CHECK(wellkey_purchase(&desk.port, nullptr) == WELLKEY_BAD_ARGUMENT);
  topup = order(0, seen);
  CHECK(wellkey_purchase(&desk.port, &topup) == WELLKEY_BAD_ARGUMENT);
  desk.counter.user = nullptr;
  topup = order(500, seen);
  CHECK(wellkey_purchase(&desk.port, &topup) == WELLKEY_NO_CARD);
  desk.counter.psam = nullptr;
  wellkey_port port(std::make_unique<ChipReaders>(desk.counter));
  CHECK(verify_pin(&port, kPsamPin) == WELLKEY_NO_PSAM);
  CHECK(wellkey_close_port(nullptr) == WELLKEY_OK);
}
