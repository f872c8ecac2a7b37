// What the rows of the user card's table run, by family; the grey lock's stand in grey_lock.h.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// Orders of a host, under a session with the card's online number (card reference §3.3, §3.6).
Answer init_load(Context& card, const CommandApdu& command);
Answer credit_for_load(Context& card, const CommandApdu& command);
Answer init_unload(Context& card, const CommandApdu& command);
Answer debit_for_unload(Context& card, const CommandApdu& command);
Answer init_overdraft(Context& card, const CommandApdu& command);
Answer update_overdraft(Context& card, const CommandApdu& command);

// Debits at a terminal with a PSAM, offline (§3.4, §3.5).
Answer init_purchase(Context& card, const CommandApdu& command);
Answer init_cash(Context& card, const CommandApdu& command);
Answer init_composite(Context& card, const CommandApdu& command);
Answer update_with_composite(Context& card, const CommandApdu& command);
Answer debit_for_purchase(Context& card, const CommandApdu& command);

// What the purse tells (§3.5, §3.7).
Answer get_balance(Context& card, const CommandApdu& command);
Answer get_transaction_proof(Context& card, const CommandApdu& command);
// 85 UID4 UID4, the UID being the end of the serial number; it follows the input of a composite
// MAC1.
Bytes security_code(const Context& card);
Answer get_security_code(Context& card, const CommandApdu& command);

}  // namespace card::chip
