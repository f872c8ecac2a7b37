// A drill ends with a void pair: its keys were proved by use, and no second master pair may live on.
#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/acts.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::KeyCard;
using card::layout::LifeCycle;

// The log's entry of the line that was noted last is the one that the order names.
card::layout::VoidOrder signed_order(Scene& scene) {
  const std::uint64_t index = scene.log_book().log().head().size - 1;
  card::layout::VoidOrder order{scene.plan().pair_name(), index, {}};
  const auto hash = card::layout::void_order_hash(order);
  base::Writer proof;
  for (base::Byte number = 0; number < card::layout::kVoidOrderOfficers; ++number) {
    const Person& officer = scene.plan().seat(fmt::format("officer-{}", number + 1));
    KeyCard card(scene.cards().visit_with_pin(card_of(officer)));
    proof.u8(number).bytes(card.sign(card::layout::kStepVoidPair, hash));
  }
  order.proof = proof.take();
  return order;
}

LifeCycle life_cycle_of(Scene& scene, const HeldCard& held) {
  return KeyCard(scene.cards().visit(held)).status().life_cycle;
}

// A cut may have fallen after the card took its order and before its line.
void note_void(Scene& scene, const HeldCard& held) {
  const LifeCycle found = life_cycle_of(scene, held);
  if (found != LifeCycle::kVoid) {
    base::fail(Fault::kTampered, "{}: expected a void card, this one is {}", held.id,
               card::layout::format(found));
  }
  if (scene.journal().find(event::kCardVoid, {{"holder", held.id}}) != nullptr) return;
  scene.note(event::kCardVoid, {{"holder", held.id}, {"card", format(held.serial)}});
}

}  // namespace

Facts void_drill_pair(Scene& scene, unsigned) {
  const auto pair = scene.plan().pair_name();
  std::optional<card::layout::VoidOrder> order;
  for (const HeldCard& held : {scene.plan().mother_card(), scene.plan().control_card()}) {
    if (life_cycle_of(scene, held) == LifeCycle::kInUse) {
      if (!order) {
        scene.note(event::kVoidOrdered, {{"pair", base::to_hex(pair.id)}});
        order = signed_order(scene);
      }
      KeyCard(scene.cards().visit(held)).apply_void_order(*order);
    }
    note_void(scene, held);
  }
  return {{"pair", base::to_hex(pair.id)}, {"generation", std::to_string(pair.generation)}};
}

}  // namespace keyceremony
