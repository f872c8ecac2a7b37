// 解扣: a lock that a meter left on a card is settled at the desk with that meter's own GMAC.
#pragma once

#include <string>

#include "salesdesk/ledger/desk_folder.h"
#include "salesdesk/trade/reader.h"

namespace desk {

struct Settled {
  std::string meter;
  base::Amount consumed;
  base::Amount balance_after;
};

// Settles the card on the reader by the suspended record that was harvested from the meter which locked
// it. No key of the desk takes part. May be repeated after a cut: the card is debited once and the
// session is booked once, be it by this record or by the settled one of its meter.
// Throws kWrongState when the card is not locked, kNotFound when that meter is not harvested yet,
// kConflict after an alarm when the session is booked with another amount.
Settled settle_lock(Desk& desk, Reader& reader);

}  // namespace desk
