// Four components: each enters its card, is committed to, and is revealed to the master card alone.
#include <fmt/format.h>

#include "base/core/error.h"
#include "keyceremony/acts.h"
#include "keyceremony/component_copy.h"
#include "keyceremony/component_parts.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

using card::keycards::Commitments;
using card::keycards::LeaderCard;
using card::keycards::MasterControlCard;

std::string hex(base::ByteView bytes) {
  return base::to_hex(bytes, base::HexCase::kLower);
}

template <std::size_t N>
base::FixedBytes<N> bytes_of_fact(const Record& record, std::string_view key) {
  return base::fixed<N>(base::from_hex(record.fact(key), key), key);
}

void put_typed(Scene& scene, const Person& leader) {
  const base::SecretBytes component = scene.entry_desk().enter(leader);
  LeaderCard card(scene.cards().visit_with_pin(card_of(leader)));
  const auto origin = scene.plan().recovery ? scene.plan().origin_id() : base::FixedBytes<16>{};
  const auto value = card.put_component(header_of(scene.plan(), leader.index), origin, component);
  scene.terminal().show(
      {leader.name + ", for your eyes only: check value", leader.name + "，仅供本人核对：校验值"},
      base::to_hex(value));
  scene.confirm(leader, "value", {"the check value is the one of my paper", "校验值与本人纸面一致"},
                "MINE");
}

// A component that stands in the card before this plan asked for one.
void judge_found(const Scene& scene, const Person& leader, bool resumed) {
  const bool expected = scene.plan().recovery && leader.source == Source::kCard;
  if (expected || resumed) return;
  base::fail(base::Fault::kRefused, "{}: this card holds a component already", id_of(leader));
}

void make_or_type(Scene& scene, const Person& leader, LeaderCard& card) {
  if (leader.source == Source::kParts) return gather_parts(scene, leader);
  if (leader.source != Source::kCard) return put_typed(scene, leader);
  if (scene.plan().recovery) {
    base::fail(
        base::Fault::kRefused,
        "{}: this card holds no component, and a recovery makes none: plan his spare card, or "
        "what is on his paper",
        id_of(leader));
  }
  card.generate_component();
}

void prove_spare(Scene& scene, const Person& leader) {
  copy_component(scene, leader.index, {card_of(leader), card::layout::kOwnCopy},
                 {spare_of(leader), card::layout::kSpareCopy});
  scene.note(event::kSpare, {{"by", id_of(leader)}, {"card", format(spare_of(leader).serial)}});
}

card::keycards::FrozenCommitments frozen_for(Scene& scene, unsigned leader) {
  const Record& frozen = *scene.journal().find("frozen");
  card::keycards::FrozenCommitments out;
  for (unsigned index = 1; index <= kLeaders; ++index) {
    out.commitments.at(index - 1) = bytes_of_fact<32>(frozen, fmt::format("commitment-{}", index));
  }
  out.mac = bytes_of_fact<16>(frozen, fmt::format("mac-{}", leader));
  return out;
}

}  // namespace

Facts enter_component(Scene& scene, unsigned index) {
  const Person& leader = scene.plan().leader(index);
  if (leader.predecessor) return take_over_component(scene, leader);
  const Facts begun{{"by", id_of(leader)}, {"card", format(leader.card)}};
  scene.terminal().clear();
  LeaderCard card(scene.cards().visit_with_pin(card_of(leader)));
  const bool resumed = scene.journal().find(event::kBegun, begun.front()) != nullptr;
  std::string found = "no";
  if (holds_component(card)) {
    judge_found(scene, leader, resumed);
    found = "yes";
  } else {
    scene.note(event::kBegun, begun);
    make_or_type(scene, leader, card);
  }
  scene.terminal().clear();
  return {{"by", id_of(leader)},
          {"card", format(leader.card)},
          {"source", std::string(row_of(leader.source).id)},
          {"found-in-card", found}};
}

Facts commit_component(Scene& scene, unsigned index) {
  const Person& leader = scene.plan().leader(index);
  const auto commitment = LeaderCard(scene.cards().visit_with_pin(card_of(leader))).commit();
  return {{"by", id_of(leader)}, {"card", format(leader.card)}, {"commitment", hex(commitment)}};
}

Facts freeze_commitments(Scene& scene, unsigned) {
  MasterControlCard master(scene.cards().visit_with_pin(scene.plan().mother_card()));
  Facts facts;
  for (unsigned index = 1; index <= kLeaders; ++index) {
    const Record& committed = *scene.journal().find(fmt::format("committed-{}", index));
    master.put_commitment(index, bytes_of_fact<32>(committed, "commitment"));
    facts.emplace_back(fmt::format("commitment-{}", index), committed.fact("commitment"));
  }
  for (unsigned index = 1; index <= kLeaders; ++index) {
    const auto frozen = master.freeze(card::layout::leader_seat(index));
    facts.emplace_back(fmt::format("mac-{}", index), hex(frozen.mac));
  }
  return facts;
}

Facts reveal_component(Scene& scene, unsigned index) {
  const Person& leader = scene.plan().leader(index);
  LeaderCard card(scene.cards().visit_with_pin(card_of(leader)));
  scene.revealed().at(index - 1) = card.reveal(frozen_for(scene, index));
  return {{"by", id_of(leader)}, {"card", format(leader.card)}};
}

Facts prove_spares(Scene& scene, unsigned) {
  unsigned spares = 0;
  for (unsigned index = 1; index <= kLeaders; ++index) {
    const Person& leader = scene.plan().leader(index);
    if (!leader.spare) continue;
    ++spares;
    if (scene.journal().find(event::kSpare, {{"by", id_of(leader)}}) != nullptr) continue;
    prove_spare(scene, leader);
  }
  deal_parts(scene);
  return {{"spares", spares == 0 ? "none" : std::to_string(spares)}};
}

}  // namespace keyceremony
