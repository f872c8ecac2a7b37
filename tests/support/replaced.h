// A text with one place changed, which must be there.
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace support {

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace support
