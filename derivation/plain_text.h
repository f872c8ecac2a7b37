// Texts that a person can review by eye: what is shown is what is there.
#pragma once

#include <string_view>

namespace derivation {

// One line of UTF-8, not empty: no control, direction mark, zero-width or line-breaking character, no
// quote, backslash or bar, no blank at either end.
bool is_plain_line(std::string_view utf8);

}  // namespace derivation
