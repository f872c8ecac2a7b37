// One card of the master control pair, or of the stock pair, is lost: two officers void the other.
#include "keyceremony/void_order.h"

#include <fstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/terminal/scripted_terminal.h"
#include "cos-apdu/keycards/key_card.h"
#include "cos-apdu/keycards/pairing.h"
#include "cos-apdu/layout/keycard_job.h"
#include "tests/keyceremony/later_plan.h"

using namespace keyceremony;
using card::layout::LifeCycle;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kHex, Source::kCard, Source::kCard};

// What issuance void-pair records: the entry that the order names.
std::uint64_t report_loss(audit::Log& log, const card::layout::PairId& id) {
  return log.append({audit::Act::kPairVoid,
                     {{"E1001", audit::Role::kSecurityOfficer}},
                     {audit::pair(id), audit::text("mother lost")},
                     audit::Outcome::kDone,
                     {},
                     {}});
}

std::uint64_t report_loss(audit::Log& log, const Plan& plan) {
  return report_loss(log, plan.pair_name().id);
}

// Two officers come with their cards; nothing else is on the table but the pair.
struct Counter {
  explicit Counter(room::EmulatedRoom& given)
      : given_(given), terminal_(answers(), base::Mode::kRehearsal) {}

  void give(const Plan& plan, const HeldCard& survivor, std::uint64_t entry) {
    CardTable cards = table();
    audit::Log log = given_.open_log();
    void_survivor(given_.station(), plan, log, cards, survivor, entry);
  }

  void give_to_stock(const HeldCard& survivor, const TwoOfficers& officers, std::uint64_t entry) {
    CardTable cards = table();
    audit::Log log = given_.open_log();
    void_stock_survivor(given_.station(), log, cards, survivor, officers, entry);
  }

 private:
  CardTable table() {
    return {terminal_,
            [this](const derivation::Serial8& serial, const std::string&,
                   std::chrono::milliseconds) { return given_.drawer().link(serial); },
            std::chrono::milliseconds(0)};
  }

  std::filesystem::path answers() const {
    auto path = given_.folder() / "officers";
    std::ofstream file(path);
    for (const char* const officer : {"officer-1.pin", "officer-2.pin"}) {
      file << officer << " = " << given_.answer_to(officer) << "\n";
      file << officer << ".again = " << given_.answer_to(officer) << "\n";
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

constexpr std::string_view kJob = "00112233445566aa";
constexpr card::layout::PairName kStockName{{0x0B}, 2};

// A stock pair as it is founded: two cards, the points of two officers, and its entries in the log.
struct FoundedStock {
  explicit FoundedStock(room::EmulatedRoom& given)
      : officers{card_of(given.plan().seat("officer-1")), card_of(given.plan().seat("officer-2"))} {
    const auto profile = derivation::hash_of(given.profile());
    given.drawer().add(mother);
    given.drawer().add(control);
    const auto mother_link = given.drawer().link(mother);
    const auto control_link = given.drawer().link(control);
    card::Session mother_session(*mother_link);
    card::Session control_session(*control_link);
    card::keycards::MotherCard mother_card(mother_session);
    card::keycards::ControlCard control_card(control_session);
    const std::array set{mother_card.make_key_pair(), control_card.make_key_pair()};
    const auto pin = base::SecretBytes::copy_of(base::bytes_of("739164"));
    for (card::keycards::KeyCard* half :
         std::initializer_list<card::keycards::KeyCard*>{&mother_card, &control_card}) {
      half->set_pin(pin);
      half->verify_pin(pin);
      half->put_plan(card::layout::parts_of_job(base::Mode::kRehearsal, crypto::SuiteId::kAes128,
                                                profile, kJob));
      half->put_set(set);
      half->put_officers(points_of(given));
    }
    mother_card.generate_stock_key();
    card::keycards::pair_cards(mother_card, control_card, kStockName);
    audit::Log log = given.open_log();
    log.append({audit::Act::kProfileAccepted,
                {{"keyceremony", audit::Role::kProgram}},
                {audit::hash(profile)},
                audit::Outcome::kDone,
                {},
                {}});
    log.append({audit::Act::kPairEndorsed,
                {{format(officers[0].serial), audit::Role::kKeyOfficer},
                 {format(officers[1].serial), audit::Role::kKeyOfficer}},
                {audit::pair(kStockName.id)},
                audit::Outcome::kDone,
                {},
                std::string(kJob)});
  }

  std::vector<crypto::PublicPoint> points_of(room::EmulatedRoom& given) const {
    std::vector<crypto::PublicPoint> points;
    for (const HeldCard& officer : officers) {
      const auto link = given.drawer().link(officer.serial);
      card::Session session(*link);
      points.push_back(card::keycards::Blank(session).public_point());
    }
    return points;
  }

  derivation::Serial8 mother = derivation::Serial8::of(derivation::CardKind::kStock, 9);
  derivation::Serial8 control = derivation::Serial8::of(derivation::CardKind::kStock, 10);
  TwoOfficers officers;
};

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

TEST_CASE("two officers void the card that is left of the stock pair, in either order [R161]") {
  room::EmulatedRoom given(kMixed);
  const FoundedStock stock(given);
  const HeldCard survivor{"stock", "stock", stock.control, {}};
  audit::Log log = given.open_log();
  CHECK_THROWS_WITH_AS(Counter(given).give_to_stock(survivor, stock.officers, 0),
                       doctest::Contains("expected the loss of pair"), base::Error);
  const std::uint64_t entry = report_loss(log, kStockName.id);
  TwoOfficers others = stock.officers;
  others[1] = card_of(given.plan().seat("internal-witness-1"));
  CHECK_THROWS_WITH_AS(Counter(given).give_to_stock(survivor, others, entry),
                       doctest::Contains("is not among the officers"), base::Error);
  others[1] = stock.officers[0];
  CHECK_THROWS_AS(Counter(given).give_to_stock(survivor, others, entry), base::Error);
  CHECK(life_cycle_of(given, survivor) == LifeCycle::kInUse);
  Counter(given).give_to_stock(survivor, {stock.officers[1], stock.officers[0]}, entry);
  CHECK(life_cycle_of(given, survivor) == LifeCycle::kVoid);
  const std::uint64_t size = entries_of(given);
  CHECK(size == entry + 2);
  Counter(given).give_to_stock(survivor, stock.officers, entry);
  CHECK(entries_of(given) == size);
}
