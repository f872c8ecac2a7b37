// Selling: money becomes credit on a card, once per request, whatever is torn on the way.
#pragma once

#include <vector>

#include "salesdesk/trade/journal.h"

namespace desk {

struct TopUpRequest {
  std::string request;  // the key made when the form was shown
  base::Amount amount;
  base::SecretBytes user_pin;  // empty for a card without PIN
};

// Sells to the card on the reader. The same request again answers what became of it the first time and
// moves nothing. An open top-up of this card is resolved first.
// Throws kRefused, kWrongState, kConflict (request known with another card or amount; the card's open
// top-up cannot be resolved) before money is taken.
TopUp sell(Desk& desk, Reader& reader, const TopUpRequest& request);

// At start, without a card: what is still INTENT never gave MAC2 to a card and becomes VOID.
// Answers the top-ups that stay open.
std::vector<TopUp> recover_at_start(Desk& desk);

// At presentation: asks the card on the reader about its open top-up. Nothing when it has none. Needs
// the PSAM PIN verified. Throws when the card cannot be asked; the top-up stays open then.
std::optional<TopUp> recover_presented(Desk& desk, Reader& reader,
                                       const base::SecretBytes& user_pin);

}  // namespace desk
