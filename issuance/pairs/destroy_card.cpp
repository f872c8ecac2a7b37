#include "issuance/pairs/destroy_card.h"

#include "base/core/error.h"
#include "issuance/engine/entries.h"

namespace issuance {

void record_destroyed_card(Workplace& place, const derivation::Serial8& serial, const People& by,
                           const std::string& reason) {
  const CardRow row = place.ledger.book().card(serial);
  if (row.state != CardState::kIssued) {
    base::fail(base::Fault::kWrongState, "card {} is {}, expected issued", format(serial),
               name_of(row.state));
  }
  if (row.pair) {
    base::fail(base::Fault::kRefused, "card {} is half of pair {}: issuance destroy pair",
               format(serial), base::to_hex(*row.pair));
  }
  audit::Entry entry =
      log_entry(audit::Act::kCardDestroyed, {}, by,
                {audit::kind(derivation::byte_of(serial.kind())), audit::serial(serial.bytes())});
  entry.reason = reason;
  place.ledger.record(entry);
}

}  // namespace issuance
