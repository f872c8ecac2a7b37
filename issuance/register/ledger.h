// Log and register as one book: what is recorded is in the log first, durable and signed, and the
// register has followed before the caller goes on.
#pragma once

#include <span>

#include "audit/log.h"
#include "issuance/register/register.h"

namespace issuance {

class Ledger {
 public:
  // Follows at once: what a cut kept from the register last time is in it now.
  Ledger(audit::Log& log, Register book);

  // All or nothing. When it throws, either nothing is recorded, or it is in the log and the next
  // Ledger over the same files has it.
  void record(std::span<const audit::Entry> entries);
  void record(const audit::Entry& entry);

  Register& book() { return book_; }

  audit::Log& log() { return log_; }

 private:
  audit::Log& log_;
  Register book_;
};

}  // namespace issuance
