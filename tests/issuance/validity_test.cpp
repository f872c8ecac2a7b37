// What days do to a pair: it issues until its day, and judges after it.
#include "issuance/engine/validity.h"

#include <doctest/doctest.h>

#include "issuance/pairs/void_pair.h"
#include "issuance/register/schema.h"
#include "tests/issuance/test_station.h"

using namespace shop;
using issuance::CardState;
using issuance::PairState;

namespace {

constexpr const char* kLastSecond = "2036-11-19T07:59:59Z";  // 3650 days from 2026-11-22T08:00:00Z
constexpr const char* kItsDay = "2036-11-19T08:00:00Z";

issuance::PairRow pair_of(TestStation& station, CardKind mother, std::string_view county = {}) {
  for (const auto& pair : station.book().pairs()) {
    if (pair.kind == mother && pair.county == county) return pair;
  }
  throw std::logic_error("no such pair");
}

std::string state_of(TestStation& station, const issuance::PairRow& pair, const char* time) {
  return std::string(
      name_of(issuance::key_state(pair, station.profile.validity, base::parse_utc(time))));
}

}  // namespace

TEST_CASE("a pair past its day is verify-only, and says since when") {
  auto station = station_with_chain();
  const auto pair = pair_of(*station, CardKind::kCountyMother, kCounty);
  CHECK(state_of(*station, pair, kLastSecond) == "active");
  CHECK(state_of(*station, pair, kItsDay) == "verify-only");
  CHECK(state_of(*station, pair_of(*station, CardKind::kStock), "2099-01-01T00:00:00Z") ==
        "active");

  station->now = base::parse_utc(kItsDay);
  const auto why = refusal_of([&] { issuance::issue(station->place(), psam_order()); });
  CHECK(why.find("county pair " + base::to_hex(pair.id) +
                 ": its keys are verify-only since 2036-11-19T08:00:00Z") != std::string::npos);
  CHECK(station->book().card(Serial8::of(CardKind::kPsam, 1)).state == CardState::kStock);

  station->now = base::parse_utc(kLastSecond);
  const auto psam = issuance::issue(station->place(), psam_order()).cards.front().serial;
  const auto end = issuance::end_of(station->book().card(psam), station->profile.validity);
  REQUIRE(end.has_value());
  CHECK(base::format(*end) == "2037-11-19T07:59:59Z");
}

TEST_CASE("the end of a pair is near from ninety days before it") {
  const auto end = base::parse_utc(kItsDay);
  CHECK_FALSE(issuance::ends_soon(end, base::parse_utc("2036-08-21T07:59:59Z")));
  CHECK(issuance::ends_soon(end, base::parse_utc("2036-08-21T08:00:00Z")));
  CHECK(issuance::ends_soon(end, base::parse_utc("2037-01-01T00:00:00Z")));
}

TEST_CASE("a successor that is made in time issues on when its predecessor's day is past") {
  auto station = station_with_chain();
  const auto old = pair_of(*station, CardKind::kCountyMother, kCounty);
  station->now = base::parse_utc(kLastSecond);
  const auto made = issuance::issue(station->place(), order("county", kCounty));
  REQUIRE(made.job.pair.has_value());
  CHECK(made.job.pair->name.generation == 2);
  station->tray.take_out(Serial8::of(CardKind::kCountyMother, 1));
  station->tray.take_out(Serial8::of(CardKind::kCountyControl, 1));
  station->now = base::parse_utc(kItsDay);
  const auto psam = issuance::issue(station->place(), psam_order());
  CHECK(station->book().card(psam.cards.front().serial).issuer == made.job.pair->name.id);
  CHECK(state_of(*station, *station->book().pair(old.id), kItsDay) == "verify-only");
}

TEST_CASE("a pair past its day still voids a pair below it [R161]") {
  auto station = station_with_chain();
  station->now = base::parse_utc(kItsDay);
  const auto county = pair_of(*station, CardKind::kCountyMother, kCounty);
  const auto row =
      issuance::void_pair(station->place(), county.id, issuance::Lost::kControl, two_persons());
  CHECK(state_of(*station, row, kItsDay) == "void");
  station->tray.take_out(Serial8::of(CardKind::kCountyControl, 1));
  CHECK(issuance::deliver_void_order(station->place(), row, two_persons()) ==
        issuance::Delivery::kTaken);
}

TEST_CASE("a register that kept no days reads them from the log") {
  auto station = station_with_chain();
  const auto before = station->book().pairs();
  station->stop();
  for (const char* end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(station->folder() / (std::string("register.db") + end));
  }
  {
    auto older = store::Database::open(station->folder() / "register.db", store::Access::kCreate);
    store::migrate(older, std::span(issuance::kRegisterSteps).first(1));
    older.run("UPDATE followed SET size = 5");
  }
  station->start();
  const auto after = station->book().pairs();
  REQUIRE(after.size() == before.size());
  for (const auto& pair : after) {
    CHECK(pair.state == PairState::kActive);
    CHECK(base::format(base::UtcTime{pair.since}) == "2026-11-22T08:00:00Z");
  }
}
