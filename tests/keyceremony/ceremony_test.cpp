// Whole ceremonies on emulated cards.
#include "keyceremony/ceremony.h"

#include <map>

#include <doctest/doctest.h>

#include "derivation/tree.h"
#include "keyceremony/components.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/rehearsal_room.h"

using namespace keyceremony;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kDice, Source::kCard, Source::kCard};

Journal journal_of(const room::RehearsalRoom& given) {
  return {given.station().ceremonies() / given.plan().short_id() / "journal", given.plan().id()};
}

constexpr room::Sources kTyped = {Source::kWords, Source::kDice, Source::kWords, Source::kDice};

struct Killed {};

std::map<std::string, std::string> check_values(const room::RehearsalRoom& given) {
  std::map<std::string, std::string> values;
  for (const Record& record : journal_of(given).records()) {
    if (record.event == event::kCheckValue) values[record.fact("purpose")] = record.fact("value");
  }
  return values;
}

// Runs until the journal's n-th write of this run, and is killed there: before the line is on disk,
// or after it and before anybody is told. False when the run ended before.
enum class Cut { kBefore, kAfter };

bool run_killed_at(room::RehearsalRoom& given, unsigned nth, Cut cut) {
  unsigned writes = 0;
  try {
    given.run([&](const std::filesystem::path& path, std::string_view line) {
      const bool now = ++writes == nth;
      if (now && cut == Cut::kBefore) throw Killed{};
      append_line_durably(path, line);
      if (now) throw Killed{};
    });
  } catch (const Killed&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE(
    "four leaders make the master control pair through their cards [R132] [R137] [R138] [R150] "
    "[R154]") {
  room::RehearsalRoom given(kMixed);
  CHECK(given.run() == State::kClosed);
  const Journal journal = journal_of(given);
  CHECK(journal.find("entered-1")->fact("source") == "words");
  CHECK(journal.find("entered-2")->fact("source") == "dice");
  CHECK(journal.find("entered-3")->fact("source") == "card");
  CHECK(journal.find("proved")->fact("values") == "equal");
}

TEST_CASE("a ceremony killed at any write of its journal goes on to the same end") {
  room::RehearsalRoom given(kTyped);
  REQUIRE(given.run() == State::kClosed);
  const auto expected = check_values(given);
  REQUIRE(expected.size() == derivation::kPurposes.size());
  for (const Cut cut : {Cut::kBefore, Cut::kAfter}) {
    for (unsigned nth = 1;; ++nth) {
      given.start_over();
      if (!run_killed_at(given, nth, cut)) break;
      CAPTURE(nth);
      REQUIRE(given.run() == State::kClosed);
      CHECK(check_values(given) == expected);
    }
  }
}
