// The rows of the command tables that leave a card's memory as it is, written by hand from the card
// reference and the key protocol: what is asked, what stays in volatile memory, and what a kind of card
// refuses because it lacks the file or key.
#pragma once

#include <span>
#include <string_view>

#include "tests/completeness/cases.h"

namespace tear {

struct Unchanging {
  std::string_view row;  // CLA INS P1 P2 (xx: any), then the name
  completeness::Kinds kinds;
};

std::span<const Unchanging> unchanging_rows();

}  // namespace tear
