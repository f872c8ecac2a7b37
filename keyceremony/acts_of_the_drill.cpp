// A drill ends with a void pair: its keys were proved by use, and no second master pair may live on.
#include "base/core/error.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/acts.h"
#include "keyceremony/events.h"
#include "keyceremony/void_order.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::KeyCard;
using card::layout::LifeCycle;

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
        // The order names the entry of the line that was just noted.
        order =
            sign_void_order(scene.cards(), scene.plan(), scene.log_book().log().head().size - 1);
      }
      give_void_order(scene.cards(), held, *order);
    }
    note_void(scene, held);
  }
  return {{"pair", base::to_hex(pair.id)}, {"generation", std::to_string(pair.generation)}};
}

}  // namespace keyceremony
