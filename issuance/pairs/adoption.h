// The master control pair enters the register when its cards are first shown: it was born in a
// ceremony, which keeps a journal of its own.
#pragma once

#include "issuance/engine/workplace.h"
#include "issuance/kinds/kinds.h"

namespace issuance {

// Does nothing for other pairs, and for one that is known. Takes a pair only when the log holds the
// birth of a pair in the ceremony whose plan id the cards carry; throws kRefused while that ceremony
// is not closed, because the backup of its keys is proven at its close.
void adopt_born_in_ceremony(Workplace& place, const PairName& name);

}  // namespace issuance
