// One card of the master control pair is lost: two officers void the other.
#include "keyceremony/void_order.h"

#include <fstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/terminal/scripted_terminal.h"
#include "cos-apdu/keycards/key_card.h"
#include "tests/keyceremony/later_plan.h"

using namespace keyceremony;
using card::layout::LifeCycle;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kHex, Source::kCard, Source::kCard};

// What issuance void-pair records: the entry that the order names.
std::uint64_t report_loss(audit::Log& log, const Plan& plan) {
  return log.append({audit::Act::kPairVoid,
                     {{"E1001", audit::Role::kSecurityOfficer}},
                     {audit::pair(plan.pair_name().id), audit::text("mother lost")},
                     audit::Outcome::kDone,
                     {},
                     {}});
}

// Two officers come with their cards; nothing else is on the table but the pair.
struct Counter {
  explicit Counter(room::EmulatedRoom& given)
      : given_(given), terminal_(answers(), base::Mode::kRehearsal) {}

  void give(const Plan& plan, const HeldCard& survivor, std::uint64_t entry) {
    CardTable cards(
        terminal_,
        [this](const derivation::Serial8& serial, const std::string&, std::chrono::milliseconds) {
          return given_.drawer().link(serial);
        },
        std::chrono::milliseconds(0));
    audit::Log log = given_.open_log();
    void_survivor(given_.station(), plan, log, cards, survivor, entry);
  }

 private:
  std::filesystem::path answers() const {
    auto path = given_.folder() / "officers";
    std::ofstream file(path);
    for (const char* const officer : {"officer-1.pin", "officer-2.pin"}) {
      file << officer << " = " << given_.answer_to(officer) << "\n";
    }
    return path;
  }

  room::EmulatedRoom& given_;
  terminal::ScriptedTerminal terminal_;
};

LifeCycle life_cycle_of(room::EmulatedRoom& given, const HeldCard& held) {
  const auto link = given.drawer().link(held.serial);
  card::Session session(*link);
  return card::keycards::KeyCard(session).status().life_cycle;
}

std::uint64_t entries_of(room::EmulatedRoom& given) {
  return given.open_log().head().size;
}

}  // namespace

TEST_CASE("two officers void the card that is left of a master control pair [R138, R161]") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const HeldCard survivor = given.plan().control_card();
  audit::Log log = given.open_log();
  const std::uint64_t entry = report_loss(log, given.plan());
  Counter(given).give(given.plan(), survivor, entry);
  CHECK(life_cycle_of(given, survivor) == LifeCycle::kVoid);
  CHECK(life_cycle_of(given, given.plan().mother_card()) == LifeCycle::kInUse);
  const std::uint64_t size = entries_of(given);
  CHECK(size == entry + 2);
  Counter(given).give(given.plan(), survivor, entry);
  CHECK(entries_of(given) == size);
}

TEST_CASE("the officers void an old pair after their cards have served a recovery") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const Plan recovery = parse_plan(rebuilding_text(given, "recovery"), "recovery.toml");
  REQUIRE(given.hold(given.station(), recovery) == State::kClosed);
  audit::Log log = given.open_log();
  const std::uint64_t entry = report_loss(log, given.plan());
  Counter(given).give(given.plan(), given.plan().mother_card(), entry);
  CHECK(life_cycle_of(given, given.plan().mother_card()) == LifeCycle::kVoid);
  CHECK(life_cycle_of(given, recovery.mother_card()) == LifeCycle::kInUse);
  CHECK_THROWS_WITH_AS(Counter(given).give(recovery, recovery.mother_card(), entry),
                       doctest::Contains("expected the loss of pair"), base::Error);
}

TEST_CASE("a void order follows a recorded loss, its own pair, and no ceremony under way") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const Plan& plan = given.plan();
  const HeldCard survivor = plan.mother_card();
  CHECK_THROWS_WITH_AS(Counter(given).give(plan, survivor, 0),
                       doctest::Contains("expected the loss of pair"), base::Error);
  CHECK_THROWS_AS(Counter(given).give(plan, survivor, 1'000'000), base::Error);
  audit::Log log = given.open_log();
  const std::uint64_t entry = report_loss(log, plan);
  HeldCard other = survivor;
  other.serial = derivation::Serial8::parse("2300000000000002");
  CHECK_THROWS_WITH_AS(Counter(given).give(plan, other, entry),
                       doctest::Contains("it belongs to pair"), base::Error);

  const Plan recovery = parse_plan(rebuilding_text(given, "recovery"), "recovery.toml");
  given.answer("leader-2.values", "no");
  CHECK_THROWS_AS(given.hold(given.station(), recovery), base::Error);
  CHECK_THROWS_WITH_AS(Counter(given).give(plan, survivor, entry),
                       doctest::Contains("is under way and needs the role cards"), base::Error);
  CHECK(life_cycle_of(given, survivor) == LifeCycle::kInUse);
}
