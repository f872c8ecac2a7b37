#include "issuance/register/ledger.h"

namespace issuance {

Ledger::Ledger(audit::Log& log, Register book) : log_(log), book_(std::move(book)) {
  book_.follow(log_.archive());
}

void Ledger::record(std::span<const audit::Entry> entries) {
  log_.append(entries);
  book_.follow(log_.archive());
}

void Ledger::record(const audit::Entry& entry) {
  record(std::span(&entry, 1));
}

}  // namespace issuance
