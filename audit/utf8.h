// What counts as text in notes and entries: well-formed UTF-8.
#pragma once

#include <string_view>

namespace audit {

// No overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// No character below U+0020 and no U+007F.
bool has_no_controls(std::string_view text);

// U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000 and the ASCII
// ones: what Unicode calls White_Space.
bool has_space(std::string_view utf8);

}  // namespace audit
