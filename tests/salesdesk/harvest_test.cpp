// Records of meters come into the books once, and sold = consumed + on cards.
#include "salesdesk/reading/harvest.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "salesdesk/trade/settle.h"
#include "tests/salesdesk/desk_fixture.h"

using namespace test;
using nlohmann::json;

namespace {

json record(int seq, std::int64_t used, std::int64_t left, const std::string& state,
            int card_sn = 1) {
  return {{"seq", seq},
          {"card", user_number(home()).digits()},
          {"start", "2026-07-16T00:00:00Z"},
          {"end", "2026-07-16T02:00:00Z"},
          {"used_fen", used},
          {"left_fen", left},
          {"card_sn", card_sn},
          {"energy_centi_kwh", 416},
          {"price", 5529},
          {"state", state},
          {"check", "8A41"}};
}

std::filesystem::path harvest_of(const DeskFolder& folder, const json& records,
                                 const std::string& meter = "000000001234",
                                 const std::string& list = "usage") {
  auto path = folder.path() / "harvest.json";
  const json whole = {{"format", 1}, {"meter", meter}, {"list", list}, {"records", records}};
  base::write_durably(path, whole.dump());
  return path;
}

// The card on the reader irrigates for `fen`: what the desk may see between the swipes is up to it.
template <typename Between>
void irrigate(OpenDesk& open, std::int64_t fen, Between between) {
  const auto esam = issue_esam(home());
  card::chip::DirectLink link(open.user());
  card::Session session(link);
  const Lock lock = start(session, esam->session(), user_number(home()));
  between();
  const auto request = settle_request(esam->session(), lock, user_number(home()), Amount::fen(fen));
  card::debit_for_unlock(session, card::Purse::kWallet, request);
  card::clear_tac_unread(session);
}

// The card on the reader left its meter grey, with 230 fen to pay.
class LockedCard {
 public:
  explicit LockedCard(OpenDesk& open)
      : link_(open.user()),
        session_(link_),
        esam_(issue_esam(home())),
        request_(settle_request(esam_->session(),
                                start(session_, esam_->session(), user_number(home())),
                                user_number(home()), Amount::fen(230))) {}

  void settle_at_meter() {
    card::debit_for_unlock(session_, card::Purse::kWallet, request_);
    card::clear_tac_unread(session_);
  }

  json suspended() const {
    json suspended = record(1, 230, 1000, "suspended");
    suspended["release"] = {{"offline_sn", request_.offline_sn},
                            {"terminal_sn", request_.terminal_sn},
                            {"gmac", base::to_hex(request_.gmac)}};
    return suspended;
  }

 private:
  card::chip::DirectLink link_;
  card::Session session_;
  std::unique_ptr<Card> esam_;
  card::UnlockRequest request_;
};

desk::HarvestSum harvest_usage(const DeskFolder& folder, OpenDesk& open, const json& record) {
  return desk::harvest(open.desk(), harvest_of(folder, json::array({record})));
}

void harvest_suspended(const DeskFolder& folder, OpenDesk& open, const LockedCard& locked) {
  desk::harvest(open.desk(),
                harvest_of(folder, json::array({locked.suspended()}), "000000001234", "suspended"));
}

void note_card_on_reader(OpenDesk& open, base::UtcTime at) {
  const desk::CardSeen card = open.reader().look();
  desk::note_sight(open.desk(), desk::sight_on(open.reader(), card, open.reader().lock(), at));
}

void check_on_card(OpenDesk& open, std::int64_t fen) {
  const desk::Balance books = desk::balance(open.desk());
  CHECK(books.on_cards_fen == fen);
  CHECK(books.difference_fen() == 0);
}

void check_consumed_once(OpenDesk& open) {
  const desk::Balance books = desk::balance(open.desk());
  CHECK(books.consumed_fen == 230);
  CHECK(books.alarms == 0);
  check_on_card(open, 770);
}

}  // namespace

TEST_CASE(
    "sold equals consumed plus on cards, to the fen, once the meter is harvested [R97] [R173]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);

  const auto sum = desk::harvest(
      open.desk(), harvest_of(folder, json::array({record(1, 230, 770, "settled"),
                                                   record(2, 100, 770, "suspended")})));
  CHECK(sum.imported == 2);
  CHECK(sum.consumed_fen == 230);

  const desk::Balance books = desk::balance(open.desk());
  CHECK(books.sold_fen == 1000);
  CHECK(books.consumed_fen == 230);
  CHECK(books.on_cards_fen == 770);
  CHECK(books.difference_fen() == 0);
}

TEST_CASE(
    "the same records again change nothing, other content under the same number is an alarm [R97] "
    "[R98]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  desk::harvest(open.desk(), harvest_of(folder, json::array({record(1, 230, 770, "settled")})));

  const auto again = desk::harvest(open.desk(), folder.path() / "harvest.json");
  CHECK(again.known == 1);
  CHECK(again.imported == 0);
  const auto forged =
      desk::harvest(open.desk(), harvest_of(folder, json::array({record(1, 30, 970, "settled")})));
  CHECK(forged.alarms == 1);
  CHECK(forged.imported == 0);

  const desk::Balance books = desk::balance(open.desk());
  CHECK(books.consumed_fen == 230);
  CHECK(books.alarms == 1);
}

TEST_CASE(
    "a locked card is settled at the desk by the suspended record of its meter, once [R40] "
    "[R181]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  LockedCard locked(open);
  CHECK_THROWS_AS(desk::settle_lock(open.desk(), open.reader()), base::Error);
  harvest_suspended(folder, open, locked);

  const desk::Settled settled = desk::settle_lock(open.desk(), open.reader());
  CHECK(settled.consumed.fen() == 230);
  CHECK(settled.balance_after.fen() == 770);
  CHECK_THROWS_WITH(desk::settle_lock(open.desk(), open.reader()),
                    "该卡没有待结算的灰锁 / this card has no lock to settle");
  const desk::Balance books = desk::balance(open.desk());
  CHECK(books.consumed_fen == 230);
  CHECK(books.on_cards_fen == 770);
  CHECK(books.difference_fen() == 0);
}

TEST_CASE("a session settled at the desk is known when its meter says it as well [R97] [R181]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  const LockedCard locked(open);
  harvest_suspended(folder, open, locked);
  desk::settle_lock(open.desk(), open.reader());

  const auto sum = harvest_usage(folder, open, record(1, 230, 770, "settled"));
  CHECK(sum.known == 1);
  CHECK(sum.imported == 0);
  CHECK(sum.consumed_fen == 0);
  CHECK(desk::harvest(open.desk(), folder.path() / "harvest.json").known == 1);
  check_consumed_once(open);
}

TEST_CASE("a session that its meter settled is not booked again at the desk [R97] [R181]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  LockedCard locked(open);
  CHECK(harvest_usage(folder, open, record(1, 230, 770, "settled")).consumed_fen == 230);
  harvest_suspended(folder, open, locked);
  SUBCASE("a card that paid at the meter is refused") {
    locked.settle_at_meter();
  }
  SUBCASE("a card that is still grey pays what is booked") {
    CHECK(desk::settle_lock(open.desk(), open.reader()).balance_after.fen() == 770);
  }
  CHECK_THROWS_WITH(desk::settle_lock(open.desk(), open.reader()),
                    "该卡没有待结算的灰锁 / this card has no lock to settle");
  CHECK(open.on_card() == 770);
  check_consumed_once(open);
}

TEST_CASE("another amount of a booked session is an alarm and books nothing [R97] [R98] [R181]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  const LockedCard locked(open);
  harvest_suspended(folder, open, locked);
  const json other = record(1, 231, 769, "settled");
  SUBCASE("after the desk settled it") {
    desk::settle_lock(open.desk(), open.reader());
    const auto sum = harvest_usage(folder, open, other);
    CHECK(sum.alarms == 1);
    CHECK(sum.consumed_fen == 0);
    check_on_card(open, 770);
  }
  SUBCASE("before the desk settles it") {
    harvest_usage(folder, open, other);
    CHECK_THROWS_WITH(
        desk::settle_lock(open.desk(), open.reader()),
        "该次用电已按另一金额入账，已报警 / this session is booked with another amount "
        "than 2.30 yuan: an alarm is raised");
    CHECK(open.on_card() == 1000);
    check_on_card(open, 769);
  }
  CHECK(desk::balance(open.desk()).alarms == 1);
}

TEST_CASE("sessions of a card with a meter that began at different times count both [R97] [R173]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  json later = record(2, 230, 540, "settled", 2);
  later["start"] = "2026-07-16T01:00:00Z";
  const auto sum = desk::harvest(
      open.desk(), harvest_of(folder, json::array({record(1, 230, 770, "settled"), later})));
  CHECK(sum.imported == 2);
  CHECK(desk::balance(open.desk()).consumed_fen == 460);
  check_on_card(open, 540);
}

TEST_CASE(
    "two sessions of a card within one second come out right in either order of harvest [R97] "
    "[R173]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  const auto harvest_first = [&] {
    desk::harvest(open.desk(), harvest_of(folder, json::array({record(1, 230, 770, "settled", 1)}),
                                          "000000001234"));
  };
  const auto harvest_second = [&] {
    desk::harvest(open.desk(), harvest_of(folder, json::array({record(1, 70, 700, "settled", 2)}),
                                          "000000005678"));
  };
  SUBCASE("as they happened") {
    harvest_first();
    harvest_second();
  }
  SUBCASE("the other way round") {
    harvest_second();
    harvest_first();
  }
  check_on_card(open, 700);
}

TEST_CASE("a card seen locked gives way to its settlement in the same second [R97] [R173]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  const auto harvest_it = [&] {
    desk::harvest(open.desk(), harvest_of(folder, json::array({record(1, 230, 770, "settled")})));
  };
  const auto see_it = [&] { note_card_on_reader(open, base::parse_utc("2026-07-16T02:00:00Z")); };
  SUBCASE("harvested after the desk saw it") {
    irrigate(open, 230, see_it);
    harvest_it();
  }
  SUBCASE("noted after the harvest") {
    irrigate(open, 230, [&] {
      harvest_it();
      see_it();
    });
  }
  check_on_card(open, 770);
}

TEST_CASE("the clock of a meter does not say what is on a card [R97] [R173]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  irrigate(open, 230, [] {});
  open.sell(500, "request-2");
  note_card_on_reader(open, base::parse_utc("2026-07-15T00:31:00Z"));
  irrigate(open, 70, [] {});
  json ahead = record(1, 230, 770, "settled", 1);
  ahead["end"] = "2031-01-01T00:00:00Z";
  desk::harvest(open.desk(), harvest_of(folder, json::array({ahead})));
  CHECK(desk::balance(open.desk()).on_cards_fen == 1270);

  json behind = record(1, 70, 1200, "settled", 2);
  behind["end"] = "2000-01-01T00:00:00Z";
  desk::harvest(open.desk(), harvest_of(folder, json::array({behind}), "000000005678"));
  check_on_card(open, 1200);
}

TEST_CASE("money that another desk loaded is seen when the card lies on the reader [R97]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(1000);
  const auto other_desk = issue_psam(home(), usual_ceiling());
  card::chip::DirectLink link(open.user());
  card::Session session(link);
  REQUIRE(card::verify_pin(other_desk->session(), secret(kPsamPin)).right());
  load(session, other_desk->session(), user_number(home()), Amount::fen(700));
  note_card_on_reader(open, base::parse_utc("2026-07-15T00:31:00Z"));
  CHECK(desk::balance(open.desk()).on_cards_fen == 1700);
}

TEST_CASE("a harvest with one bad record brings in none [R97]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  json bad = record(2, 10, 10, "settled");
  bad.erase("used_fen");
  CHECK_THROWS_WITH(
      desk::harvest(open.desk(),
                    harvest_of(folder, json::array({record(1, 5, 5, "settled"), bad}))),
      "meter 000000001234 list usage record 2: 'used_fen' is missing");
  bad = record(2, 10, 10, "settled", 0x10000);
  CHECK_THROWS_WITH(desk::harvest(open.desk(), harvest_of(folder, json::array({bad}))),
                    "meter 000000001234 list usage record 1: 'card_sn' is 65536");
  CHECK(desk::balance(open.desk()).consumed_fen == 0);
}

TEST_CASE("a harvest of a newer format, or without its number, is refused by name") {
  const DeskFolder folder;
  OpenDesk open(folder);
  const auto path = folder.path() / "harvest.json";
  base::write_durably(path, std::string_view(R"({"format": 2, "meter": "1", "records": []})"));
  CHECK_THROWS_WITH(desk::harvest(open.desk(), path),
                    "harvest: format 2, this program knows format 1");
  base::write_durably(path, std::string_view(R"({"meter": "1", "list": "usage", "records": []})"));
  CHECK_THROWS_WITH(desk::harvest(open.desk(), path), "harvest: expected format 1");
}
