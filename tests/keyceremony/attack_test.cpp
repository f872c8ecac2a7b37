// What is tried against a ceremony from inside the room: another roll of the dice, another plan.
#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/later_plan.h"
#include "tests/support/replaced.h"

using namespace keyceremony;
using room::journal_of;
using room::text_with_another_pair;
using room::text_with_sealed_bags;
using support::replaced;

namespace {

constexpr room::Sources kMade = {Source::kCard, Source::kCard, Source::kCard, Source::kCard};

std::filesystem::path folder_of(const room::EmulatedRoom& given, const Plan& plan) {
  return given.station().ceremonies() / plan.short_id();
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
  const std::string reopened = text_with_sealed_bags(given, text_with_another_pair(given));
  for (const char* const set_id : {"set_id = \"1111", "set_id = \"2222"}) {
    const Plan next = parse_plan(replaced(reopened, "set_id = \"1111", set_id), "next.toml");
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
  const Plan swapped = parse_plan(text_with_another_pair(given), "next.toml");
  REQUIRE(swapped.id() != given.plan().id());

  std::filesystem::create_directories(folder_of(given, swapped));
  std::filesystem::copy_file(folder_of(given, given.plan()) / "journal",
                             folder_of(given, swapped) / "journal");
  CHECK_THROWS_AS(given.hold(given.station(), swapped), base::Error);
  std::filesystem::remove(folder_of(given, swapped) / "journal");
  CHECK_THROWS_AS(given.hold(given.station(), swapped), base::Error);
  CHECK(journal_of(given, given.plan()).state() == reached);
}
