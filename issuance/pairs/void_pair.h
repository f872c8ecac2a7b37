// The loss of one card of a pair, or its destruction: both are void from the same log entry on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "issuance/engine/order.h"
#include "issuance/engine/workplace.h"

namespace issuance {

enum class Lost : std::uint8_t {
  kMother,
  kControl,
  kNeither,  // both cards are at hand, to be destroyed
};

// Throws kMalformed for other words than "mother" and "control".
Lost parse_lost(std::string_view text);

// One entry of the log, which voids the pair and both its cards in one transaction of the register.
// Throws kNotFound for a pair that is not in the register, kWrongState for one that is neither active
// nor retired.
PairRow void_pair(Workplace& place, const PairId& id, Lost lost, const People& by);

enum class Delivery : std::uint8_t {
  kTaken,          // each card that was there is void by its own word
  kNotHere,        // none is in a reader: give it the order when it is seen
  kNeedsOfficers,  // no pair stands above it: its order is signed by two officers
};

// Gives an order to each card of the pair that is in a reader and not void: the pair one level above
// is opened to make them. May be repeated.
Delivery deliver_void_order(Workplace& place, const PairRow& pair, const People& by);

}  // namespace issuance
