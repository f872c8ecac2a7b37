// A lost master control pair comes back from the leaders: from their cards, their spares, their paper.
#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/later_plan.h"
#include "tests/support/replaced.h"

using namespace keyceremony;
using room::journal_of;
using room::rebuilding_text;
using room::values_in;
using room::with_card;
using room::without_spares;
using support::replaced;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kHex, Source::kCard, Source::kCard};

struct Killed {};

Plan plan_of(const std::string& text) {
  return parse_plan(text, "recovery.toml");
}

}  // namespace

TEST_CASE(
    "a lost master control pair is rebuilt from the leader cards, with the same keys [R132]") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const Plan plan = plan_of(rebuilding_text(given, "recovery"));
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  const Journal journal = journal_of(given, plan);
  CHECK(values_in(journal) == values_in(journal_of(given, given.plan())));
  CHECK(journal.find("proved")->fact("province-load") ==
        journal_of(given, given.plan()).find("proved")->fact("province-load"));
  CHECK(journal.find("paired")->fact("generation") == "2");
  CHECK(journal.find("paired")->fact("pair") !=
        journal_of(given, given.plan()).find("paired")->fact("pair"));
  CHECK(journal.find(event::kOpened)->fact("rebuilds") ==
        base::to_hex(given.plan().id(), base::HexCase::kLower));
  const auto link = given.drawer().link(plan.mother.serial);
  card::Session session(*link);
  CHECK(card::keycards::KeyCard(session).status().generation == 2);
}

TEST_CASE("a recovery killed again and again, each time one write later, comes to the same end") {
  room::EmulatedRoom given(kMixed, base::Mode::kRehearsal, room::Spares::kEach);
  REQUIRE(given.run() == State::kClosed);
  std::string text = without_spares(given, rebuilding_text(given, "recovery"));
  text = with_card(given, text, 2, "2100000000000009");
  const std::size_t second = text.find("source = \"card\"", text.find("leader-2"));
  const Plan plan = plan_of(text.replace(second, 15, "source = \"hex\""));
  unsigned cuts = 0;
  for (bool killed = true; killed;) {
    unsigned writes = 0;
    killed = false;
    try {
      given.hold(given.station(), plan,
                 [&](const std::filesystem::path& path, std::string_view line) {
                   if (++writes > cuts) throw Killed{};
                   append_line_durably(path, line);
                 });
    } catch (const Killed&) {
      killed = true;
      ++cuts;
    }
  }
  CHECK(cuts > 10);
  CHECK(journal_of(given, plan).state() == State::kClosed);
  CHECK(values_in(journal_of(given, plan)) == values_in(journal_of(given, given.plan())));
}

TEST_CASE("lost leader cards are replaced by the spare and by what is on paper [R132]") {
  room::EmulatedRoom given(kMixed, base::Mode::kRehearsal, room::Spares::kEach);
  REQUIRE(given.run() == State::kClosed);
  CHECK(journal_of(given, given.plan()).find("spares-proved")->fact("spares") == "4");
  std::string text = without_spares(given, rebuilding_text(given, "recovery"));
  text = with_card(given, text, 1, "2100000000000009");
  text = replaced(text, "source = \"card\"", "source = \"words\"");
  text = with_card(given, text, 3, format(spare_of(given.plan().leader(3)).serial), "-sealed");
  const Plan plan = plan_of(text);
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  CHECK(values_in(journal_of(given, plan)) == values_in(journal_of(given, given.plan())));
}

TEST_CASE(
    "a spare takes the seat of a lost leader card, and a fresh card becomes the spare [R132]") {
  room::EmulatedRoom given(kMixed, base::Mode::kRehearsal, room::Spares::kEach);
  REQUIRE(given.run() == State::kClosed);
  const Person& leader = given.plan().leader(3);
  const auto lost = format(leader.card);
  const auto spare = format(spare_of(leader).serial);
  constexpr std::string_view kFresh = "2100000000000009";
  const auto card_lines = [](std::string_view serial) {
    return fmt::format("\ncard = \"{0}\"\nbag = \"HB-{0}-sealed\"\n", serial);
  };
  const auto spare_lines = [](std::string_view serial, std::string_view suffix) {
    return fmt::format("spare = \"{0}\"\nspare_bag = \"HB-{0}{1}\"\n", serial, suffix);
  };
  std::string text = replaced(rebuilding_text(given, "recovery"), spare_lines(spare, "-sealed"),
                              spare_lines(kFresh, ""));
  text = replaced(text, card_lines(lost), card_lines(spare));
  given.answer_for_card("leader-3", fmt::format("HB-{}-sealed", spare));
  given.answer_for_card("leader-3-spare", fmt::format("HB-{}", kFresh));
  const Plan plan = plan_of(text);
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  const Journal journal = journal_of(given, plan);
  CHECK(values_in(journal) == values_in(journal_of(given, given.plan())));
  CHECK(journal.find("spares-proved")->fact("spares") == "4");
  CHECK(journal.find(event::kSpare, {{"by", "leader-3"}})->fact("card") == kFresh);
}

TEST_CASE("a component that is not the one of old ends a recovery before any pair is made") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  std::string text = with_card(given, rebuilding_text(given, "recovery"), 2, "2100000000000009");
  const std::size_t second = text.find("source = \"card\"", text.find("leader-2"));
  text.replace(second, std::string_view("source = \"card\"").size(), "source = \"hex\"");
  for (const char* const again : {"", "again."}) {
    given.answer(fmt::format("leader-2.{}group-1", again), "0011A");
  }
  const Plan plan = plan_of(text);
  CHECK_THROWS_WITH_AS(given.hold(given.station(), plan),
                       doctest::Contains("a component is not the one of old"), base::Error);
  CHECK(journal_of(given, plan).state() == State::kRevealed4);
}

TEST_CASE("a recovery makes no component, and takes none of another set") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const std::string text = rebuilding_text(given, "recovery");
  CHECK_THROWS_WITH_AS(
      given.hold(given.station(), plan_of(with_card(given, text, 4, "2100000000000009"))),
      doctest::Contains("a recovery makes none"), base::Error);
  given.answer_for_card("leader-4", given.plan().leader(4).bag + "-sealed");
  const std::string other = replaced(text, "set_id = \"1111", "set_id = \"2222");
  CHECK_THROWS_AS(given.hold(given.station(), plan_of(other)), base::Error);
}

TEST_CASE("a new key takes no leader card that holds a component") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const std::string text = rebuilding_text(given, "recovery");
  const std::size_t from = text.find("\n[recovery]");
  const std::string fresh = text.substr(0, from) + text.substr(text.find("\n[[person]]"));
  CHECK_THROWS_WITH_AS(given.hold(given.station(), plan_of(fresh)),
                       doctest::Contains("expected a fresh card"), base::Error);
}

TEST_CASE("a bag that is not the one of the last ceremony wants two approvals [R130]") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const std::string sealed = given.plan().leader(1).bag + "-sealed";
  const Plan plan = plan_of(replaced(rebuilding_text(given, "recovery"),
                                     fmt::format("bag = \"{}\"", sealed), "bag = \"HB-7777\""));
  given.answer("leader-1.bag", "HB-7777");
  CHECK_THROWS_WITH_AS(given.hold(given.station(), plan),
                       doctest::Contains(("into bag " + sealed).c_str()), base::Error);
  given.attend(plan, [](Ceremony& ceremony) {
    ceremony.accept_bag("leader-1", "HB-7777", "moved to a new bag before the auditor");
  });
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  CHECK(journal_of(given, plan).find("bag-accepted")->fact("bag") == "HB-7777");
}

TEST_CASE("a plan with spares for some, or with half a recovery, is refused") {
  room::EmulatedRoom given(kMixed, base::Mode::kRehearsal, room::Spares::kEach);
  REQUIRE(given.run() == State::kClosed);
  const auto refuses = [](const std::string& text, const char* why) {
    CHECK_THROWS_WITH_AS(plan_of(text), doctest::Contains(why), base::Error);
  };
  const std::string text = rebuilding_text(given, "recovery");
  CHECK_NOTHROW(plan_of(text));
  refuses(
      replaced(text, "spare = \"2100000000000006\"\nspare_bag = \"HB-2100000000000006-sealed\"\n",
               ""),
      "leader-2: expected a spare, as another leader has one");
  refuses(replaced(text, "2100000000000006", "2100000000000005"),
          "leader-2 spare: expected a card and a bag of its own; 2100000000000005 is of");
  refuses(replaced(text, "generation = \"2\"", "generation = \"1\""),
          "recovery.generation: expected a number from 2");
  refuses(replaced(text, "check_values = \"", "check_values = \"00"),
          "recovery.check_values: expected fifteen check values");
  refuses(replaced(text, "check_values = \"", "check_values = \"123456 "),
          "recovery.check_values: expected fifteen check values");
  refuses(replaced(text, "\nborn = ", "\nwhen = "),
          "recovery.born: expected 64 hex digits, but it is missing");
}
