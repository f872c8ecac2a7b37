// Decoding by the table of RFC 3629 §4.
#include "audit/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace audit {

namespace {

struct Shape {
  std::uint8_t mask;
  std::uint8_t lead;
  std::size_t length;
  char32_t least;
};

constexpr std::array kShapes = {
    Shape{0x80, 0x00, 1, 0},
    Shape{0xE0, 0xC0, 2, 0x80},
    Shape{0xF0, 0xE0, 3, 0x800},
    Shape{0xF8, 0xF0, 4, 0x10000},
};

constexpr char32_t kBroken = 0xFFFFFFFF;

// Takes one character off the front.
char32_t next(std::string_view& text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  for (const Shape& shape : kShapes) {
    if ((lead & shape.mask) != shape.lead) continue;
    if (text.size() < shape.length) return kBroken;
    char32_t point = lead & static_cast<std::uint8_t>(~shape.mask);
    for (std::size_t i = 1; i < shape.length; ++i) {
      const auto byte = static_cast<std::uint8_t>(text[i]);
      if ((byte & 0xC0) != 0x80) return kBroken;
      point = point << 6 | (byte & 0x3FU);
    }
    text.remove_prefix(shape.length);
    if (point < shape.least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
      return kBroken;
    }
    return point;
  }
  return kBroken;
}

constexpr std::array<char32_t, 8> kSpaces = {0x85,   0xA0,   0x1680, 0x2028,
                                             0x2029, 0x202F, 0x205F, 0x3000};

bool is_space(char32_t point) {
  return point == ' ' || (point >= 0x09 && point <= 0x0D) || (point >= 0x2000 && point <= 0x200A) ||
         std::ranges::find(kSpaces, point) != kSpaces.end();
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (next(text) == kBroken) return false;
  }
  return true;
}

bool has_no_controls(std::string_view text) {
  return std::ranges::none_of(
      text, [](char letter) { return static_cast<std::uint8_t>(letter) < 0x20 || letter == 0x7F; });
}

bool has_space(std::string_view utf8) {
  while (!utf8.empty()) {
    const char32_t point = next(utf8);
    if (point == kBroken || is_space(point)) return true;
  }
  return false;
}

}  // namespace audit
