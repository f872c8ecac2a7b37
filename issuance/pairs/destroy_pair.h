// The end of a pair's keys: both cards erase them by a void order, and two officers sign for it.
#pragma once

#include "issuance/pairs/statements.h"

namespace issuance {

struct Destroyed {
  PairRow pair;
  std::filesystem::path certificate;
};

// Of a retired or void pair. Where it is retired, the first entry voids it; then each card that is
// not void yet takes its order from the pair above; each is asked what it is; the certificate is
// signed and durable before the last entry is written. A card that the register calls lost needs not
// be there, and the certificate says so. After a cut at any step the same call goes on.
//
// Throws kWrongState for a pair that is neither, kNotFound for a card that is not lost and in no
// reader, kRefused for a master control pair whose cards have not taken the order of two officers
// (keyceremony void-order), kTampered for a card that took an order and is not void.
Destroyed destroy_pair(Workplace& place, const PairId& id, const People& by,
                       const Signing& signing);

}  // namespace issuance
