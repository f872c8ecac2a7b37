// TOML as people hand it in: read within bounds, and with line numbers that a person can use.
#pragma once

#include <string_view>

#include <toml++/toml.h>

namespace derivation {

// Throws kMalformed, "source:line: expected TOML: …", for a text that is none: no UTF-8, a key twice,
// a line cut off. The reader of TOML stops at the first such place.
toml::table parse_toml(std::string_view text, std::string_view source);

}  // namespace derivation
