// What must fail fails, says why, and leaves nothing behind.
#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "issuance/engine/stock.h"
#include "issuance/pairs/void_pair.h"
#include "tests/issuance/test_station.h"

using namespace shop;
using base::Fault;
using issuance::CardState;
using issuance::PairState;

namespace {

issuance::PairId county_pair(TestStation& station, std::string_view county = kCounty) {
  for (const auto& pair : station.book().pairs()) {
    if (pair.kind == CardKind::kCountyMother && pair.county == county &&
        pair.state == PairState::kActive) {
      return pair.id;
    }
  }
  throw std::logic_error("no such pair");
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a county mother card without its control card, or with a foreign one, issues nothing "
    "[R159][R160]") {
  auto station = station_with_chain();
  station->tray.take_out(Serial8::of(CardKind::kCountyControl, 1));
  const auto why = refusal_of([&] { issuance::issue(station->place(), psam_order()); });
  CHECK(says(why, "it belongs to pair " + base::to_hex(county_pair(*station, kOtherCounty))));
  station->tray.take_out(Serial8::of(CardKind::kCountyControl, 2));
  CHECK(fault_of([&] { issuance::issue(station->place(), psam_order()); }) == Fault::kNotFound);
  CHECK(station->book().card(Serial8::of(CardKind::kPsam, 1)).state == CardState::kStock);
}

TEST_CASE("the loss of a control card voids pair and both cards in one entry [R161]") {
  auto station = station_with_chain();
  const auto id = county_pair(*station);
  const auto before = station->log().head().size;
  const auto row =
      issuance::void_pair(station->place(), id, issuance::Lost::kControl, two_persons());
  CHECK(station->log().head().size == before + 1);
  CHECK(row.state == PairState::kVoid);
  CHECK(row.lost == "control lost");
  CHECK(station->book().card(Serial8::of(CardKind::kCountyMother, 1)).state == CardState::kVoid);
  CHECK(station->book().card(Serial8::of(CardKind::kCountyControl, 1)).state == CardState::kVoid);

  const auto why = refusal_of([&] { issuance::issue(station->place(), psam_order()); });
  CHECK(says(why, "is void since log entry"));
  CHECK(says(why, "control lost"));
  CHECK(fault_of([&] {
          issuance::void_pair(station->place(), id, issuance::Lost::kMother, two_persons());
        }) == Fault::kWrongState);
}

TEST_CASE("the surviving card takes the void order of the level above and opens no more [R161]") {
  auto station = station_with_chain();
  const auto row = issuance::void_pair(station->place(), county_pair(*station),
                                       issuance::Lost::kControl, two_persons());
  station->tray.take_out(Serial8::of(CardKind::kCountyControl, 1));
  CHECK(issuance::deliver_void_order(station->place(), row, two_persons()) ==
        issuance::Delivery::kTaken);
  CHECK(station->tray.status(Serial8::of(CardKind::kCountyMother, 1)).life_cycle ==
        card::layout::LifeCycle::kVoid);
  CHECK(issuance::deliver_void_order(station->place(), row, two_persons()) ==
        issuance::Delivery::kNotHere);
}

TEST_CASE("a voided pair is replaced by one of the next generation [R161]") {
  auto station = station_with_chain();
  issuance::void_pair(station->place(), county_pair(*station), issuance::Lost::kMother,
                      two_persons());
  const auto made = issuance::issue(station->place(), order("county", kCounty));
  REQUIRE(made.job.pair.has_value());
  CHECK(made.job.pair->name.generation == 2);
  const auto psam = issuance::issue(station->place(), psam_order());
  CHECK(station->book().card(psam.cards.front().serial).issuer == made.job.pair->name.id);
}

TEST_CASE("a void that the log did not take voids neither card [R161]") {
  auto station = station_with_chain();
  const auto id = county_pair(*station);
  station->fail_signature(1);
  CHECK(fault_of([&] {
          issuance::void_pair(station->place(), id, issuance::Lost::kMother, two_persons());
        }) == Fault::kUnavailable);
  station->stop();
  station->start();
  CHECK(station->book().pair(id)->state == PairState::kActive);
  CHECK(station->book().card(Serial8::of(CardKind::kCountyMother, 1)).state == CardState::kIssued);
}

TEST_CASE(
    "a blank that was never received, one that was used, and one of another stock are refused "
    "[R133]") {
  auto station = station_with_chain();
  for (std::uint64_t number = 1; number <= 3; ++number) {
    station->tray.take_out(Serial8::of(CardKind::kPsam, number));
  }
  const Serial8 fresh = station->tray.add(CardKind::kPsam, 50);
  CHECK(says(refusal_of([&] { issuance::issue(station->place(), psam_order()); }),
             "receive it into stock first"));
  station->tray.take_out(fresh);

  station->tray.insert(Serial8::of(CardKind::kPsam, 1));
  issuance::issue(station->place(), psam_order());
  CHECK(says(refusal_of([&] { issuance::issue(station->place(), psam_order(kCounty, "2")); }),
             "it was used before"));
}

TEST_CASE("a blank that does not hold our transport key is a reject, and the log says why") {
  auto station = station_with_chain();
  TestStation foreign;
  found(foreign);
  auto media = station->tray.media();
  const Serial8 serial = Serial8::of(CardKind::kPsam, 1);
  media.at(serial) = foreign.tray.media().at(serial);
  station->tray.set_back(media);
  for (std::uint64_t number = 2; number <= 3; ++number) {
    station->tray.take_out(Serial8::of(CardKind::kPsam, number));
  }
  const auto why = refusal_of([&] { issuance::issue(station->place(), psam_order()); });
  CHECK(says(why, "swapped"));
  CHECK(station->book().card(serial).state == CardState::kReject);
}

TEST_CASE("a mother card of another station is no mother card of ours") {
  auto station = station_with_chain();
  TestStation foreign;
  found(foreign);
  issuance::issue(foreign.place(), order("provincial"));
  auto media = station->tray.media();
  for (const CardKind kind : {CardKind::kProvincialMother, CardKind::kProvincialControl}) {
    media.at(Serial8::of(kind, 1)) = foreign.tray.media().at(Serial8::of(kind, 1));
  }
  station->tray.set_back(media);
  CHECK(says(refusal_of([&] { issuance::issue(station->place(), order("county", "130104")); }),
             "is not in this register"));
}

TEST_CASE("a rehearsal card is refused at a live station [R147]") {
  auto station = station_with_chain();
  TestStation live(base::Mode::kLive);
  live.tray.set_back(station->tray.media());
  CHECK(says(refusal_of([&] { issuance::issue(live.place(), psam_order()); }),
             "a rehearsal card at a live station"));
}

TEST_CASE("one person twice is not two persons") {
  auto station = station_with_chain();
  station->answer("person-1", "1002");
  CHECK(fault_of([&] { issuance::ask_people(station->place().people, 2, audit::Role::kIssuer); }) ==
        Fault::kRefused);
}

TEST_CASE("a station that was set back is caught by the first pair that remembers its log") {
  auto station = station_with_chain();
  const Moment before(*station);
  issuance::issue(station->place(), psam_order());
  const auto newer = station->tray.media();
  before.restore(*station);
  station->tray.set_back(newer);
  CHECK(fault_of([&] { issuance::issue(station->place(), esam_order()); }) == Fault::kTampered);
}

TEST_CASE("a county that the profile does not name gets no pair") {
  auto station = station_with_chain();
  const auto before = station->log().head().size;
  CHECK(fault_of([&] { issuance::issue(station->place(), order("county", "999999")); }) ==
        Fault::kNotFound);
  CHECK(station->log().head().size == before);
}
