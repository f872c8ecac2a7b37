// A PSAM that is bound to its desk: with a terminal key inside (slot 0B, the handheld and terminal
// key by the module's serial), no PIN is looked at before the desk has proved that it has the key.
// Without one the PSAM is not bound.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// 6982 for a bound PSAM whose desk has not proved itself since power-on.
StatusWord check_terminal(Context& card);

// 00 82 00 0B: the cryptogram over the challenge of the previous command. 63Cx, 6983, 6A88 for a
// PSAM that is not bound.
Answer authenticate_terminal(Context& card, const CommandApdu& command);

}  // namespace card::chip
