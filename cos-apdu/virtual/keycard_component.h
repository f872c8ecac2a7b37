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

// A component on its way between two cards of a set: originId16 | sealed(component16 nonce32).
inline constexpr std::size_t kSealedComponentBytes = 88;

}  // namespace card::chip
