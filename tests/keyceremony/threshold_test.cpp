// Three of four: the leader who comes no more, and the three who put his component on a new card.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/later_plan.h"
#include "tests/support/replaced.h"
#include "tests/support/shell.h"

using namespace keyceremony;
using room::journal_of;
using room::values_in;
using support::replaced;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kHex, Source::kCard, Source::kCard};
constexpr std::string_view kNewCard = "2100000000000009";
constexpr const char* kThree = "3 of 4";

struct Killed {};

struct RoomOfThree : room::EmulatedRoom {
  RoomOfThree() : EmulatedRoom(kMixed) { agree_on(kThree); }
};

// The seat's component comes from the parts of the others.
std::string from_parts(std::string text, unsigned leader) {
  const auto seat = text.find(fmt::format("role = \"leader-{}\"", leader));
  const std::string_view card = "source = \"card\"";
  return text.replace(text.find(card, seat), card.size(), "source = \"parts\"");
}

std::string recovery_without(room::EmulatedRoom& given, unsigned lost) {
  const auto text = with_card(given, rebuilding_text(given, "recovery"), lost, kNewCard);
  return from_parts(text, lost);
}

Plan plan_of(const std::string& text) {
  return parse_plan(text, "recovery.toml");
}

State killed_at(room::EmulatedRoom& given, const Plan& plan, unsigned writes) {
  unsigned done = 0;
  try {
    return given.hold(given.station(), plan,
                      [&](const std::filesystem::path& file, std::string_view line) {
                        append_line_durably(file, line);
                        if (done++ == writes) throw Killed();
                      });
  } catch (const Killed&) {
    return journal_of(given, plan).state();
  }
}

bool holds_for_a_stranger(const room::EmulatedRoom& given, const Plan& plan) {
  const auto folder = given.station().ceremonies() / plan.short_id() / "evidence";
  return support::shell("bash '" + (folder / "check.sh").string() + "'").status == 0;
}

void refuses(const std::string& text, const char* why) {
  CHECK_THROWS_WITH_AS(plan_of(text), doctest::Contains(why), base::Error);
}

}  // namespace

TEST_CASE("three leaders rebuild the key on a new card for the fourth [R132, R154]") {
  for (const unsigned lost : {1U, 4U}) {
    CAPTURE(lost);
    RoomOfThree given;
    REQUIRE(given.run() == State::kClosed);
    for (unsigned leader = 1; leader <= kLeaders; ++leader) {
      const auto by = fmt::format("leader-{}", leader);
      CHECK(journal_of(given, given.plan()).find(event::kParts, {{"by", by}}) != nullptr);
    }
    const Plan plan = plan_of(recovery_without(given, lost));
    REQUIRE(given.hold(given.station(), plan) == State::kClosed);
    const Journal journal = journal_of(given, plan);
    CHECK(values_in(journal) == values_in(journal_of(given, given.plan())));
    CHECK(journal.find(fmt::format("entered-{}", lost))->fact("source") == "parts");
    CHECK(holds_for_a_stranger(given, given.plan()));
    CHECK(holds_for_a_stranger(given, plan));
  }
}

TEST_CASE("without that policy nobody's component is parted, and none comes from parts") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  CHECK(journal_of(given, given.plan()).find(event::kParts) == nullptr);
  const std::string four = recovery_without(given, 4);
  refuses(four, "source parts for one leader at most");
  // Who lowers the threshold afterwards finds that the cards have nothing.
  const Plan lowered = plan_of(replaced(
      four, "master_mother = ", fmt::format("threshold = \"{}\"\nmaster_mother = ", kThree)));
  CHECK_THROWS_WITH_AS(given.hold(given.station(), lowered),
                       doctest::Contains("holds no part of the component of leader-4"),
                       base::Error);
  CHECK(journal_of(given, lowered).find("entered-4") == nullptr);
}

TEST_CASE("parts stand for one leader, and never where a key is made") {
  RoomOfThree given;
  refuses(from_parts(given.plan().text, 3), "source parts for one leader at most");
  REQUIRE(given.run() == State::kClosed);
  const std::string one = recovery_without(given, 4);
  CHECK_NOTHROW(plan_of(one));
  refuses(from_parts(one, 3), "source parts for one leader at most");
}

TEST_CASE("a birth and a recovery of three, killed one write later each time, end alike [R154]") {
  RoomOfThree given;
  unsigned cuts = 0;
  while (killed_at(given, given.plan(), cuts) != State::kClosed) cuts += 3;
  CHECK(cuts > 10);
  const Plan plan = plan_of(recovery_without(given, 4));
  cuts = 0;
  while (killed_at(given, plan, cuts) != State::kClosed) ++cuts;
  CHECK(cuts > 10);
  CHECK(values_in(journal_of(given, plan)) == values_in(journal_of(given, given.plan())));
}
