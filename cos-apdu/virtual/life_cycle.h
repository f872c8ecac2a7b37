// The steps of a card's life: personalising begins with the first key or file, use with an order,
// a key version with a switch order.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// Allotted cards become personalising; others stay what they are.
void begin_personalising(Context& card);

// 84 F1 00 00 with an order MAC: 6985 while a key or file of the tables is missing, or a PSAM has
// no PIN. A user card forgets its transport keys here.
Answer switch_to_use(Context& card, const CommandApdu& command);

// 84 F1 01 version with the static MAC of card_commands.h: 6985 unless every county key is staged
// at that version.
Answer switch_version(Context& card, const CommandApdu& command);

}  // namespace card::chip
