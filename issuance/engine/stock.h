// The stock room: the pair that makes every blank's first key, and the blanks that come in.
#pragma once

#include <vector>

#include "issuance/engine/entries.h"
#include "issuance/engine/workplace.h"

namespace issuance {

struct StockPair {
  PairId pair{};
  derivation::Serial8 mother;
  derivation::Serial8 control;
  crypto::Hash32 fingerprint{};
  crypto::Kcv check_value{};  // of the stock transport master key
};

// Two blank stock cards, straight from their maker, become the stock pair. The set's fingerprint is
// shown by each card and confirmed by people, before any key exists. Two of `officers`, the serials
// of two to four role cards that have their key pairs, can void the pair later; their points are read
// from the cards. Throws kConflict when there is an active stock pair, kRefused for other cards.
StockPair found_stock_pair(Workplace& place, const People& by,
                           const std::vector<derivation::Serial8>& officers);

// Every manufactured card in the readers that is no stock card gets its transport key. Throws
// kNotFound when there is none. Answers the serials that are in stock now.
std::vector<derivation::Serial8> receive_blanks(Workplace& place, const People& by);

}  // namespace issuance
