// The numbers in a card's memory that no cut may make fall.
#pragma once

#include <cstdint>

#include "tests/tear/table.h"

namespace tear {

// By name. One that a card does not hold is absent.
using Counters = std::map<std::string, std::uint64_t>;

Counters counters_in(const Dump& dump);

}  // namespace tear
