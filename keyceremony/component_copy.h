// A component on its way from card to card: ciphertext that only the taker opens, and a proof.
#pragma once

#include "keyceremony/scene.h"

namespace keyceremony {

// Can only be asked while the card is bound to a plan and a set.
bool holds_component(card::keycards::LeaderCard& card);

// A card, and which of the set's cards for this component it is.
struct CopySeat {
  HeldCard card;
  unsigned copy;
};

// Under the PINs of both; a taker that has the component already is only proved. Throws kRefused when
// the giver holds none, kTampered when the taker then commits to another component than the giver.
void copy_component(Scene& scene, unsigned leader, const CopySeat& giver, const CopySeat& taker);

}  // namespace keyceremony
