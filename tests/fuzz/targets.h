// The four fuzz targets as functions: the same code runs under libFuzzer and over the committed
// corpora in the ordinary tests. Each throws hostile::Broken when a rule does not hold.
#pragma once

#include <array>
#include <string_view>

#include "base/core/bytes.h"

namespace fuzz {

// Any bytes: a decoded command encodes to itself, an answer likewise.
void apdu(base::ByteView input);

// suite1 key16 challenge16, then a command: what was not sealed here never passes, what was sealed
// comes back whole.
void messaging(base::ByteView input);

// card1, then prefixed APDUs of file commands, in front of which the terminal may select, order and
// write by the accomplice.
void files(base::ByteView input);

// card1, then steps of hostile::Oracle.
void sequence(base::ByteView input);

struct Target {
  std::string_view name;
  void (*run)(base::ByteView input);
};

inline constexpr std::array kTargets = {
    Target{"apdu", apdu},
    Target{"messaging", messaging},
    Target{"files", files},
    Target{"sequence", sequence},
};

}  // namespace fuzz
