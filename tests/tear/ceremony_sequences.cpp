// From four components to an open pair: set, commitments, combination, pairing, opening.
#include "cos-apdu/keycards/pairing.h"
#include "tests/tear/key_cards.h"

namespace tear {

namespace {

using base::Fault;
using bench::MasterSet;
using bench::Purpose;
using card::chip::RecordId;
using card::keycards::ControlCard;
using card::keycards::KeyCard;
using card::keycards::LeaderCard;
using card::keycards::MasterControlCard;
using card::keycards::MotherCard;
using card::layout::kLeaders;
using card::layout::LifeCycle;

constexpr std::size_t kMother = 0;
constexpr std::size_t kControl = 1;
constexpr std::size_t kLeader = 2;

// What the engine keeps.
constexpr RecordId kSetMembers = 0x0801;
constexpr RecordId kPairSecrets = 0x0804;
constexpr RecordId kPairingPackage = 0x0805;
constexpr RecordId kOpenTries = 0x0806;
constexpr RecordId kFirstHeldKey = 0x0901;

bool holds(Table& table, std::size_t at, RecordId record) {
  return table.card(at).dump().contains(record);
}

std::unique_ptr<MasterSet> new_set(std::size_t spares = 0) {
  return std::make_unique<MasterSet>(*hierarchy().stock, bench::plan_of(base::Mode::kRehearsal, 1),
                                     spares);
}

std::vector<Placed> pair_of(const MasterSet& set) {
  return {placed("mother", set.pair.mother), placed("control card", set.pair.control)};
}

Sequence forming_a_set() {
  const auto set = new_set();
  auto cards = pair_of(*set);
  cards.push_back(placed("leader card 1", *set->leaders.front()));
  return scripted("plan and set of a pair", std::move(cards),
                  [plan = set->plan, members = set->members()](Table& table) {
                    return Steps{[&table, plan, members] {
                                   for (const std::size_t at : {kMother, kControl, kLeader}) {
                                     unlock(table, at);
                                     KeyCard(table.session(at)).put_plan(plan);
                                     KeyCard(table.session(at)).put_set(members);
                                   }
                                 },
                                 [&table] {
                                   return ending_if(holds(table, kMother, kSetMembers) &&
                                                    holds(table, kControl, kSetMembers) &&
                                                    holds(table, kLeader, kSetMembers));
                                 },
                                 [&table](Ending ending, Findings& findings) {
                                   if (ending == Ending::kDidNotHappen) return;
                                   for (const std::size_t at : {kMother, kControl})
                                     unlock(table, at);
                                   findings.expect(
                                       KeyCard(table.session(kMother)).set_fingerprint() ==
                                           KeyCard(table.session(kControl)).set_fingerprint(),
                                       "two fingerprints");
                                 }};
                  });
}

std::unique_ptr<MasterSet> formed_set(std::size_t spares = 0) {
  auto set = new_set(spares);
  set->form();
  return set;
}

// Leaders stand behind the master card, 1 to 4.
void put_components(Table& table, const card::layout::PlanParts& plan) {
  for (unsigned leader = 1; leader <= kLeaders; ++leader) {
    unlock(table, leader);
    LeaderCard card(table.session(leader));
    if (succeeds(Fault::kWrongState, [&] { card.commit(); })) continue;
    card.put_component(bench::header_of(plan, leader), {},
                       bench::secret_hex(bench::kComponents.at(leader - 1)));
  }
}

void combine(Table& table) {
  unlock(table, kMother);
  MasterControlCard master(table.session(kMother));
  for (unsigned leader = 1; leader <= kLeaders; ++leader)
    master.put_commitment(leader, LeaderCard(table.session(leader)).commit());
  for (unsigned leader = 1; leader <= kLeaders; ++leader) {
    const auto seat = card::layout::leader_seat(leader);
    master.put_revealed(seat, LeaderCard(table.session(leader)).reveal(master.freeze(seat)));
  }
  master.combine(bench::sample_factors(), 1);
}

Sequence combination() {
  const auto set = formed_set();
  std::vector<Placed> cards{placed("master control card", set->pair.mother)};
  for (unsigned leader = 1; leader <= kLeaders; ++leader)
    cards.push_back(placed("leader card " + std::to_string(leader), *set->leaders.at(leader - 1)));
  return scripted(
      "components, commitments, freezing, reveal, combination", std::move(cards),
      [plan = set->plan](Table& table) {
        return Steps{[&table, plan] {
                       put_components(table, plan);
                       combine(table);
                     },
                     [&table] { return ending_if(holds(table, kMother, kFirstHeldKey)); },
                     [&table](Ending ending, Findings& findings) {
                       if (ending == Ending::kDidNotHappen) return;
                       unlock(table, kMother);
                       const auto values =
                           MasterControlCard(table.session(kMother)).signed_check_values().values;
                       findings.expect(crypto::format(values.front()) == kLoadCheckValue,
                                       "another key than the components make");
                     }};
      });
}

std::unique_ptr<MasterSet> combined_set() {
  auto set = formed_set();
  bench::type_components(*set);
  bench::combine(*set);
  return set;
}

Sequence pairing() {
  const auto set = combined_set();
  const auto act = [name = set->pair.name](Table& table) {
    for (const std::size_t at : {kMother, kControl}) unlock(table, at);
    MotherCard mother(table.session(kMother));
    ControlCard control(table.session(kControl));
    card::keycards::pair_cards(mother, control, name);
  };
  const auto is_paired = [](Table& table, std::size_t at) {
    return life_cycle_of(table, at) == LifeCycle::kInUse;
  };
  return scripted("pairing", pair_of(*set), [act, is_paired](Table& table) {
    return Steps{
        [&table, act] { act(table); },
        [&table, act, is_paired] {
          // A mother that made the pair makes the same package again.
          if (is_paired(table, kMother) && !is_paired(table, kControl)) act(table);
          return ending_if(is_paired(table, kMother) && is_paired(table, kControl));
        },
        [&table](Ending ending, Findings& findings) {
          if (ending == Ending::kDidNotHappen) {
            findings.expect(
                !holds(table, kMother, kPairSecrets) && !holds(table, kControl, kPairSecrets),
                "half a pair");
            return;
          }
          auto open = open_pair_at(table, kMother, kControl, 0);
          findings.expect(crypto::format(open.check_value(Purpose::kLoad)) == kLoadCheckValue,
                          "the pair opens another key");
        }};
  });
}

std::unique_ptr<MasterSet> paired_set() {
  auto set = combined_set();
  bench::make_pair(set->pair);
  return set;
}

unsigned open_tries(Table& table) {
  return table.card(kMother).dump().at(kOpenTries).front();
}

// An opening is volatile: what counts is that the next one works, and that the package of the pairing
// is gone after the first.
Sequence first_opening() {
  const auto set = paired_set();
  return scripted("first opening of a pair", pair_of(*set), [](Table& table) {
    return Steps{[&table] { open_pair_at(table, kMother, kControl, 0); },
                 [&table] { return ending_if(!holds(table, kMother, kPairingPackage)); },
                 [&table](Ending ending, Findings& findings) {
                   if (ending == Ending::kDidNotHappen) return;
                   findings.expect(open_tries(table) == card::layout::kOpenTries, "tries");
                   auto open = open_pair_at(table, kMother, kControl, 0);
                   findings.expect(
                       crypto::format(open.check_value(Purpose::kLoad)) == kLoadCheckValue,
                       "the pair opens another key");
                 }};
  });
}

Sequence foreign_control_card() {
  const auto set = paired_set();
  const std::vector<Placed> cards{placed("mother", set->pair.mother),
                                  placed("foreign control card", hierarchy().stock->control)};
  return scripted("opening by a foreign control card", cards, [](Table& table) {
    return Steps{[&table] {
                   succeeds(Fault::kTampered, [&] { open_pair_at(table, kMother, kControl, 0); });
                 },
                 [&table] { return ending_if(open_tries(table) == card::layout::kOpenTries - 1U); },
                 [&table](Ending ending, Findings& findings) {
                   const unsigned counted = ending == Ending::kHappened ? 1 : 0;
                   findings.expect(open_tries(table) == card::layout::kOpenTries - counted,
                                   "tries");
                 }};
  });
}

constexpr std::size_t kOwn = 0;
constexpr std::size_t kSpare = 1;

std::vector<Placed> leader_and_spare() {
  const auto set = formed_set(1);
  bench::type_components(*set);
  return {placed("leader card", *set->leaders.at(0)), placed("spare", *set->leaders.at(kLeaders))};
}

bool holds_component(Table& table, std::size_t at) {
  unlock(table, at);
  return succeeds(Fault::kWrongState, [&] { LeaderCard(table.session(at)).commit(); });
}

Sequence copy_to_the_spare() {
  return scripted("copy a component to the spare", leader_and_spare(), [](Table& table) {
    return Steps{
        [&table] {
          for (const std::size_t at : {kOwn, kSpare}) unlock(table, at);
          LeaderCard(table.session(kSpare))
              .take_copy(LeaderCard(table.session(kOwn)).copy_for(card::layout::leader_seat(1, 1)),
                         card::layout::leader_seat(1));
        },
        [&table] { return ending_if(holds_component(table, kSpare)); },
        [&table](Ending ending, Findings& findings) {
          findings.expect(holds_component(table, kOwn), "the leader's own is gone");
          if (ending == Ending::kDidNotHappen) return;
          findings.expect(LeaderCard(table.session(kOwn)).commit() ==
                              LeaderCard(table.session(kSpare)).commit(),
                          "another component");
        }};
  });
}

constexpr std::size_t kTaker = 1;
constexpr card::chip::RecordId kPartOfFirst = 0x0841;

// Leaders 1 to 4 under a plan that says three of four, their components in.
std::vector<Placed> leaders_under_three() {
  auto set = new_set();
  set->plan.threshold = card::layout::Threshold::kThree;
  set->form();
  bench::type_components(*set);
  std::vector<Placed> cards;
  for (unsigned leader = 1; leader <= kLeaders; ++leader)
    cards.push_back(placed("leader card " + std::to_string(leader), *set->leaders.at(leader - 1)));
  return cards;
}

void take_part_of_first(Table& table, std::size_t taker) {
  for (const std::size_t at : {kOwn, taker}) unlock(table, at);
  const auto seat = card::layout::leader_seat(static_cast<unsigned>(taker) + 1);
  LeaderCard(table.session(taker))
      .take_part(LeaderCard(table.session(kOwn)).part_for(seat), card::layout::leader_seat(1));
}

Sequence parting_a_component() {
  return scripted("part a component", leaders_under_three(), [](Table& table) {
    return Steps{[&table] { take_part_of_first(table, kTaker); },
                 [&table] { return ending_if(holds(table, kTaker, kPartOfFirst)); },
                 [&table](Ending ending, Findings& findings) {
                   findings.expect(holds_component(table, kOwn), "the leader's own is gone");
                   if (ending == Ending::kDidNotHappen) return;
                   unlock(table, kTaker);
                   LeaderCard(table.session(kTaker)).give_part(card::layout::leader_seat(1));
                 }};
  });
}

Sequence gathering_parts() {
  Table before(leaders_under_three(), sound_memory);
  for (std::size_t taker = 1; taker < kLeaders; ++taker) take_part_of_first(before, taker);
  LeaderCard lost(before.session(kOwn));
  const auto commitment = lost.commit();
  lost.erase_component();
  std::vector<Placed> cards;
  for (std::size_t at = 0; at < kLeaders; ++at)
    cards.push_back({"leader card " + std::to_string(at + 1), before.card(at).image()});
  return scripted("gather the parts of a component", std::move(cards), [commitment](Table& table) {
    return Steps{
        [&table] {
          unlock(table, kOwn);
          for (std::size_t giver = 1; giver < kLeaders; ++giver) {
            unlock(table, giver);
            const auto from = card::layout::leader_seat(static_cast<unsigned>(giver) + 1);
            LeaderCard(table.session(kOwn))
                .gather_part(
                    LeaderCard(table.session(giver)).give_part(card::layout::leader_seat(1)), from);
          }
        },
        [&table] { return ending_if(holds_component(table, kOwn)); },
        [&table, commitment](Ending ending, Findings& findings) {
          if (ending == Ending::kDidNotHappen) return;
          findings.expect(LeaderCard(table.session(kOwn)).commit() == commitment,
                          "another component than was parted");
        }};
  });
}

Sequence erasing_a_component() {
  return scripted("erase a component", leader_and_spare(), [](Table& table) {
    return Steps{[&table] {
                   unlock(table, kOwn);
                   LeaderCard(table.session(kOwn)).erase_component();
                 },
                 [&table] { return ending_if(!holds_component(table, kOwn)); },
                 [&table](Ending ending, Findings& findings) {
                   const auto wanted =
                       ending == Ending::kHappened ? LifeCycle::kPersonalising : LifeCycle::kInUse;
                   findings.expect(life_cycle_of(table, kOwn) == wanted, "life cycle");
                 }};
  });
}

}  // namespace

std::vector<Sequence> ceremony_sequences() {
  std::vector<Sequence> sequences;
  sequences.push_back(forming_a_set());
  sequences.push_back(combination());
  sequences.push_back(pairing());
  sequences.push_back(first_opening());
  sequences.push_back(foreign_control_card());
  sequences.push_back(copy_to_the_spare());
  sequences.push_back(parting_a_component());
  sequences.push_back(gathering_parts());
  sequences.push_back(erasing_a_component());
  return sequences;
}

}  // namespace tear
