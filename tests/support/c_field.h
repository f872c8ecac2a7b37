// Texts in the structures of the C interface.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace support {

// A text and its zero byte; throws std::length_error when the field has no room for both.
template <std::size_t N>
void put(char (&field)[N], std::string_view text) {
  if (text.size() >= N) throw std::length_error("a text that is too long for its field");
  std::copy(text.begin(), text.end(), field);
  field[text.size()] = '\0';
}

}  // namespace support
