// What tool, modify and restore cards share: the issue order that ends their making, and the use at
// one meter that every other act belongs to.
#pragma once

#include <optional>

#include "cos-apdu/layout/field_card.h"
#include "cos-apdu/virtual/command.h"

namespace card::chip {

// The use at hand, until power-off.
class UseState : public KindState {
 public:
  std::optional<derivation::Serial8> target;
  FixedBytes<4> date{};
  layout::UseCounters counted;             // file 17 once this use counts
  std::optional<layout::ToolProof> proof;  // tool card: what the target's ESAM has proved
};

StatusWord check_use_gate(Context& card);
StatusWord check_meter_gate(Context& card);

// BEGIN USE since power-on (6985).
inline constexpr Gate kUseGate{"use begun", check_use_gate};
// EXTERNAL AUTHENTICATE of the target's ESAM (6982).
inline constexpr Gate kMeterGate{"meter authenticated", check_meter_gate};

// File 16; throws kMalformed before the issue order.
layout::Grant load_grant(const Nvm& nvm);

// 84 FE 00 00: grant19 [tool data64] CMAC16 of layout::issue_message. Everything that was brought
// before becomes valid together, and the card goes into use. 6985 while a key or a part is missing,
// 6A80 for another county or version than the keys', 6988.
Answer issue_card(Context& card, const CommandApdu& command);

// 80 F4 00 00: serial8 of an ESAM, date4 → subtype1 usesLeft2 parts1 state1, the uses that are left
// when this one has counted. Writes nothing. A meter that was the last one on the same day, or whose
// last part has left the card, is not counted again. 6985 outside the dates or when the target is
// done, 9402 no use left, 6A88 a meter that the card does not list.
Answer begin_use(Context& card, const CommandApdu& command);

// The use at hand counts from here.
void count_use(Context& card);

}  // namespace card::chip
