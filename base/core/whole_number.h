// Whole numbers as people type them.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace base {

// Decimal digits only: no sign, blank or point, and no zero in front, which a shell or a library
// takes for octal. Throws kMalformed, with `what` and the bounds, for everything else.
std::uint64_t parse_whole_number(std::string_view text, std::string_view what,
                                 std::uint64_t least = 0,
                                 std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

}  // namespace base
