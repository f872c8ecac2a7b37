// Four leader cards and a master control card: what they make together, and what fewer cannot.
#include <doctest/doctest.h>

#include "base/crypto/cipher.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using base::Mode;
using card::keycards::FrozenCommitments;
using card::keycards::SealedComponent;
using card::layout::kLeaders;
using card::layout::leader_seat;

// Computed with Python's cryptography package from key-protocol §2 for plan_of(rehearsal, 1) and
// sample_factors(): E(MCK[p], 0), left three bytes.
constexpr std::array<std::string_view, 15> kExpectedCheckValues = {
    "634280", "8FD536", "F50BF6", "631464", "08D156", "C37E86", "C0C320", "9F25F5",
    "4F276B", "4FAA5A", "9AA041", "F438D9", "D5124F", "9E42E2", "C570A4"};

void make_components(MasterSet& set) {
  for (unsigned leader = 1; leader <= kLeaders; ++leader) set.leader(leader).generate_component();
}

void commit_all(MasterSet& set) {
  for (unsigned leader = 1; leader <= kLeaders; ++leader)
    set.master().put_commitment(leader, set.leader(leader).commit());
}

std::unique_ptr<MasterSet> formed(TestPair& stock, Byte number = 1, std::size_t spares = 0) {
  const bool live = stock.mother.status().has(card::layout::kFlagLive);
  auto set = std::make_unique<MasterSet>(
      stock, plan_of(live ? Mode::kLive : Mode::kRehearsal, number), spares);
  set->form();
  return set;
}

void require_expected(const card::keycards::CheckValues& values) {
  for (std::size_t at = 0; at < values.size(); ++at)
    CHECK(crypto::format(values.at(at)) == kExpectedCheckValues.at(at));
}

}  // namespace

TEST_CASE("four typed components give the master control key of an independent sum [R132] [R150]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  CHECK(base::to_hex(set->master().status().plan_id) ==
        "62A2AE930113975AF7211C9CA7726BDDCF88FCE22E40A73C8CC7CFB114D070EB");
  type_components(*set);
  require_expected(combine(*set));
}

TEST_CASE("all cards of a set show one fingerprint, and another plan shows another [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  MasterSet set(*stock, plan_of(Mode::kRehearsal, 1), 1);
  const auto shown = set.form();
  for (const auto& fingerprint : shown) CHECK(fingerprint == shown.front());
  CHECK(shown.front() ==
        card::layout::set_fingerprint(card::layout::plan_id(set.plan), set.members()));
  set.plan.plan_text_hash.fill(0xEE);
  CHECK(set.form().front() != shown.front());
}

TEST_CASE("none of the fourteen proper subsets of leaders can combine [R132] [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  commit_all(*set);
  for (unsigned subset = 1; subset < 15; ++subset) {
    CAPTURE(subset);
    set->pair.mother.link.reset();
    unlock(set->pair.mother);
    auto master = set->master();
    for (unsigned leader = 1; leader <= kLeaders; ++leader) {
      if ((subset >> (leader - 1) & 1U) == 0) continue;
      const auto seat = leader_seat(leader);
      master.put_revealed(seat, set->leader(leader).reveal(master.freeze(seat)));
    }
    CHECK(fault_of([&] { master.combine(sample_factors(), 1); }) == Fault::kWrongState);
  }
}

TEST_CASE("nothing is revealed before all four commitments are frozen [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  auto master = set->master();
  for (unsigned leader = 1; leader <= 3; ++leader)
    master.put_commitment(leader, set->leader(leader).commit());
  CHECK(fault_of([&] { master.freeze(leader_seat(1)); }) == Fault::kWrongState);

  FrozenCommitments forged;
  forged.commitments.at(0) = set->leader(1).commit();
  CHECK(fault_of([&] { set->leader(1).reveal(forged); }) == Fault::kTampered);
}

TEST_CASE("the last leader cannot choose another component after the others are known [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  commit_all(*set);
  auto master = set->master();
  const auto frozen = master.freeze(leader_seat(4));

  SUBCASE("a second commitment is refused") {
    auto other = set->leader(4).commit();
    other.front() ^= 1U;
    CHECK(fault_of([&] { master.put_commitment(4, other); }) == Fault::kWrongState);
  }
  SUBCASE("a component that was not committed to is refused") {
    auto last = set->leader(4);
    last.erase_component();
    last.generate_component();
    CHECK(fault_of([&] { last.reveal(frozen); }) == Fault::kTampered);
  }
  SUBCASE("a frozen word for another leader's card is refused") {
    CHECK(fault_of([&] { set->leader(3).reveal(frozen); }) == Fault::kTampered);
  }
}

TEST_CASE("a leader card reveals for one four only, even to a master card that cheats [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  const auto cheat = crypto::P256Pair::generate();
  auto members = set->members();
  members.front() = cheat.point;
  auto leader = set->leader(1);
  const auto fingerprint = leader.put_set(members);
  const auto seat = leader_seat(1);
  const auto context = base::concat({fingerprint, Bytes{static_cast<Byte>(seat)}});
  const card::layout::Sealing sealing(cheat.scalar, members.at(2), card::layout::seal_name::kFreeze,
                                      context);
  FrozenCommitments frozen;
  const auto freeze = [&] {
    Bytes all;
    for (const auto& one : frozen.commitments) all.insert(all.end(), one.begin(), one.end());
    frozen.mac = sealing.mac(base::concat({leader.status().plan_id, all}));
  };
  frozen.commitments.at(0) = leader.commit();
  freeze();
  leader.reveal(frozen);
  leader.reveal(frozen);
  frozen.commitments.at(3).front() ^= 1U;
  freeze();
  CHECK(fault_of([&] { leader.reveal(frozen); }) == Fault::kWrongState);
  // Nor is the memory of it lost by the same plan again, or by another set under it.
  leader.put_plan(set->plan);
  CHECK(fault_of([&] { leader.put_set(set->members()); }) == Fault::kWrongState);
  CHECK(fault_of([&] { leader.reveal(frozen); }) == Fault::kWrongState);
}

TEST_CASE("a plan and a set stand once commitments or keys are there [R134] [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  commit_all(*set);
  auto master = set->master();
  auto members = set->members();
  CHECK(master.put_set(members) == master.set_fingerprint());
  members.at(1) = crypto::P256Pair::generate().point;
  CHECK(fault_of([&] { master.put_set(members); }) == Fault::kWrongState);

  combine(*set);
  auto other = set->plan;
  other.token_key_hash.fill(0x66);
  CHECK(fault_of([&] { master.put_plan(other); }) == Fault::kWrongState);
  CHECK(fault_of([&] { master.put_set(members); }) == Fault::kWrongState);
  CHECK(fault_of([&] { master.sign(card::layout::kStepCheckValues, {}); }) == Fault::kRefused);
}

TEST_CASE("a card that was given another set neither reveals nor is believed [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  // Leader 2's card is told that an outsider's card is the master control card.
  const auto outsider = crypto::P256Pair::generate();
  auto swapped = set->members();
  swapped.front() = outsider.point;
  auto second = set->leader(2);
  CHECK(second.put_set(swapped) != set->master().set_fingerprint());
  commit_all(*set);
  CHECK(fault_of([&] { second.reveal(set->master().freeze(leader_seat(2))); }) == Fault::kTampered);
}

TEST_CASE("a revealed component that was changed on the way is refused [R135] [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  commit_all(*set);
  auto master = set->master();
  const auto seat = leader_seat(1);
  const auto component = set->leader(1).reveal(master.freeze(seat));
  for (std::size_t at = 0; at < component.bytes.size(); ++at) {
    SealedComponent changed = component;
    changed.bytes.at(at) ^= 0x40U;
    CHECK(fault_of([&] { master.put_revealed(seat, changed); }) == Fault::kTampered);
  }
  CHECK(fault_of([&] { master.put_revealed(leader_seat(2), component); }) == Fault::kTampered);
  master.put_revealed(seat, component);
}

TEST_CASE("a rehearsal component enters no live set, nor another set or leader [R132]") {
  const auto stock = make_stock(Mode::kLive);
  const auto set = formed(*stock);
  auto leader = set->leader(1);
  const auto component = [] { return secret_hex(kComponents.front()); };
  auto header = header_of(set->plan, 1);
  header.live = false;
  CHECK(fault_of([&] { leader.put_component(header, {}, component()); }) == Fault::kRefused);
  header = header_of(set->plan, 2);
  CHECK(fault_of([&] { leader.put_component(header, {}, component()); }) == Fault::kRefused);
  header = header_of(plan_of(Mode::kLive, 9), 1);
  CHECK(fault_of([&] { leader.put_component(header, {}, component()); }) == Fault::kRefused);
  leader.put_component(header_of(set->plan, 1), {}, component());
}

TEST_CASE("a rehearsal plan enters no live card, and a live plan no rehearsal card [R146]") {
  const auto live = make_stock(Mode::kLive);
  TestCard card(CardKind::kLeader, 900);
  admit(*live, card);
  CHECK(card.status().has(card::layout::kFlagLive));
  card::keycards::LeaderCard leader(card.session);
  unlock(card);
  CHECK(fault_of([&] { leader.put_plan(plan_of(Mode::kRehearsal, 1)); }) == Fault::kRefused);
  leader.put_plan(plan_of(Mode::kLive, 1));
}

TEST_CASE("equal components are refused before any key exists [R132]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  for (unsigned leader = 1; leader <= kLeaders; ++leader)
    set->leader(leader).put_component(header_of(set->plan, leader), {},
                                      secret_hex(kComponents.front()));
  CHECK(fault_of([&] { combine(*set); }) == Fault::kWrongState);
}

TEST_CASE("a spare leader card stands in for its leader [R132] [R137]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock, 1, 1);
  type_components(*set);
  const auto copy = set->leader(1).copy_for(leader_seat(1, 1));
  CHECK(fault_of([&] { set->leader(2).copy_for(leader_seat(1, 1)); }) == Fault::kRefused);
  set->leader(1, 1).take_copy(copy, leader_seat(1));
  set->leader(1).erase_component();

  auto master = set->master();
  master.put_commitment(1, set->leader(1, 1).commit());
  for (unsigned leader = 2; leader <= kLeaders; ++leader)
    master.put_commitment(leader, set->leader(leader).commit());
  for (unsigned leader = 1; leader <= kLeaders; ++leader) {
    const unsigned stand_in = leader == 1 ? 1 : 0;
    const auto seat = leader_seat(leader, stand_in);
    master.put_revealed(seat, set->leader(leader, stand_in).reveal(master.freeze(seat)));
  }
  require_expected(master.combine(sample_factors(), 1));
}

TEST_CASE(
    "a predecessor's card gives across empty seats, and an empty seat is nobody [R132] [R137]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  type_components(*set);
  MasterSet later(*stock, plan_of(Mode::kRehearsal, 1));
  later.plan.plan_text_hash.fill(0xC4);
  auto points = later.members();
  points.resize(card::layout::kPairMembers + 2 * kLeaders + 2, card::layout::kEmptySeat);
  points.push_back(card::keycards::Blank(set->leaders.at(2)->session).public_point());

  const auto sit = [&](TestCard& sitting, const std::vector<crypto::PublicPoint>& members) {
    unlock(sitting);
    card::keycards::KeyCard(sitting.session).put_plan(later.plan);
    card::keycards::KeyCard(sitting.session).put_set(members);
  };
  sit(*later.leaders.at(2), points);
  sit(*set->leaders.at(2), points);
  const auto given = set->leader(3).copy_for(leader_seat(3));
  CHECK(fault_of([&] { set->leader(3).copy_for(leader_seat(3, card::layout::kSpareCopy)); }) ==
        Fault::kRefused);
  later.leader(3).take_copy(given, leader_seat(3, card::layout::kPredecessorCopy));
  CHECK(later.leader(3).commit() == set->leader(3).commit());

  auto no_leader = points;
  no_leader.at(3) = card::layout::kEmptySeat;
  auto no_end = points;
  no_end.push_back(card::layout::kEmptySeat);
  for (const auto& wrong : {no_leader, no_end})
    CHECK(fault_of([&] { sit(*later.leaders.at(2), wrong); }) == Fault::kRefused);
}

TEST_CASE("a recovery under its own plan rebuilds the same key from the same components [R132]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  type_components(*set);
  require_expected(combine(*set));

  MasterSet recovery(*stock, plan_of(Mode::kRehearsal, 1));
  recovery.plan.plan_text_hash.fill(0xC3);
  recovery.leaders = std::move(set->leaders);
  recovery.form();
  require_expected(combine(recovery));
}

TEST_CASE("a leader card without its PIN does nothing and blocks at the third wrong PIN [R137]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock);
  make_components(*set);
  auto& card = *set->leaders.front();
  card.link.reset();
  CHECK(fault_of([&] { set->leader(1).commit(); }) == Fault::kWrongState);
  for (int tries = 0; tries < 3; ++tries)
    CHECK(fault_of([&] { set->leader(1).verify_pin(secret("000000")); }) == Fault::kRefused);
  CHECK(fault_of([&] { unlock(card); }) == Fault::kRefused);
  CHECK(card.status().pin_tries == 0);
}

TEST_CASE("purpose keys reach only the token whose key is in the plan [R134] [R135]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto token = crypto::P256Pair::generate();
  auto plan = plan_of(Mode::kRehearsal, 1);
  plan.token_key_hash = derivation::delivery_key_hash(token.point);
  MasterSet set(*stock, plan);
  set.form();
  make_components(set);
  const auto values = combine(set);
  const auto stranger = crypto::P256Pair::generate();
  CHECK(fault_of([&] { set.master().deliver(Purpose::kLoad, stranger.point); }) == Fault::kRefused);

  const auto delivery = set.master().deliver(Purpose::kLoad, token.point);
  const auto agreed = crypto::agree(token.scalar, delivery.ephemeral);
  const auto label = derivation::delivery_label(derivation::DeliveryKey::kWrapping,
                                                delivery.header.plan_id, Purpose::kLoad);
  const auto key = crypto::key_unwrap(crypto::Cipher::kAes128, crypto::labelled_key(agreed, label),
                                      delivery.wrapped);
  CHECK(crypto::check_value(crypto::SuiteId::kAes128, key) == values.front());

  const auto list = set.master().signed_check_values();
  CHECK(list.values == values);
  const auto digest =
      card::layout::signed_digest(set.master().status().plan_id, card::layout::kStepCheckValues,
                                  card::keycards::hash_of(list.values));
  CHECK(crypto::verify_digest(set.master().public_point(), digest, list.signature));
}

TEST_CASE("the sm4 and tdes2 suites go through the same ceremony [R132] [R146]") {
  for (const auto suite : {crypto::SuiteId::kSm4, crypto::SuiteId::kTdes2}) {
    const auto stock = make_stock(Mode::kRehearsal, suite);
    const auto master = make_master(*stock, 1, suite);
    auto open = master->pair.open(0);
    CHECK(open.check_value(Purpose::kLoad) != open.check_value(Purpose::kPurchase));
  }
}
