// One leader goes and another comes: the component moves from card to card, and what the one who goes
// has kept is erased after the new card has rebuilt the key.
#include <fmt/format.h>

#include "base/core/error.h"
#include "keyceremony/acts.h"
#include "keyceremony/component_copy.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

using card::keycards::LeaderCard;
using card::layout::LifeCycle;

bool is_in_use(LeaderCard& card) {
  return card.status().life_cycle == LifeCycle::kInUse;
}

// A cut may have fallen after the card forgot and before its line.
void erase(Scene& scene, const HeldCard& held) {
  if (scene.journal().find(event::kErased, {{"holder", held.id}}) != nullptr) return;
  LeaderCard card(scene.cards().visit_with_pin(held));
  if (is_in_use(card)) card.erase_component();
  if (is_in_use(card)) {
    base::fail(base::Fault::kTampered, "{}: this card was told to erase and still is in use",
               held.id);
  }
  scene.note(event::kErased, {{"holder", held.id}, {"card", format(held.serial)}});
}

}  // namespace

Facts take_over_component(Scene& scene, const Person& leader) {
  const HeldCard giver = predecessor_cards(leader).front();
  copy_component(scene, leader.index, {giver, card::layout::kPredecessorCopy},
                 {card_of(leader), card::layout::kOwnCopy});
  return {{"by", id_of(leader)},
          {"card", format(leader.card)},
          {"source", "predecessor"},
          {"from", format(giver.serial)}};
}

Facts erase_predecessor(Scene& scene, unsigned) {
  const Person& leader = *scene.plan().successor();
  const auto cards = predecessor_cards(leader);
  for (const HeldCard& held : cards) erase(scene, held);
  const std::string& predecessor = cards.front().name;
  scene.cards().put_away();
  const Person& witness = scene.plan().first(Role::kExternalWitness);
  scene.confirm(witness, "erased",
                {fmt::format("I saw the cards of {} erased", predecessor),
                 fmt::format("本人目睹 {} 的卡被擦除", predecessor)},
                "ERASED");
  return {{"seat", id_of(leader)},
          {"predecessor", predecessor},
          {"successor", leader.name},
          {"seen-by", id_of(witness)}};
}

}  // namespace keyceremony
