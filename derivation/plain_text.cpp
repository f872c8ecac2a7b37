// Texts that a person can review by eye.
#include "derivation/plain_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace derivation {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr std::array kRefused = {
    Range{0x0000, 0x001F}, Range{0x0022, 0x0022}, Range{0x005C, 0x005C}, Range{0x007C, 0x007C},
    Range{0x007F, 0x00A0}, Range{0x00AD, 0x00AD}, Range{0x061C, 0x061C}, Range{0x180E, 0x180E},
    Range{0x2000, 0x200F}, Range{0x2028, 0x202F}, Range{0x205F, 0x206F}, Range{0xE000, 0xF8FF},
    Range{0xFE00, 0xFE0F}, Range{0xFEFF, 0xFEFF}, Range{0xFFF0, 0xFFFF}, Range{0xE0000, 0x10FFFF},
};

// The code point at the start of well-formed UTF-8, which is taken from it.
std::uint32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  std::uint32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < std::min(length, text.size()); ++i)
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(std::min(length, text.size()));
  return point;
}

}  // namespace

bool is_plain_line(std::string_view utf8) {
  if (utf8.empty() || utf8.front() == ' ' || utf8.back() == ' ') return false;
  while (!utf8.empty()) {
    const auto point = take_code_point(utf8);
    if (std::ranges::any_of(kRefused, [&](const Range& range) {
          return point >= range.first && point <= range.last;
        }))
      return false;
  }
  return true;
}

}  // namespace derivation
