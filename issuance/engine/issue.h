// The engine: one blank, or two, become exactly what was ordered, once, and are accounted for.
//
// Order of things: cards taken and judged; PINs; pairs opened; *pending* in the log; keys and files
// written; every check value and the card's own audit tag compared; *done* in the log. What a cut
// leaves pending is taken up by the same order again, or ended by resolve().
#pragma once

#include <string>
#include <vector>

#include "issuance/engine/entries.h"
#include "issuance/engine/workplace.h"

namespace issuance {

struct Issued {
  Job job;
  std::vector<FinishedCard> cards;  // mother before control
};

// Throws kNotFound for a county that is not in the profile, kRefused with the reason for a card that may not be used, kTampered for a swapped blank or
// a card that does not say what it should (such a blank is a reject in the log by then), kDeviceLost
// and kUncertain when a card went away: the job is pending then.
Issued issue(Workplace& place, const Order& order);

// How many readers the order needs at most, said before the work starts.
unsigned readers_needed(const Order& order);

}  // namespace issuance
