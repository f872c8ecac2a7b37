// The sealed spares are proved by what they rebuild, and nothing that they rebuilt lives on.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/drills.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/later_plan.h"
#include "tests/support/replaced.h"

using namespace keyceremony;
using room::journal_of;
using room::values_in;
using support::replaced;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kHex, Source::kCard, Source::kCard};
constexpr std::string_view kNextDrill = "next_drill = \"2027-11-20\"\n";

// The plan of a drill in which every leader's seat has his spare.
std::string drill_text(room::EmulatedRoom& given) {
  std::string text = without_spares(given, rebuilding_text(given, "drill"));
  for (unsigned leader = 1; leader <= kLeaders; ++leader) {
    const auto spare = format(spare_of(given.plan().leader(leader)).serial);
    text = with_card(given, text, leader, spare, "-sealed");
  }
  return replaced(text, "master_mother = ", std::string(kNextDrill) + "master_mother = ");
}

room::EmulatedRoom room_with_a_key() {
  return room::EmulatedRoom(kMixed, base::Mode::kRehearsal, room::Spares::kEach);
}

card::layout::LifeCycle life_cycle_of(room::EmulatedRoom& given, const PlannedCard& card) {
  const auto link = given.drawer().link(card.serial);
  card::Session session(*link);
  return card::keycards::KeyCard(session).status().life_cycle;
}

struct Killed {};

// Stops at the write with this number; the state of the journal then.
State killed_at(room::EmulatedRoom& given, const Plan& plan, unsigned last) {
  unsigned writes = 0;
  try {
    given.hold(given.station(), plan,
               [&](const std::filesystem::path& path, std::string_view line) {
                 if (++writes > last) throw Killed{};
                 append_line_durably(path, line);
               });
  } catch (const Killed&) {
  }
  return journal_of(given, plan).state();
}

void refuses(const std::string& text, const char* why) {
  CHECK_THROWS_WITH_AS(parse_plan(text, "drill.toml"), doctest::Contains(why), base::Error);
}

}  // namespace

TEST_CASE("a drill proves the sealed spares, and leaves no second master pair [R132, R154]") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const Plan plan = parse_plan(drill_text(given), "drill.toml");
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  const Journal journal = journal_of(given, plan);
  CHECK(values_in(journal) == values_in(journal_of(given, given.plan())));
  CHECK(journal.find("proved")->fact("values") == "equal");
  CHECK(journal.find("pair-voided")->fact("pair") == journal.find("paired")->fact("pair"));
  for (const PlannedCard& card : {plan.mother, plan.control}) {
    CHECK(life_cycle_of(given, card) == card::layout::LifeCycle::kVoid);
    CHECK(journal.find(event::kCardVoid, {{"card", format(card.serial)}}) != nullptr);
  }
  for (const PlannedCard& card : {given.plan().mother, given.plan().control}) {
    CHECK(life_cycle_of(given, card) == card::layout::LifeCycle::kInUse);
  }
}

TEST_CASE("a closed ceremony says until when its proof counts, and a drill names the next [R132]") {
  room::EmulatedRoom given = room_with_a_key();
  CHECK_FALSE(last_proof(given.station()).has_value());
  REQUIRE(given.run() == State::kClosed);
  const auto birth = last_proof(given.station());
  REQUIRE(birth.has_value());
  CHECK(birth->due.seconds - birth->closed.seconds == 31'536'000);
  const Plan plan = parse_plan(drill_text(given), "drill.toml");
  CHECK(killed_at(given, plan, 40) != State::kClosed);
  CHECK(last_proof(given.station())->plan.id() == given.plan().id());
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  CHECK(base::format(last_proof(given.station())->due) == "2027-11-20T00:00:00Z");
}

TEST_CASE("a drill killed again and again, each time one write later, comes to the same end") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const Plan plan = parse_plan(drill_text(given), "drill.toml");
  unsigned cuts = 0;
  while (killed_at(given, plan, cuts) != State::kClosed) ++cuts;
  CHECK(cuts > 10);
  CHECK(values_in(journal_of(given, plan)) == values_in(journal_of(given, given.plan())));
  CHECK(life_cycle_of(given, plan.mother) == card::layout::LifeCycle::kVoid);
  CHECK(life_cycle_of(given, plan.control) == card::layout::LifeCycle::kVoid);
}

TEST_CASE("a drill that is given up after its keys were born voids them first") {
  for (const State reached : {State::kCombined, State::kPaired, State::kProved}) {
    CAPTURE(row_of(reached).id);
    room::EmulatedRoom given = room_with_a_key();
    REQUIRE(given.run() == State::kClosed);
    const Plan plan = parse_plan(drill_text(given), "drill.toml");
    unsigned writes = 1;
    while (killed_at(given, plan, writes) < reached) ++writes;
    given.attend(plan, [](Ceremony& ceremony) { ceremony.abort("the safe must be closed"); });
    CHECK(journal_of(given, plan).find(event::kAborted)->fact("pair") == "void");
    CHECK(life_cycle_of(given, plan.mother) == card::layout::LifeCycle::kVoid);
    CHECK(life_cycle_of(given, plan.control) == card::layout::LifeCycle::kVoid);
  }
}

TEST_CASE("a spare that was changed is found by a drill before any pair is made") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  std::string text = drill_text(given);
  const auto first = format(spare_of(given.plan().leader(1)).serial);
  const auto second = format(spare_of(given.plan().leader(2)).serial);
  text = replaced(text, fmt::format("card = \"{}\"", first), "card = \"X\"");
  text = replaced(text, fmt::format("card = \"{}\"", second), fmt::format("card = \"{}\"", first));
  text = replaced(text, "card = \"X\"", fmt::format("card = \"{}\"", second));
  text = replaced(text, fmt::format("bag = \"HB-{}-sealed\"", first), "bag = \"X\"");
  text = replaced(text, fmt::format("bag = \"HB-{}-sealed\"", second),
                  fmt::format("bag = \"HB-{}-sealed\"", first));
  text = replaced(text, "bag = \"X\"", fmt::format("bag = \"HB-{}-sealed\"", second));
  given.answer_for_card("leader-1", fmt::format("HB-{}-sealed", second));
  given.answer_for_card("leader-2", fmt::format("HB-{}-sealed", first));
  const Plan plan = parse_plan(text, "drill.toml");
  CHECK_THROWS_AS(given.hold(given.station(), plan), base::Error);
  CHECK(journal_of(given, plan).find("paired") == nullptr);
  CHECK(life_cycle_of(given, plan.mother) != card::layout::LifeCycle::kInUse);
}

TEST_CASE("a plan of a drill names its day, and neither delivers nor copies") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const std::string text = drill_text(given);
  refuses(replaced(text, kNextDrill, ""), "next_drill: expected the day of the next drill");
  refuses(replaced(text, "2027-11-20", "20 November 2027"), "next_drill: expected a day such as");
  refuses(replaced(text, kNextDrill,
                   std::string(kNextDrill) + "token_key_hash = \"" + std::string(64, '1') + "\"\n"),
          "token_key_hash: expected no token: a drill delivers no keys");
  refuses(replaced(text, "\n[drill]", "\n[recovery]\nborn = \"00\"\n\n[drill]"),
          "drill: expected one of [recovery], [drill] and [replacement]");
  refuses(replaced(rebuilding_text(given, "drill"),
                   "master_mother = ", std::string(kNextDrill) + "master_mother = "),
          "leader-1: expected no spare in a drill");
}
