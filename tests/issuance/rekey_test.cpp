// A county moves to its next key version: old and new live side by side, and the old one ends last.
#include <map>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "cos-apdu/keycards/open_pair.h"
#include "issuance/engine/blanks.h"
#include "issuance/pairs/destroy_card.h"
#include "issuance/pairs/retire_pair.h"
#include "issuance/pairs/void_pair.h"
#include "tests/issuance/test_station.h"

using namespace shop;
using base::Fault;
using issuance::PairState;

namespace {

issuance::PairRow pair_of_version(TestStation& station, CardKind mother, std::int64_t version) {
  for (const auto& pair : station.book().pairs()) {
    if (pair.kind == mother && pair.county == kCounty && pair.version == version) return pair;
  }
  throw std::logic_error("no such pair");
}

issuance::Order county_order(std::uint8_t version) {
  issuance::Order wanted = order("county", kCounty);
  wanted.version = version;
  return wanted;
}

// Old pair out of the readers, new pair in its place.
void change_over(TestStation& station) {
  issuance::issue(station.place(), county_order(2));
  for (const CardKind kind : {CardKind::kCountyMother, CardKind::kCountyControl}) {
    station.tray.take_out(Serial8::of(kind, 1));
  }
}

std::string held(TestStation& station, std::int64_t version) {
  return issuance::format(issuance::holders(
      station.book(), pair_of_version(station, CardKind::kCountyMother, version)));
}

// What the keys of a county pair say of themselves; the cards lie in their readers.
std::map<derivation::Purpose, crypto::Kcv> values_of(TestStation& station, std::uint64_t number) {
  const auto card = [&](CardKind kind) {
    station.tray.insert(Serial8::of(kind, number));
    return issuance::CardInHand(station.tray.find(
        {"", [&](const auto& status) { return status.serial == Serial8::of(kind, number); }}));
  };
  issuance::CardInHand mother = card(CardKind::kCountyMother);
  issuance::CardInHand control = card(CardKind::kCountyControl);
  const auto pin = base::SecretBytes::copy_of(base::bytes_of(kPin));
  card::keycards::OpenPair pair(mother.session, control.session, {pin, pin}, {{}, 1});
  std::map<derivation::Purpose, crypto::Kcv> values;
  for (const auto& row : derivation::kPurposes) {
    values.emplace(row.purpose, pair.check_value(row.purpose));
  }
  return values;
}

}  // namespace

TEST_CASE(
    "a county's next key version issues while the old one lives, with keys of its own [R128]") {
  auto station = station_with_chain();
  const auto first = issuance::issue(station->place(), psam_order()).cards.front().serial;
  change_over(*station);
  const auto second =
      issuance::issue(station->place(), psam_order(kCounty, "2")).cards.front().serial;
  CHECK(station->tray.status(first).version == 1);
  CHECK(station->tray.status(second).version == 2);
  CHECK(station->book().card(first).version == 1);
  CHECK(station->book().card(second).version == 2);

  const auto old_pair = pair_of_version(*station, CardKind::kCountyMother, 1);
  const auto new_pair = pair_of_version(*station, CardKind::kCountyMother, 2);
  CHECK(old_pair.state == PairState::kActive);
  CHECK(new_pair.state == PairState::kActive);
  CHECK(new_pair.generation == old_pair.generation + 1);
  const auto old_values = values_of(*station, 1);
  const auto new_values = values_of(*station, 3);
  CHECK(old_values.size() == 15);
  REQUIRE(new_values.size() == old_values.size());
  for (const auto& [purpose, value] : old_values) CHECK(new_values.at(purpose) != value);
}

TEST_CASE("a key version is never behind the newest, and none is left out") {
  auto station = station_with_chain();
  CHECK(refusal_of([&] { issuance::issue(station->place(), county_order(3)); }) ==
        "county pair 130109: key version 3 was asked for, expected 1 or 2");
  change_over(*station);
  CHECK(refusal_of([&] { issuance::issue(station->place(), county_order(1)); }) ==
        "county pair 130109: key version 1 was asked for, expected 2 or 3");
}

TEST_CASE("an old key version is retired when no card holds it any more") {
  auto station = station_with_chain();
  const auto psam = issuance::issue(station->place(), psam_order()).cards.front().serial;
  const auto old_pair = pair_of_version(*station, CardKind::kCountyMother, 1);
  const auto retire = [&] {
    return issuance::retire_pair(station->place(), old_pair.id, two_persons(), std::nullopt);
  };
  change_over(*station);
  CHECK(held(*station, 1) == "1 user mother card, 1 user control card, 1 PSAM");
  CHECK(held(*station, 2).empty());
  CHECK(refusal_of(retire) ==
        "pair " + base::to_hex(old_pair.id) +
            ": still held by 1 user mother card, 1 user control card, 1 PSAM; two officers may "
            "retire it all the same (--despite REASON)");

  issuance::issue(station->place(), order("user-mother", kCounty));
  const auto old_mother = pair_of_version(*station, CardKind::kUserMother, 1);
  CHECK(pair_of_version(*station, CardKind::kUserMother, 2).state == PairState::kActive);
  issuance::retire_pair(station->place(), old_mother.id, two_persons(), std::nullopt);
  CHECK(held(*station, 1) == "1 PSAM");
  issuance::record_destroyed_card(station->place(), psam, two_persons(), "replaced by version 2");
  CHECK(held(*station, 1).empty());
  CHECK(retire().pair.state == PairState::kRetired);
}

TEST_CASE("without a pair that issues in its place none is retired, and the stock pair never is") {
  auto station = station_with_chain();
  const auto refused = [&](const issuance::PairRow& pair) {
    return refusal_of(
        [&] { issuance::retire_pair(station->place(), pair.id, two_persons(), std::nullopt); });
  };
  for (const auto& pair : station->book().pairs()) {
    if (pair.kind == CardKind::kStock) {
      CHECK(refused(pair).find("the stock pair is not retired") != std::string::npos);
    }
    if (pair.kind == CardKind::kUserMother) {
      CHECK(refused(pair).find("no other pair issues in its place") != std::string::npos);
    }
  }
}

TEST_CASE("a retired pair makes no card, and still checks and voids below it") {
  auto station = station_with_chain();
  const auto officers = add_officers(*station);
  const auto pair = pair_of_version(*station, CardKind::kCountyMother, 1);
  issuance::retire_pair(station->place(), pair.id, two_persons(),
                        issuance::Despite{"the county is closed", {officers, station->folder()}});
  const auto why = refusal_of([&] { issuance::issue(station->place(), psam_order()); });
  CHECK(why.find("its keys are verify-only, it is retired") != std::string::npos);
  const auto below = pair_of_version(*station, CardKind::kUserMother, 1);
  const auto row =
      issuance::void_pair(station->place(), below.id, issuance::Lost::kControl, two_persons());
  station->tray.take_out(Serial8::of(CardKind::kUserControl, 1));
  CHECK(issuance::deliver_void_order(station->place(), row, two_persons()) ==
        issuance::Delivery::kTaken);
}

TEST_CASE("two officers retire a pair that cards still hold, with a reason that both have signed") {
  auto station = station_with_chain();
  const auto officers = add_officers(*station);
  issuance::issue(station->place(), psam_order());
  const auto pair = pair_of_version(*station, CardKind::kCountyMother, 1);
  const issuance::Despite despite{"its PIN was seen by a stranger",
                                  {officers, station->folder() / "statements"}};
  const auto retired = issuance::retire_pair(station->place(), pair.id, two_persons(), despite);
  REQUIRE(retired.statement.has_value());
  const auto statement = audit::parse_statement(base::read_text_file(*retired.statement));
  CHECK(statement.facts.back() == audit::Fact{"reason", "its PIN was seen by a stranger"});
  audit::require_signed(statement);
  const auto index = audit::entry_of(station->log().archive(), statement);
  const auto entry = audit::parse_entry(station->log().archive().entry(index)).entry;
  CHECK(entry.reason == "its PIN was seen by a stranger");
  CHECK(entry.by.size() == 4);

  const auto other = pair_of_version(*station, CardKind::kUserMother, 1);
  CHECK(fault_of([&] {
          issuance::retire_pair(station->place(), other.id, two_persons(),
                                issuance::Despite{"one alone", {{officers[0], officers[0]}, {}}});
        }) == Fault::kRefused);
  const auto stranger = station->tray.add(CardKind::kRole, 9);
  CHECK(refusal_of([&] {
          issuance::retire_pair(station->place(), other.id, two_persons(),
                                issuance::Despite{"a stranger", {{officers[0], stranger}, {}}});
        }) ==
        "role card " + format(stranger) + " has signed no ceremony of this station as an officer");
}

TEST_CASE("a master pair whose ceremony is not closed issues nothing: its backup is not proven") {
  TestStation station;
  found(station, CeremonyEnd::kOpen);
  const auto why = refusal_of([&] { issuance::issue(station.place(), order("provincial")); });
  CHECK(why.find("the backup of its keys is not proven") != std::string::npos);
  CHECK(why.find("end it first (keyceremony run)") != std::string::npos);
  CHECK(station.book().card(Serial8::of(CardKind::kProvincialMother, 1)).state ==
        issuance::CardState::kStock);
}
