// Grey lock, debit for unlock, lock proof and online grey unlock (card reference §5).
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

Answer init_grey_lock(Context& card, const CommandApdu& command);
Answer grey_lock(Context& card, const CommandApdu& command);
Answer debit_for_unlock(Context& card, const CommandApdu& command);
Answer get_lock_proof(Context& card, const CommandApdu& command);
Answer clear_tac_flag(Context& card, const CommandApdu& command);
Answer init_grey_unlock(Context& card, const CommandApdu& command);
Answer grey_unlock(Context& card, const CommandApdu& command);

}  // namespace card::chip
