// TOML as people hand it in.
#include "derivation/toml_text.h"

#include <algorithm>
#include <string>

#include "base/core/error.h"

namespace derivation {

toml::table parse_toml(std::string_view text, std::string_view source) {
  try {
    return toml::parse(text, std::string(source));
  } catch (const toml::parse_error& error) {
    base::fail(base::Fault::kMalformed, "{}:{}: expected TOML: {}", source,
               std::max<unsigned>(error.source().begin.line, 1U), error.description());
  }
}

}  // namespace derivation
