// A leader card's component and everything it is bound to:
//   leader1 setId16 originId16 nonce32 component16, 81 bytes
#pragma once

#include <optional>

#include "cos-apdu/virtual/keycard_memory.h"

namespace card::chip {

struct HeldComponent {
  Byte leader = 0;
  FixedBytes<16> set_id{};
  FixedBytes<16> origin_id{};
  FixedBytes<32> nonce{};
  base::SecretBytes value;
};

std::optional<HeldComponent> load_component(const Context& card);

// Personalises the card: it is in use from here on.
void store_component(Context& card, const HeldComponent& component);

// An empty component of this card's set and seat. Throws kWrongState where the card holds one.
HeldComponent new_component(const Context& card, const CardSet& set);

// As a command names it. Throws kMalformed for a seat that is no leader's.
layout::Seat leader_seat_of(Byte p2);

// Whose key agreement a message between two cards of the set is under.
Bytes seats_context(const CardSet& set, layout::Seat giver, layout::Seat taker);

// Parts of all dealings, and what was drawn for one (keycard_parts.cpp).
void forget_dealing(Context& card);
void erase_parts(Context& card);

// A component on its way between two cards of a set: originId16 | sealed(component16 nonce32).
inline constexpr std::size_t kSealedComponentBytes = 88;

}  // namespace card::chip
