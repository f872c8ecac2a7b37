// The end that nobody wanted, and the break: nothing stays on the table, and a stranger can check it.
#include <algorithm>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/emulated_room.h"
#include "tests/support/replaced.h"
#include "tests/support/shell.h"

using namespace keyceremony;
using support::replaced;

namespace {

constexpr room::Sources kCards = {Source::kCard, Source::kCard, Source::kCard, Source::kCard};

struct Killed {};

// Ends the program before the nth line of this event; of any line when there is none.
AppendLine killed_before(unsigned nth, const std::string& event = {}) {
  return [nth, event, seen = 0U](const std::filesystem::path& path, std::string_view line) mutable {
    const bool counts = event.empty() || line.find("|" + event + "|") != std::string_view::npos;
    if (counts && ++seen == nth) throw Killed{};
    append_line_durably(path, line);
  };
}

std::filesystem::path evidence_of(const room::EmulatedRoom& given) {
  return given.station().ceremonies() / given.plan().short_id() / "evidence";
}

Journal journal_of(const room::EmulatedRoom& given) {
  return {given.station().ceremonies() / given.plan().short_id() / "journal", given.plan().id()};
}

std::ptrdiff_t count_of(const Journal& journal, std::string_view event) {
  return std::ranges::count(journal.records(), event,
                            [](const Record& record) -> std::string_view { return record.event; });
}

struct Checked {
  bool holds;
  std::string screen;
};

Checked check_evidence(const room::EmulatedRoom& given) {
  const auto run = support::shell("bash '" + (evidence_of(given) / "check.sh").string() + "'");
  return {run.status == 0, run.output};
}

bool shows(const Checked& checked, const std::string& text) {
  return checked.screen.find(text) != std::string::npos;
}

void run_to_the_set(room::EmulatedRoom& given) {
  given.answer("leader-2.fingerprint", "no");
  CHECK_THROWS_AS(given.run(), base::Error);
  given.answer("leader-2.fingerprint", "SAME");
}

void give_up(room::EmulatedRoom& given, const std::string& reason,
             const AppendLine& append = append_line_durably) {
  given.attend(
      given.plan(), [&](Ceremony& ceremony) { ceremony.abort(reason); }, append);
}

void take_break(room::EmulatedRoom& given, const AppendLine& append = append_line_durably) {
  given.attend(
      given.plan(), [](Ceremony& ceremony) { ceremony.take_break("lunch"); }, append);
}

// Whether the check fails while `change` is made to one file of the evidence, which is then restored.
bool finds(const room::EmulatedRoom& given, const char* file, const std::string& from,
           const std::string& to) {
  const auto path = evidence_of(given) / file;
  const std::string whole = base::read_text_file(path);
  base::write_durably(path, replaced(whole, from, to));
  const bool found = !check_evidence(given).holds;
  base::write_durably(path, whole);
  return found;
}

}  // namespace

TEST_CASE("an aborted ceremony leaves evidence that says so, why, and who did not sign") {
  room::EmulatedRoom given(kCards);
  run_to_the_set(given);
  given.answer("leader-2.pin", "111111");
  give_up(given, "the fire alarm");
  const Journal journal = journal_of(given);
  const auto people = static_cast<std::ptrdiff_t>(given.plan().people.size());
  CHECK(journal.state() == State::kAborted);
  CHECK(count_of(journal, event::kSignature) == people - 1);
  CHECK(count_of(journal, event::kUnsigned) == 1);
  const Checked whole = check_evidence(given);
  CAPTURE(whole.screen);
  REQUIRE(whole.holds);
  CHECK(whole.screen.ends_with("ABORTED: the fire alarm\n"));
  CHECK(shows(whole, "absent Wang Fang (leader-2) did not sign: "));
  CHECK(shows(whole, "holds  Zhang Wei (leader-1) signed the transcript"));

  CHECK(finds(given, "transcript.txt", "the fire alarm", "no reason"));
  CHECK(finds(given, "journal.txt", "|aborted|aborted|", "|set-made|exception|"));
  const std::string text = journal.text();
  CHECK(finds(given, "journal.txt", journal.records().back().line + "\n", ""));
  std::filesystem::remove(evidence_of(given) / "signatures" / "leader-1.sig");
  CHECK_FALSE(check_evidence(given).holds);

  give_up(given, "the same once more");
  CHECK(journal_of(given).text() == text);
  CHECK(check_evidence(given).holds);
}

TEST_CASE(
    "an abort killed at any write is finished when it is asked for again, and nothing else is") {
  room::EmulatedRoom given(kCards);
  unsigned kills = 0;
  for (bool killed = true; killed;) {
    given.start_over();
    killed = false;
    try {
      give_up(given, "no time left", killed_before(++kills));
    } catch (const Killed&) {
      killed = true;
    }
    CAPTURE(kills);
    if (journal_of(given).find(event::kGivenUp) != nullptr) {
      CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("this ceremony is"), base::Error);
    }
    give_up(given, "no time left");
    const Journal journal = journal_of(given);
    CHECK(journal.state() == State::kAborted);
    CHECK(count_of(journal, event::kGivenUp) == 1);
    CHECK(count_of(journal, event::kBagSealed) == 2);
    CHECK(count_of(journal, event::kSignature) == 2);
    CHECK(count_of(journal, event::kUnsigned) == 8);
  }
  CHECK(kills > 20);
  CHECK(check_evidence(given).holds);
}

TEST_CASE("a break stands when every card is in a bag, and not before") {
  room::EmulatedRoom given(kCards);
  run_to_the_set(given);
  CHECK_THROWS_AS(take_break(given, killed_before(3, "break-bag-sealed")), Killed);
  CHECK(journal_of(given).find("break") == nullptr);
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("not all cards are in their bags"),
                       base::Error);
  take_break(given);
  const Journal journal = journal_of(given);
  const Record* const begun = journal.find("break");
  REQUIRE(begun != nullptr);
  CHECK(begun->number == journal.records().back().number);
  CHECK(begun->fact("stays") == "external-witness-1 safe-controller-1");
  CHECK(count_of(journal, event::kBreakSealed) ==
        static_cast<std::ptrdiff_t>(given.plan().all_cards().size()));

  // Out of the break into the abort: only the approvers' bags are opened again.
  give_up(given, "the power will not come back");
  CHECK(count_of(journal_of(given), event::kBreakOpened) == 2);
  const Checked checked = check_evidence(given);
  CAPTURE(checked.screen);
  CHECK(checked.holds);
  CHECK(shows(checked, "absent Li Na (leader-3) did not sign: the card is in its bag"));
}

TEST_CASE("two people stay in the room during a break, by name, and say so afterwards") {
  room::EmulatedRoom given(kCards);
  for (const char* const stays : {"leader-1", "leader-1 leader-1", "leader-1 leader-9"}) {
    given.answer("break.stays", stays);
    CHECK_THROWS_AS(take_break(given), base::Error);
  }
  CHECK(journal_of(given).find(event::kApprovalAsked) == nullptr);
  given.answer("break.stays", "safe-controller-1 leader-1");
  take_break(given);
  const auto end = [](Ceremony& ceremony) { ceremony.end_break(); };
  given.answer("leader-1.stayed", "no");
  CHECK_THROWS_AS(given.attend(given.plan(), end), base::Error);
  CHECK(journal_of(given).find("break-ended") == nullptr);
  given.answer("leader-1.stayed", "STAYED");
  given.attend(given.plan(), end);
  const Journal journal = journal_of(given);
  CHECK(journal.find(event::kStayed, {{"by", "leader-1"}}) != nullptr);
  CHECK(journal.find(event::kStayed, {{"by", "safe-controller-1"}}) != nullptr);
  CHECK(journal.find("break-ended") != nullptr);
}

TEST_CASE("the evidence of a ceremony with spare cards holds, and says that it was closed") {
  room::EmulatedRoom given(kCards, base::Mode::kRehearsal, room::Spares::kEach);
  REQUIRE(given.run() == State::kClosed);
  const Checked checked = check_evidence(given);
  CAPTURE(checked.screen);
  CHECK(checked.holds);
  CHECK(checked.screen.ends_with("CLOSED\n"));
}

TEST_CASE(
    "one component for two leaders is found by the master card when a cut hid it from the desk") {
  room::EmulatedRoom given({Source::kHex, Source::kHex, Source::kCard, Source::kCard});
  for (unsigned group = 1; group <= 8; ++group) {
    for (const char* const again : {"", "again."}) {
      given.answer(fmt::format("leader-2.{}group-{}", again, group),
                   given.answer_to(fmt::format("leader-1.{}group-{}", again, group)));
    }
  }
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("leader"), base::Error);
  given.start_over();
  CHECK_THROWS_AS(given.run(killed_before(1, "component-begun|by=leader-2")), Killed);
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("two of them may be equal"), base::Error);
  CHECK(journal_of(given).state() == State::kRevealed4);
  give_up(given, "two leaders had one component");
  CHECK(journal_of(given).find(event::kAborted)->fact("components") ==
        "revealed: another set and four new components");
  CHECK(journal_of(given).find(event::kCheckValue) == nullptr);
  CHECK(check_evidence(given).holds);
}
