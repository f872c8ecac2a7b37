// What is tried against a ceremony from inside the room: another roll of the dice, another plan.
#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/emulated_room.h"
#include "tests/support/replaced.h"

using namespace keyceremony;
using support::replaced;

namespace {

constexpr room::Sources kMade = {Source::kCard, Source::kCard, Source::kCard, Source::kCard};

std::filesystem::path folder_of(const room::EmulatedRoom& given, const Plan& plan) {
  return given.station().ceremonies() / plan.short_id();
}

Journal journal_of(const room::EmulatedRoom& given, const Plan& plan) {
  return {folder_of(given, plan) / "journal", plan.id()};
}

// The same people and cards, with a fresh master control pair.
Plan next_plan(room::EmulatedRoom& given, const std::string& set_id = "set_id = \"2222") {
  std::string text = given.plan().text;
  text = replaced(text, "2300000000000001", "2300000000000002");
  text = replaced(text, "HB-M1", "HB-M2");
  text = replaced(text, "2400000000000001", "2400000000000002");
  text = replaced(text, "HB-C1", "HB-C2");
  text = replaced(text, "set_id = \"1111", set_id);
  given.answer_for_card("master-mother", "HB-M2");
  given.answer_for_card("master-control", "HB-C2");
  return parse_plan(text, "next.toml");
}

void abort_after_the_values_are_seen(room::EmulatedRoom& given) {
  given.answer("leader-4.values", "no");
  given.answer("exception.decision", "ABORT");
  REQUIRE(given.run() == State::kAborted);
  REQUIRE(journal_of(given, given.plan()).find(event::kCheckValue) != nullptr);
}

}  // namespace

TEST_CASE("who aborts because he dislikes the check values gets none of the old components again") {
  room::EmulatedRoom given(kMade);
  abort_after_the_values_are_seen(given);
  CHECK(journal_of(given, given.plan()).find(event::kAborted)->fact("components") ==
        "revealed: another set and four new components");
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("this ceremony is aborted"), base::Error);
  given.answer("exception.decision", "STOP");
  for (const char* const set_id : {"set_id = \"1111", "set_id = \"2222"}) {
    const Plan next = next_plan(given, set_id);
    CHECK_THROWS_WITH_AS(given.hold(given.station(), next),
                         doctest::Contains("expected a fresh card"), base::Error);
    CHECK(journal_of(given, next).find(event::kCheckValue) == nullptr);
  }
}

TEST_CASE("a plan that was swapped after its approval does not go on with the other's ceremony") {
  room::EmulatedRoom given(kMade);
  given.answer("leader-3.values", "no");
  CHECK_THROWS_AS(given.run(), base::Error);
  const auto reached = journal_of(given, given.plan()).state();
  const Plan swapped = next_plan(given, "set_id = \"1111");
  REQUIRE(swapped.id() != given.plan().id());

  std::filesystem::create_directories(folder_of(given, swapped));
  std::filesystem::copy_file(folder_of(given, given.plan()) / "journal",
                             folder_of(given, swapped) / "journal");
  CHECK_THROWS_AS(given.hold(given.station(), swapped), base::Error);
  std::filesystem::remove(folder_of(given, swapped) / "journal");
  CHECK_THROWS_AS(given.hold(given.station(), swapped), base::Error);
  CHECK(journal_of(given, given.plan()).state() == reached);
}
