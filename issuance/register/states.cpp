#include "issuance/register/states.h"

#include "base/core/error.h"

namespace issuance {

CardState card_state_of(std::string_view name) {
  for (const CardStateName& row : kCardStates) {
    if (row.name == name) return row.state;
  }
  base::fail(base::Fault::kTampered, "register: '{}' is no state of a card", name);
}

PairState pair_state_of(std::string_view name) {
  for (const PairStateName& row : kPairStates) {
    if (row.name == name) return row.state;
  }
  base::fail(base::Fault::kTampered, "register: '{}' is no state of a pair", name);
}

}  // namespace issuance
