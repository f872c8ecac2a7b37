// The loss of one card of a pair: both are void from the same log entry on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "issuance/engine/order.h"
#include "issuance/engine/workplace.h"

namespace issuance {

enum class Lost : std::uint8_t { kMother, kControl };

// Throws kMalformed for other words than "mother" and "control".
Lost parse_lost(std::string_view text);

// Records the loss: one entry of the log, which voids the pair and both its cards in one
// transaction of the register. Throws kNotFound for a pair that is not in the register, kWrongState
// for one that is not active.
PairRow void_pair(Workplace& place, const PairId& id, Lost lost, const People& by);

enum class Delivery : std::uint8_t {
  kTaken,          // the surviving card is void by its own word
  kNotHere,        // it is in no reader: give it the order when it is seen
  kNeedsOfficers,  // no pair stands above it: its order is signed by two officers
};

// Gives the order to the surviving card, if it is in a reader: the pair one level above is opened
// to make it. May be repeated.
Delivery deliver_void_order(Workplace& place, const PairRow& pair, const People& by);

}  // namespace issuance
