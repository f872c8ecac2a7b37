// The security module's side of a grey lock. The draw lives in the memory that survives power
// loss, because a pump runs for hours:
//   idle --E0 40--> pending --E0 42--> certified --E0 44--> idle, E0 46 asks for the last result
#pragma once

#include "cos-apdu/purse.h"
#include "cos-apdu/virtual/command.h"

namespace card::chip {

// Pending or certified: a card may be grey because of this module.
bool lock_is_open(const Nvm& nvm);

// The number that the next session or settlement takes.
TerminalSn next_terminal_sn(const Nvm& nvm);
void store_terminal_sn(Nvm& nvm, TerminalSn next);

// 6901 while a certified lock waits for its debit: its key would be lost.
Answer init_sam_grey_lock(Context& card, const CommandApdu& command);
Answer certify_sam_grey_lock(Context& card, const CommandApdu& command);
Answer credit_sam_for_grey_debit(Context& card, const CommandApdu& command);
Answer get_gmac(Context& card, const CommandApdu& command);

}  // namespace card::chip
