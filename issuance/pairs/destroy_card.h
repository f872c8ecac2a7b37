// A card in use comes back and is cut in two: it holds keys no more, and its pair's count says so.
#pragma once

#include "issuance/engine/people.h"
#include "issuance/engine/workplace.h"

namespace issuance {

// The word of two persons who saw it. Throws kWrongState for a card that is not in use, kRefused for
// half of a pair: destroy_pair.h.
void record_destroyed_card(Workplace& place, const derivation::Serial8& serial, const People& by,
                           const std::string& reason);

}  // namespace issuance
