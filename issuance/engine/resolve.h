// What a cut left pending, decided by asking the cards: every blank ends as stock, issued or reject.
#pragma once

#include <string>
#include <vector>

#include "issuance/engine/entries.h"
#include "issuance/engine/workplace.h"

namespace issuance {

struct Resolved {
  derivation::Serial8 serial;
  CardState state;
  std::string why;
};

struct Resolution {
  std::vector<Resolved> ended;
  std::vector<derivation::Serial8> absent;  // still pending: their cards are in no reader
};

// A card that holds nothing of its job goes back to stock; one that says it is in use, with the
// pair that was planned, is issued; everything between is a reject. An order that is run again
// instead goes on where it was.
Resolution resolve(Workplace& place, const People& by);

}  // namespace issuance
