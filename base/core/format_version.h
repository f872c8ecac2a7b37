// Files carry the number of their format; a program reads what it knows and refuses what is newer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/core/error.h"

namespace base {

// Throws kMalformed when the file has no number, kRefused for one that this program does not know:
// "plan: format 2, this program knows format 1".
inline void require_format(std::string_view file, std::optional<std::int64_t> found,
                           std::int64_t known) {
  if (!found) fail(Fault::kMalformed, "{}: expected format {}", file, known);
  if (*found == known) return;
  fail(Fault::kRefused, "{}: format {}, this program knows format {}", file, *found, known);
}

// The same for a file whose first line is `name` and its number: "wellkey token manifest 1".
inline void require_first_line(std::string_view line, std::string_view name, std::int64_t known) {
  std::optional<std::int64_t> found;
  if (line.starts_with(name) && line.size() > name.size() + 1 && line[name.size()] == ' ') {
    std::int64_t number = 0;
    for (const char digit : line.substr(name.size() + 1).substr(0, 9)) {
      if (digit < '0' || digit > '9')
        fail(Fault::kMalformed, "{}: expected format {}", name, known);
      number = number * 10 + (digit - '0');
    }
    found = number;
  }
  require_format(name, found, known);
}

}  // namespace base
