// The PIN of a card: tries1 salt16 SHA-256(salt | PIN)32. The counter is stored before the
// comparison and restored after success.
#pragma once

#include <optional>

#include "cos-apdu/virtual/command.h"

namespace card::chip {

inline constexpr Byte kPinTries = 3;

// nullopt: the card has no PIN.
std::optional<Byte> pin_tries(const Nvm& nvm);

// Replaces the PIN and its counter. `block` is the PIN as on the wire, trailing FF ignored.
void install_pin(Context& card, ByteView block);

// 9000, 63Cx, 6983; 6A88 when there is none; 6982 for a PSAM bound to another desk. Only VERIFY PIN changes what the session may do.
StatusWord compare_pin(Context& card, ByteView block);

Answer verify_pin(Context& card, const CommandApdu& command);
Answer change_pin(Context& card, const CommandApdu& command);

}  // namespace card::chip
