// The planned end of a pair: it issues its last card when another issues in its place, and when no
// card holds what only this pair has made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "issuance/kinds/kinds.h"
#include "issuance/pairs/statements.h"

namespace issuance {

// Cards in use that hold keys of this pair.
struct Holders {
  CardKind kind;
  std::size_t count;
};

// All that descends from the pair, and from every pair before it with the same keys (kind, county and
// version), down to the last user card. None while another pair with the same keys is active: its
// children are as good as these.
std::vector<Holders> holders(Register& book, const PairRow& pair);

// "2 PSAM, 1 user card"; empty for none.
std::string format(const std::vector<Holders>& held);

// A pair that issues in this one's place: same kind and county, active, of the same key version or a
// later one, and within its days.
std::optional<PairRow> successor(Workplace& place, const PairRow& pair);

// Retires although cards hold its keys, or nothing takes its place.
struct Despite {
  std::string reason;  // at most 512 characters
  Signing signing;
};

struct Retired {
  PairRow pair;
  std::optional<std::filesystem::path> statement;  // of the officers, where there was need of one
};

// Throws kNotFound for an unknown pair, kWrongState for one that is not active, kRefused for the stock
// pair, and kRefused with the count when an obstacle is left and `despite` is not given.
Retired retire_pair(Workplace& place, const PairId& id, const People& by,
                    const std::optional<Despite>& despite);

}  // namespace issuance
