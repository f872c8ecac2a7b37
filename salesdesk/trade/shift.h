// A shift: one clerk at the counter, from PSAM PIN to cash-up.
#pragma once

#include <optional>
#include <string>

#include "base/core/amount.h"
#include "salesdesk/ledger/desk_folder.h"

namespace desk {

struct Shift {
  std::int64_t id = 0;
  std::string clerk;  // staff number, no name
};

struct CashUp {
  std::int64_t top_ups = 0;
  base::Amount cash;      // received less returned, in doubt included
  base::Amount in_doubt;  // of top-ups that are still open
};

std::optional<Shift> open_shift(Desk& desk);

// Throws kWrongState without an open shift.
Shift require_shift(Desk& desk);

// Throws kWrongState while another shift is open.
Shift begin_shift(Desk& desk, const std::string& clerk);

// Open top-ups do not keep a shift open: they are carried with their amount on a line of its own.
CashUp end_shift(Desk& desk);

// Who is answerable for an act of this shift.
audit::Person person_of(const Shift& shift);

}  // namespace desk
