#include "keyceremony/plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "keyceremony/plan_reader.h"

namespace keyceremony {

std::string id_of(const Person& person) {
  return fmt::format("{}-{}", row_of(person.role).id, person.index);
}

HeldCard card_of(const Person& person) {
  return {id_of(person), person.name, person.card, person.bag};
}

HeldCard spare_of(const Person& person) {
  const std::string id = id_of(person) + "-spare";
  if (!person.spare) base::fail(base::Fault::kNotFound, "the plan has no {}", id);
  return {id, person.name, person.spare->serial, person.spare->bag};
}

std::vector<HeldCard> predecessor_cards(const Person& person) {
  if (!person.predecessor) return {};
  const auto& [name, card, spare] = *person.predecessor;
  const std::string id = id_of(person) + "-predecessor";
  std::vector<HeldCard> cards{{id, name, card.serial, card.bag}};
  if (spare) cards.push_back({id + "-spare", name, spare->serial, spare->bag});
  return cards;
}

namespace {

const Person& person_of(const Plan& plan, Role role, unsigned index) {
  const auto found = std::ranges::find_if(plan.people, [&](const Person& person) {
    return person.role == role && person.index == index;
  });
  if (found == plan.people.end()) {
    base::fail(base::Fault::kNotFound, "the plan has no {}-{}", row_of(role).id, index);
  }
  return *found;
}

}  // namespace

const Person& Plan::leader(unsigned index) const {
  return person_of(*this, Role::kLeader, index);
}

const Person& Plan::seat(std::string_view id) const {
  const auto found =
      std::ranges::find(people, id, [](const Person& person) { return id_of(person); });
  if (found == people.end()) base::fail(base::Fault::kNotFound, "the plan has no {}", id);
  return *found;
}

void Plan::seat_deputy(std::string_view id) {
  const auto found =
      std::ranges::find(people, id, [](const Person& person) { return id_of(person); });
  if (found == people.end()) base::fail(base::Fault::kNotFound, "the plan has no {}", id);
  const auto deputy = std::exchange(found->deputy, std::nullopt);
  if (!deputy) base::fail(base::Fault::kNotFound, "the plan has no deputy for {}", id);
  found->name = deputy->name;
  found->card = deputy->card.serial;
  found->bag = deputy->card.bag;
}

const Person& Plan::first(Role role) const {
  return person_of(*this, role, 1);
}

HeldCard Plan::mother_card() const {
  return {"master-mother", person_of(*this, Role::kOfficer, 1).name, mother.serial, mother.bag};
}

HeldCard Plan::control_card() const {
  return {"master-control", person_of(*this, Role::kOfficer, 2).name, control.serial, control.bag};
}

std::vector<SetMember> Plan::set_members() const {
  namespace layout = card::layout;
  std::vector<SetMember> members{{layout::Seat::kMother, mother_card()},
                                 {layout::Seat::kControl, control_card()}};
  for (const Person& person : people) {
    if (person.role != Role::kLeader) continue;
    const auto sits = [&](unsigned copy, HeldCard held) {
      members.push_back({layout::leader_seat(person.index, copy), std::move(held)});
    };
    sits(layout::kOwnCopy, card_of(person));
    if (person.spare) sits(layout::kSpareCopy, spare_of(person));
    if (person.predecessor) sits(layout::kPredecessorCopy, predecessor_cards(person).front());
  }
  std::ranges::sort(members, {}, &SetMember::seat);
  return members;
}

const Person* Plan::successor() const {
  const auto found = std::ranges::find_if(
      people, [](const Person& person) { return person.predecessor.has_value(); });
  return found == people.end() ? nullptr : &*found;
}

std::vector<HeldCard> Plan::all_cards() const {
  std::vector<HeldCard> cards{mother_card(), control_card()};
  for (const Person& person : people) {
    cards.push_back(card_of(person));
    if (person.spare) cards.push_back(spare_of(person));
    for (auto& old : predecessor_cards(person)) cards.push_back(std::move(old));
  }
  return cards;
}

Course Plan::course() const {
  if (successor() != nullptr) return Course::kReplacement;
  if (is_drill()) return Course::kDrill;
  return token_key_hash ? Course::kToken : Course::kCards;
}

card::layout::PairName Plan::pair_name() const {
  card::layout::PairName pair;
  if (recovery) pair.generation = recovery->generation;
  pair.id = base::fixed<8>(base::ByteView(id()).first(8));
  return pair;
}

base::FixedBytes<16> Plan::origin_id() const {
  return base::fixed<16>(base::ByteView(recovery ? recovery->born : id()).first(16));
}

card::layout::PlanParts Plan::parts() const {
  return {mode,
          suite,
          set_id,
          profile_hash,
          token_key_hash.value_or(crypto::Hash32{}),
          crypto::sha256(base::bytes_of(text)),
          threshold};
}

crypto::Hash32 Plan::id() const {
  return card::layout::plan_id(parts());
}

std::string Plan::short_id() const {
  return base::to_hex(base::ByteView(id()).first(8), base::HexCase::kLower);
}

Plan parse_plan(std::string_view text, std::string_view name) {
  return plan_of_toml(text, name);
}

Plan read_plan(const std::filesystem::path& path) {
  return parse_plan(base::read_handed_in(path, kMostPlanBytes), path.string());
}

}  // namespace keyceremony
