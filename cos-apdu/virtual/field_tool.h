// The acts of a tool card at a meter (formulas: layout/field_card.h).
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// 00 82 00 purpose: esamRandom16 CMAC16 of layout::esam_message over the card's own challenge16, the
// target and the date of BEGIN USE. Counts the use. P2 is the purpose that the card's subtype works
// with. 63Cx counts down, three in a row block the key.
Answer check_meter(Context& card, const CommandApdu& command);

// 00 88 00 purpose: no data → CMAC16 of layout::tool_message over what the ESAM has proved.
Answer prove_tool(Context& card, const CommandApdu& command);

// 00 E2 00 C0: a Reading into file 18, from a meter that was authenticated. 6985 unless this is a
// reading or an inspection card.
Answer append_reading(Context& card, const CommandApdu& command);

}  // namespace card::chip
