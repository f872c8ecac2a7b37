// Packages of the county station on their way through the desk's readers onto a card: the PSAM's next
// keys, a tool card, the release of a lock. The card authenticates its package; the desk logs who
// brought it.
#pragma once

#include <string>

#include "salesdesk/ledger/desk_folder.h"
#include "salesdesk/trade/reader.h"

namespace desk {

// 4 PSAM卡密钥修改 and 8 发行工具卡 of wellkey_reader.h. Both may be repeated after a tear; each time that
// ends well is logged. Throw kWrongState without an open shift, and what the reader says.
void modify_psam_keys(Desk& desk, Reader& reader, base::ByteView package);
wellkey_tool_card issue_tool_card(Desk& desk, Reader& reader, base::ByteView package);

// Whether a release is a county's order: then the PSAM and the holder's PIN take part.
bool is_county_order(base::ByteView package);

struct Released {
  base::CardNumber card;
  base::Amount consumed;
  base::Amount balance_after;
  bool by_order;
};

// 13 解除卡锁定状态, for the card on the reader. What it debits is booked when its meter is harvested; the
// balance is noted as seen. May be repeated: the card is debited once.
Released release_lock(Desk& desk, Reader& reader, base::ByteView package,
                      const base::SecretBytes& holder_pin);

}  // namespace desk
