// One leader goes and another comes: the key stays, and what the one who went had kept is worth nothing.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/later_plan.h"
#include "tests/support/replaced.h"
#include "tests/support/shell.h"

using namespace keyceremony;
using card::layout::LifeCycle;
using room::journal_of;
using room::values_in;
using support::replaced;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kHex, Source::kCard, Source::kCard};
constexpr std::string_view kOldCard = "2100000000000003";
constexpr std::string_view kOldSpare = "2100000000000007";
constexpr std::string_view kNewCard = "2100000000000009";
constexpr std::string_view kNewSpare = "210000000000000A";

struct Killed {};

room::EmulatedRoom room_with_a_key() {
  return room::EmulatedRoom(kMixed, base::Mode::kRehearsal, room::Spares::kEach);
}

// `name` takes over the seat of leader 3 from the holder of `card`, and gets the two new cards.
std::string text_of_successor(room::EmulatedRoom& given, std::string_view name,
                              std::string_view lines_of_predecessor) {
  std::string text = without_spares(given, rebuilding_text(given, "replacement"));
  text = with_card(given, text, 3, kNewCard);
  given.answer_for_card("leader-3-spare", fmt::format("HB-{}", kNewSpare));
  given.answer("leader-3-predecessor.present", "PRESENT");
  given.answer("external-witness-1.erased", "ERASED");
  text = replaced(text, "name = \"Li Na\"",
                  fmt::format("name = \"{}\"\nspare = \"{}\"\nspare_bag = \"HB-{}\"\n{}", name,
                              kNewSpare, kNewSpare, lines_of_predecessor));
  return replaced(text, "master_mother = ", "next_drill = \"2027-11-20\"\nmaster_mother = ");
}

std::string gives(room::EmulatedRoom& given, std::string_view key, std::string_view serial) {
  const bool is_spare = key.ends_with("spare");
  given.answer_for_card(is_spare ? "leader-3-predecessor-spare" : "leader-3-predecessor",
                        fmt::format("HB-{}-sealed", serial));
  return fmt::format("{} = \"{}\"\n{} = \"HB-{}-sealed\"\n", key, serial,
                     is_spare ? "predecessor_spare_bag" : "predecessor_bag", serial);
}

// He Jun takes over from Li Na.
std::string replacement_text(room::EmulatedRoom& given) {
  return text_of_successor(given, "He Jun",
                           "predecessor = \"Li Na\"\n" +
                               gives(given, "predecessor_card", kOldCard) +
                               gives(given, "predecessor_spare", kOldSpare));
}

Plan plan_of(const std::string& text) {
  return parse_plan(text, "replacement.toml");
}

LifeCycle life_cycle_of(room::EmulatedRoom& given, std::string_view serial) {
  const auto link = given.drawer().link(derivation::Serial8::parse(serial));
  card::Session session(*link);
  return card::keycards::KeyCard(session).status().life_cycle;
}

// A later recovery, into the third pair, with this card in the seat of leader 3.
std::string recovery_with(room::EmulatedRoom& given, std::string_view serial,
                          std::string_view bag) {
  std::string text = without_spares(given, rebuilding_text(given, "recovery"));
  text = with_card(given, text, 3, serial);
  text = replaced(text, fmt::format("bag = \"HB-{}\"", serial), fmt::format("bag = \"{}\"", bag));
  for (const Person& person : given.plan().people) {
    const std::string sealed = person.bag + "-sealed";
    given.answer_for_card(id_of(person), sealed + "-sealed");
    if (id_of(person) == "leader-3") continue;
    text = replaced(text, fmt::format("\"{}\"", sealed), fmt::format("\"{}-sealed\"", sealed));
  }
  given.answer_for_card("leader-3", std::string(bag));
  given.answer_for_card("master-mother", "HB-M3");
  given.answer_for_card("master-control", "HB-C3");
  for (const char* const kind : {"23", "24"}) {
    text = replaced(text, fmt::format("\"{}00000000000002\"", kind),
                    fmt::format("\"{}00000000000003\"", kind));
  }
  return replaced(replaced(text, "HB-M2", "HB-M3"), "HB-C2", "HB-C3");
}

bool holds_for_a_stranger(const room::EmulatedRoom& given, const Plan& plan) {
  const auto folder = given.station().ceremonies() / plan.short_id() / "evidence";
  return support::shell("bash '" + (folder / "check.sh").string() + "'").status == 0;
}

void refuses(const std::string& text, const char* why) {
  CHECK_THROWS_WITH_AS(plan_of(text), doctest::Contains(why), base::Error);
}

}  // namespace

TEST_CASE("a leader is replaced, the key stays, and his cards forget it [R132, R154]") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const Plan plan = plan_of(replacement_text(given));
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  const Journal journal = journal_of(given, plan);
  CHECK(values_in(journal) == values_in(journal_of(given, given.plan())));
  CHECK(journal.find("entered-3")->fact("from") == kOldCard);
  CHECK(journal.find("predecessor-erased")->fact("successor") == "He Jun");
  CHECK(journal.find("spares-proved")->fact("spares") == "1");
  for (const std::string_view old : {kOldCard, kOldSpare}) {
    CHECK(life_cycle_of(given, old) != LifeCycle::kInUse);
    CHECK(journal.find(event::kErased, {{"card", std::string(old)}}) != nullptr);
  }
  for (const std::string_view fresh : {kNewCard, kNewSpare}) {
    CHECK(life_cycle_of(given, fresh) == LifeCycle::kInUse);
  }
  CHECK(holds_for_a_stranger(given, given.plan()));
  CHECK(holds_for_a_stranger(given, plan));
  CHECK(life_cycle_of(given, "2300000000000002") == LifeCycle::kVoid);
  CHECK(life_cycle_of(given, "2300000000000001") == LifeCycle::kInUse);

  SUBCASE("the successor's spare rebuilds the key later") {
    const Plan later =
        plan_of(recovery_with(given, kNewSpare, fmt::format("HB-{}-sealed", kNewSpare)));
    REQUIRE(given.hold(given.station(), later) == State::kClosed);
    CHECK(values_in(journal_of(given, later)) == values_in(journal));
  }
  SUBCASE("the predecessor's card is refused later") {
    const Plan later =
        plan_of(recovery_with(given, kOldCard, fmt::format("HB-{}-sealed-sealed", kOldCard)));
    CHECK_THROWS_WITH_AS(given.hold(given.station(), later),
                         doctest::Contains("leader-3: this card holds no component"), base::Error);
  }
}

TEST_CASE(
    "a replacement killed again and again, each time one write later, comes to the same end") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const Plan plan = plan_of(replacement_text(given));
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
    // What the predecessor has is there until the new card has proved itself.
    if (journal_of(given, plan).state() < State::kSparesProved)
      CHECK(life_cycle_of(given, kOldCard) == LifeCycle::kInUse);
  }
  CHECK(cuts > 10);
  CHECK(values_in(journal_of(given, plan)) == values_in(journal_of(given, given.plan())));
  CHECK(life_cycle_of(given, kOldCard) != LifeCycle::kInUse);
  CHECK(life_cycle_of(given, kOldSpare) != LifeCycle::kInUse);
}

TEST_CASE("a leader who has lost his card takes over from his own spare [R132]") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const Plan plan = plan_of(text_of_successor(
      given, "Li Na", "predecessor = \"Li Na\"\n" + gives(given, "predecessor_card", kOldSpare)));
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  CHECK(life_cycle_of(given, kOldSpare) != LifeCycle::kInUse);
  CHECK(life_cycle_of(given, kNewSpare) == LifeCycle::kInUse);
}

TEST_CASE("a card without a component, or with another leader's, gives none to a successor") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const std::string text = replacement_text(given);

  SUBCASE("its leader was replaced before") {
    {
      const auto link = given.drawer().link(derivation::Serial8::parse(kOldCard));
      card::Session session(*link);
      card::keycards::LeaderCard card(session);
      card.verify_pin(base::SecretBytes::copy_of(base::bytes_of(given.answer_to("leader-3.pin"))));
      card.erase_component();
    }
    const Plan plan = plan_of(text);
    CHECK_THROWS_WITH_AS(
        given.hold(given.station(), plan),
        doctest::Contains("leader-3-predecessor: this card holds no component that it could give"),
        base::Error);
    CHECK(life_cycle_of(given, kOldSpare) == LifeCycle::kInUse);
  }
  SUBCASE("it is the spare of leader 4") {
    given.answer_for_card("leader-3-predecessor", "HB-2100000000000008-sealed");
    const Plan plan = plan_of(replaced(replaced(text, "predecessor_card = \"2100000000000003\"",
                                                "predecessor_card = \"2100000000000008\""),
                                       "predecessor_bag = \"HB-2100000000000003-sealed\"",
                                       "predecessor_bag = \"HB-2100000000000008-sealed\""));
    CHECK_THROWS_AS(given.hold(given.station(), plan), base::Error);
    CHECK(journal_of(given, plan).state() < State::kSetMade);
    CHECK(life_cycle_of(given, "2100000000000008") == LifeCycle::kInUse);
  }
}

TEST_CASE("a plan replaces one leader at a time, by cards, and for good") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const std::string text = replacement_text(given);
  CHECK_NOTHROW(plan_of(text));
  refuses(replaced(text, "name = \"Liu Yang\"",
                   "name = \"Liu Yang\"\npredecessor = \"Qian Bo\"\n"
                   "predecessor_card = \"210000000000000B\"\npredecessor_bag = \"HB-X\""),
          "one leader with a predecessor at a time, here are 2");
  refuses(replaced(text, "[replacement]", "[drill]"), "a predecessor only under [replacement]");
  refuses(replaced(text, "[replacement]", "[recovery]"), "a predecessor only under [replacement]");
  refuses(replaced(text, fmt::format("spare = \"{0}\"\nspare_bag = \"HB-{0}\"\n", kNewSpare), ""),
          "leader-3: expected source card and a spare");
  refuses(replaced(text, "name = \"Liu Yang\"",
                   "name = \"Liu Yang\"\nspare = \"2100000000000008\"\nspare_bag = \"HB-X\""),
          "leader-4: expected no spare: only the successor gets one");
  refuses(replaced(text, "predecessor = \"Li Na\"", "predecessor = \"Huang Yu\""),
          "two people as external-witness-1 and leader-3 predecessor");
  refuses(replaced(text, fmt::format("predecessor_card = \"{}\"", kOldCard),
                   fmt::format("predecessor_card = \"{}\"", kNewCard)),
          "a card and a bag of its own");
  refuses(replaced(text, "next_drill = \"2027-11-20\"\n", ""),
          "next_drill: expected the day of the next drill");
}

TEST_CASE("a rehearsal's leader is not replaced at a live station") {
  room::EmulatedRoom given = room_with_a_key();
  REQUIRE(given.run() == State::kClosed);
  const std::string text =
      replaced(replacement_text(given), "mode = \"rehearsal\"", "mode = \"live\"");
  CHECK_THROWS_WITH_AS(given.hold(given.station(), plan_of(text)),
                       doctest::Contains("the plan is live, the station is rehearsal"),
                       base::Error);
}
