// What the station may order of a user card: the commands that carry a MAC under one of its leaf keys.
#pragma once

#include "tests/tear/sequences.h"

namespace tear {

enum class Form { kMac, kEnciphered };

// With a fresh challenge, under the card's leaf of this purpose.
card::StatusWord send_order(Table& table, test::Purpose purpose, card::CommandApdu command,
                            Form form = Form::kMac);

// The new PIN under MAC: the block and four bytes, without a challenge.
card::StatusWord reload_pin(Table& table, std::string_view digits);

// INS 16, 18, 1E of class 84.
card::CommandApdu blocking_command(Byte ins, Byte p2 = 0);

inline constexpr Byte kCardBlock = 0x16;
inline constexpr Byte kApplicationUnblock = 0x18;
inline constexpr Byte kApplicationBlock = 0x1E;

}  // namespace tear
