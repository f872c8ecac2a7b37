// The table of the state machine, and the journal that follows it.
#include "keyceremony/transitions.h"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "keyceremony/acts.h"
#include "keyceremony/events.h"
#include "keyceremony/journal.h"
#include "tests/keyceremony/emulated_room.h"

using namespace keyceremony;

namespace {

constexpr base::UtcTime kNow{1795305600};

}  // namespace

TEST_CASE("every way through the table commits four components before one is revealed [R132]") {
  for (const Course course :
       {Course::kCards, Course::kToken, Course::kDrill, Course::kReplacement}) {
    std::vector<Act> acts;
    State state = State::kPlanned;
    while (const Transition* const arrow = arrow_from(state, course)) {
      acts.push_back(arrow->act);
      state = arrow->to;
    }
    CHECK(state == State::kClosed);
    const auto place = [&](Act act) { return std::ranges::find(acts, act) - acts.begin(); };
    for (const Act commit : {Act::kCommit1, Act::kCommit2, Act::kCommit3, Act::kCommit4}) {
      CHECK(place(commit) < place(Act::kFreeze));
    }
    CHECK(place(Act::kFreeze) < place(Act::kReveal1));
    CHECK(place(Act::kConfirmSet) < place(Act::kEnter1));
    CHECK((std::ranges::count(acts, Act::kDeliver) == 1) == (course == Course::kToken));
    const bool voids = course == Course::kDrill || course == Course::kReplacement;
    CHECK((std::ranges::count(acts, Act::kVoidPair) == 1) == voids);
    const bool erases = course == Course::kReplacement;
    CHECK((std::ranges::count(acts, Act::kErasePredecessor) == 1) == erases);
  }
}

TEST_CASE("each state has a line of its own in journal and log") {
  for (const auto& row : kTransitions) {
    CHECK_NOTHROW(row_of_event(row_of(row.to).id));
    const bool is_done_by_an_act = row_of(row.act).perform != nullptr;
    CHECK(is_done_by_an_act);
  }
}

TEST_CASE("a torn last line of the journal is dropped, and a changed line is found") {
  const room::TemporaryFolder folder;
  const auto path = folder.path() / "journal";
  const crypto::Hash32 id{};
  Journal(path, id).write(kNow, State::kPlanned, "opened", {{"title", "a|b\nc"}});
  Journal(path, id).write(kNow, State::kEnvironmentChecked, "environment-checked", {});
  std::ofstream(path, std::ios::app) << "3|2026-11-2";
  Journal journal(path, id);
  CHECK(journal.records().size() == 2);
  CHECK(journal.records().front().fact("title") == "a/b/c");
  CHECK(journal.state() == State::kEnvironmentChecked);
  std::string text = journal.text();
  text.replace(text.find("a/b/c"), 5, "a/b/d");
  std::ofstream(path) << text;
  CHECK_THROWS_WITH_AS(Journal(path, id), doctest::Contains("line 1"), base::Error);
}

TEST_CASE("nothing follows the end of a ceremony") {
  const room::TemporaryFolder folder;
  Journal journal(folder.path() / "journal", {});
  journal.write(kNow, State::kAborted, "aborted", {});
  CHECK_THROWS_AS(journal.write(kNow, State::kClosed, "closed", {}), base::Error);
}
