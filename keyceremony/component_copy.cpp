#include "keyceremony/component_copy.h"

#include "base/core/error.h"

namespace keyceremony {

using base::Fault;
using card::keycards::LeaderCard;
using card::layout::leader_seat;

// Only a card that holds a component can commit.
bool holds_component(LeaderCard& card) {
  try {
    card.commit();
    return true;
  } catch (const base::Error& error) {
    if (error.fault() == Fault::kWrongState || error.fault() == Fault::kNotFound) return false;
    throw;
  }
}

void copy_component(Scene& scene, unsigned leader, const CopySeat& giver, const CopySeat& taker) {
  LeaderCard from(scene.cards().visit_with_pin(giver.card));
  if (!holds_component(from)) {
    base::fail(Fault::kRefused, "{}: this card holds no component that it could give",
               giver.card.id);
  }
  const auto commitment = from.commit();
  const auto copy = from.copy_for(leader_seat(leader, taker.copy));
  LeaderCard to(scene.cards().visit_with_pin(taker.card));
  if (!holds_component(to)) to.take_copy(copy, leader_seat(leader, giver.copy));
  // The nonce goes with the component.
  if (to.commit() != commitment) {
    base::fail(Fault::kTampered, "{}: this card commits to another component", taker.card.id);
  }
}

}  // namespace keyceremony
