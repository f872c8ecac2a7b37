// Records of meters come into the books once, and sold = consumed + on cards.
#include "salesdesk/reading/harvest.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "salesdesk/trade/settle.h"
#include "tests/salesdesk/desk_fixture.h"

using namespace test;
using nlohmann::json;

namespace {

json record(int seq, std::int64_t used, std::int64_t left, const std::string& state) {
  return {{"seq", seq},
          {"card", user_number(home()).digits()},
          {"start", "2026-07-16T00:00:00Z"},
          {"end", "2026-07-16T02:00:00Z"},
          {"used_fen", used},
          {"left_fen", left},
          {"energy_centi_kwh", 416},
          {"price", 5529},
          {"state", state},
          {"check", "8A41"}};
}

std::filesystem::path harvest_of(const DeskFolder& folder, const json& records) {
  const auto path = folder.path() / "harvest.json";
  const json whole = {{"meter", "000000001234"}, {"list", "usage"}, {"records", records}};
  base::write_durably(path, whole.dump());
  return path;
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
  const auto esam = issue_esam(home());
  card::chip::DirectLink link(open.user());
  card::Session session(link);
  const Lock lock = start(session, esam->session(), user_number(home()));
  const auto request = settle_request(esam->session(), lock, user_number(home()), Amount::fen(230));
  CHECK_THROWS_AS(desk::settle_lock(open.desk(), open.reader()), base::Error);

  json suspended = record(1, 230, 1000, "suspended");
  suspended["release"] = {{"offline_sn", request.offline_sn},
                          {"terminal_sn", request.terminal_sn},
                          {"gmac", base::to_hex(request.gmac)}};
  const json lists = json::array(
      {{{"meter", "000000001234"}, {"list", "suspended"}, {"records", json::array({suspended})}}});
  const auto path = folder.path() / "harvest.json";
  base::write_durably(path, lists.dump());
  desk::harvest(open.desk(), path);

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

TEST_CASE("a harvest with one bad record brings in none [R97]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  json bad = record(2, 10, 10, "settled");
  bad.erase("used_fen");
  CHECK_THROWS_WITH(
      desk::harvest(open.desk(),
                    harvest_of(folder, json::array({record(1, 5, 5, "settled"), bad}))),
      "meter 000000001234 list usage record 2: 'used_fen' is missing");
  CHECK(desk::balance(open.desk()).consumed_fen == 0);
}
