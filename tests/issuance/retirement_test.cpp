// The keys of a pair end in both its cards, and two officers sign for it.
#include <algorithm>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "cos-apdu/virtual/keycard_memory.h"
#include "issuance/pairs/destroy_pair.h"
#include "issuance/pairs/retire_pair.h"
#include "issuance/pairs/void_pair.h"
#include "tests/issuance/test_station.h"

using namespace shop;
using base::Fault;
using card::layout::LifeCycle;
using issuance::PairState;

namespace {

const Serial8 kMother = Serial8::of(CardKind::kUserMother, 1);
const Serial8 kControl = Serial8::of(CardKind::kUserControl, 1);

struct Ending {
  std::unique_ptr<TestStation> station = station_with_chain();
  issuance::Officers officers = add_officers(*station);
  issuance::PairId pair{};

  Ending() {
    for (const auto& row : station->book().pairs()) {
      if (row.kind == CardKind::kUserMother) pair = row.id;
    }
    keep();
    issuance::retire_pair(station->place(), pair, two_persons(),
                          issuance::Despite{"the county sells elsewhere", signing()});
  }

  issuance::Signing signing() const { return {officers, station->folder() / "statements"}; }

  // The others would answer the search only.
  void keep() {
    station->tray.take_all_out();
    for (const Serial8& serial :
         {kMother, kControl, officers[0], officers[1], Serial8::of(CardKind::kCountyMother, 1),
          Serial8::of(CardKind::kCountyControl, 1)}) {
      station->tray.insert(serial);
    }
  }

  issuance::Destroyed destroy() {
    return issuance::destroy_pair(station->place(), pair, two_persons(), signing());
  }
};

void check_destroyed(Ending& ending) {
  TestStation& station = *ending.station;
  CHECK(station.book().pair(ending.pair)->state == PairState::kDestroyed);
  for (const Serial8& serial : {kMother, kControl}) {
    CHECK(station.tray.status(serial).life_cycle == LifeCycle::kVoid);
    CHECK(station.book().card(serial).state == issuance::CardState::kVoid);
  }
}

card::chip::Nvm memory_of(const base::WipedBytes& medium) {
  return card::chip::Nvm(
      std::make_unique<card::chip::MemoryStorage>(std::make_shared<base::WipedBytes>(medium)));
}

// What the card keeps of the pair: its purpose keys, and what opens them.
std::vector<card::chip::RecordId> secrets_in(const card::chip::Nvm& memory) {
  std::vector<card::chip::RecordId> found;
  if (memory.holds(card::chip::record::kPairSecrets)) {
    found.push_back(card::chip::record::kPairSecrets);
  }
  for (const auto& row : derivation::kPurposes) {
    const auto id = card::chip::slot_record(row.purpose, card::chip::record::kPairedKey);
    if (memory.holds(id)) found.push_back(id);
  }
  return found;
}

bool is_on(base::ByteView medium, base::ByteView piece) {
  return std::search(medium.begin(), medium.end(), piece.begin(), piece.end()) != medium.end();
}

}  // namespace

TEST_CASE(
    "a destroyed pair has erased its keys in both cards, under a certificate of two officers") {
  Ending ending;
  TestStation& station = *ending.station;
  const auto before = station.tray.media();
  const auto destroyed = ending.destroy();
  check_destroyed(ending);

  const auto statement = audit::parse_statement(base::read_text_file(destroyed.certificate));
  CHECK(statement.act == audit::Act::kPairDestroyed);
  audit::require_signed(statement);
  audit::Archive& log = station.log().archive();
  CHECK(audit::entry_of(log, statement) == log.size() - 1);
  std::vector<audit::Fact> cards(statement.facts.end() - 2, statement.facts.end());
  CHECK(cards.at(0) == audit::Fact{"mother", format(kMother) + " void, its keys erased"});
  CHECK(cards.at(1) == audit::Fact{"control", format(kControl) + " void, its keys erased"});

  const auto after = station.tray.media();
  for (const Serial8& serial : {kMother, kControl}) {
    const auto was = memory_of(before.at(serial));
    const auto& now = after.at(serial);
    const auto secrets = secrets_in(was);
    CHECK((secrets.size() > 1) == (serial == kMother));
    CHECK(!secrets.empty());
    CHECK(secrets_in(memory_of(now)).empty());
    for (const auto id : secrets) {
      CHECK(is_on(before.at(serial), was.get(id)));
      CHECK(!is_on(now, was.get(id)));
    }
  }
  const auto why = refusal_of([&] { issuance::issue(station.place(), user_order()); });
  CHECK(why.find("the card is void: it has taken a void order") != std::string::npos);
}

TEST_CASE("a changed certificate, a foreign signature and a statement in no log are told apart") {
  Ending ending;
  const auto destroyed = ending.destroy();
  const std::string text = base::read_text_file(destroyed.certificate);
  audit::Archive& log = ending.station->log().archive();

  std::string changed = text;
  changed.replace(changed.find("generation 1"), 12, "generation 2");
  CHECK(fault_of([&] { audit::require_signed(audit::parse_statement(changed)); }) ==
        Fault::kTampered);
  auto statement = audit::parse_statement(text);
  std::swap(statement.signatures[0], statement.signatures[1]);
  CHECK(fault_of([&] { audit::require_signed(statement); }) == Fault::kTampered);
  statement.officers[1] = statement.officers[0];
  CHECK(fault_of([&] { audit::require_signed(statement); }) == Fault::kRefused);
  CHECK(fault_of([&] { audit::entry_of(log, statement); }) == Fault::kTampered);
  CHECK(fault_of([&] { audit::parse_statement(text + "\n"); }) == Fault::kMalformed);
}

TEST_CASE("an active pair is not destroyed, nor one whose card is missing and not lost") {
  Ending ending;
  TestStation& station = *ending.station;
  issuance::PairId county{};
  for (const auto& row : station.book().pairs()) {
    if (row.kind == CardKind::kCountyMother && row.county == kCounty) county = row.id;
  }
  CHECK(fault_of([&] {
          issuance::destroy_pair(station.place(), county, two_persons(), ending.signing());
        }) == Fault::kWrongState);

  station.tray.take_out(kControl);
  CHECK(fault_of([&] { ending.destroy(); }) == Fault::kNotFound);
  station.tray.insert(kControl);
  CHECK(ending.destroy().pair.state == PairState::kDestroyed);
  CHECK(fault_of([&] { ending.destroy(); }) == Fault::kWrongState);
}

TEST_CASE("the certificate of a pair with a lost card says which, and since when") {
  Ending ending;
  TestStation& station = *ending.station;
  issuance::PairId county{};
  for (const auto& row : station.book().pairs()) {
    if (row.kind == CardKind::kCountyMother && row.county == kOtherCounty) county = row.id;
  }
  for (const Serial8& serial :
       {Serial8::of(CardKind::kCountyMother, 2), Serial8::of(CardKind::kProvincialMother, 1),
        Serial8::of(CardKind::kProvincialControl, 1)}) {
    station.tray.insert(serial);
  }
  const auto lost =
      issuance::void_pair(station.place(), county, issuance::Lost::kControl, two_persons());
  const auto destroyed =
      issuance::destroy_pair(station.place(), county, two_persons(), ending.signing());
  CHECK(destroyed.pair.state == PairState::kDestroyed);
  const auto statement = audit::parse_statement(base::read_text_file(destroyed.certificate));
  CHECK(statement.facts.back() ==
        audit::Fact{"control", "lost, void since log entry " + std::to_string(*lost.void_entry)});
}

TEST_CASE("a destruction cut at any command or any line of the log goes on to its end") {
  Ending ending;
  TestStation& station = *ending.station;
  const Moment before(station);
  const auto resume = [&] {
    station.stop();
    station.tray.power_up();
    station.start();
    ending.keep();
    if (station.book().pair(ending.pair)->state != PairState::kDestroyed) ending.destroy();
    check_destroyed(ending);
  };
  constexpr std::size_t kStride = 3;
  std::size_t cuts = 0;
  for (const Loss loss : {Loss::kCommand, Loss::kAnswer}) {
    for (std::size_t nth = 1;; nth += kStride) {
      before.restore(station);
      ending.keep();
      station.tray.cut_at(nth, loss);
      try {
        ending.destroy();
      } catch (const base::Error&) {
        CHECK(station.tray.was_cut());
      }
      if (!station.tray.was_cut()) break;
      ++cuts;
      CAPTURE(nth);
      resume();
    }
  }
  CHECK(cuts > 20);
  for (std::size_t nth = 1; nth <= 3; ++nth) {
    before.restore(station);
    ending.keep();
    station.fail_signature(nth);
    CHECK(fault_of([&] { ending.destroy(); }) == Fault::kUnavailable);
    resume();
  }
}
