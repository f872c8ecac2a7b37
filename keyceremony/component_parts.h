// Three of four: components in parts with the other leaders, and one of them put together again.
#pragma once

#include "keyceremony/scene.h"

namespace keyceremony {

// Under a plan that says three of four: every leader's card gives a part of its component to each of
// the other three, under all four PINs. What a card took before a break is taken again, the same.
// Does nothing under a plan that says four of four.
void deal_parts(Scene& scene);

// The card of this leader holds his component when the other three have given their parts, each under
// its keeper's PIN. Throws kNotFound when a card has no part, kMalformed when one is of another
// dealing.
void gather_parts(Scene& scene, const Person& leader);

}  // namespace keyceremony
