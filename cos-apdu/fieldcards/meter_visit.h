// What a field card does at one meter: the meter's program runs these between the card in its reader
// and its ESAM.
#pragma once

#include "cos-apdu/fieldcards/field_card.h"

namespace card::fieldcards {

// A tool card whose subtype, grant and data are proved to the ESAM, and the ESAM to the card.
struct ProvedTool {
  derivation::Serial8 tool;
  layout::Grant grant;
  layout::ToolData data{};
  std::uint16_t uses_left = 0;
};

// `date` is the meter's, CCYYMMDD in BCD. Throws Refusal where one of the two does not believe the
// other (63Cx), the card's dates or uses are over (6985, 9402) or the ESAM lacks the key (6A88).
// Whether the grant's well group is the meter's own is the meter's to say.
ProvedTool present_tool(Session& tool, Session& esam, const FixedBytes<4>& date);

// Of a parameter card that present_tool has just proved: its data becomes the ESAM's file 01.
void apply_parameters(Session& esam, const ProvedTool& tool);

// A modify or restore card serves the ESAM: every part in order, then the ESAM's audit tag back to the
// card. May be repeated after a tear at any place: what the ESAM has taken is not given again, and a
// target that is done is left alone. Throws kNotFound when the card does not list this meter.
void serve_meter(Session& carrier, Session& esam, const FixedBytes<4>& date);

}  // namespace card::fieldcards
