// The card of an administrator, witness, officer or leader: signs under a PIN, keeps shares of
// token PINs.
#pragma once

#include "cos-apdu/keycards/key_card.h"

namespace card::keycards {

class RoleCard : public KeyCard {
 public:
  using KeyCard::KeyCard;

  static constexpr std::size_t kShareBytes = 20;
  static constexpr unsigned kShareSlots = 8;

  // PIN. `share` has 20 bytes, `slot` is 0 to 7; it travels encrypted to the card's own key.
  // Replaces what was there.
  void put_share(unsigned slot, const base::SecretBytes& share);

  // PIN. Travels encrypted to a key made for this call. kNotFound for an empty slot.
  base::SecretBytes release_share(unsigned slot);

  // PIN.
  void erase_share(unsigned slot);
};

}  // namespace card::keycards
