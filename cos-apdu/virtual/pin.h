// PINs of a card. A native card has one (number 00), kept as tries1 salt16 SHA-256(salt | PIN)32; an
// interoperability card has keys of type 3A in its key files. The counter is stored before the
// comparison and restored after success.
#pragma once

#include <optional>

#include "cos-apdu/virtual/command.h"

namespace card::chip {

inline constexpr Byte kPinTries = 3;
inline constexpr Byte kFirstPin = 0x00;

// nullopt: the card, or its current directory, has no PIN.
std::optional<Byte> pin_tries(Context& card);

// Replaces the PIN and its counter. `block` is the PIN as on the wire, trailing FF ignored. Throws
// kNotFound (6A88) when an interoperability card has no such PIN.
void install_pin(Context& card, ByteView block, Byte number = kFirstPin);

// 9000, 63Cx, 6983; 6A88 when there is none; 6982 for a PSAM bound to another desk. Only VERIFY PIN
// changes what the session may do.
StatusWord compare_pin(Context& card, ByteView block, Byte number = kFirstPin);

// P2 is the number.
Answer verify_pin(Context& card, const CommandApdu& command);
Answer change_pin(Context& card, const CommandApdu& command);

}  // namespace card::chip
