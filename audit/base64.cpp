// RFC 4648 §4, with the strictness of §3.5.
#include "audit/base64.h"

#include <array>

#include "base/core/error.h"

namespace audit {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t sextet(char letter) {
  const std::size_t value = kAlphabet.find(letter);
  if (value == std::string_view::npos) {
    base::fail(base::Fault::kMalformed, "base64 holds a foreign character");
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace

std::string to_base64(base::ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= count ? kAlphabet[group >> (18 - 6 * k) & 0x3F] : '=';
    }
  }
  return text;
}

base::Bytes from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    base::fail(base::Fault::kMalformed, "base64 has {} characters, expected groups of four",
               text.size());
  }
  base::Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::string_view quad = text.substr(i, 4);
    if (i + 4 == text.size()) {
      if (quad.ends_with("==")) {
        quad.remove_suffix(2);
      } else if (quad.ends_with('=')) {
        quad.remove_suffix(1);
      }
    }
    std::uint32_t group = 0;
    for (const char letter : quad) group = group << 6 | sextet(letter);
    group <<= 6 * (4 - quad.size());
    const std::size_t count = quad.size() - 1;
    const std::array three = {group >> 16U, group >> 8U, group};
    for (std::size_t k = 0; k < count; ++k) bytes.push_back(static_cast<base::Byte>(three.at(k)));
    if ((group & ((1U << (24 - 8 * count)) - 1)) != 0) {
      base::fail(base::Fault::kMalformed, "base64 ends in spare bits that are not zero");
    }
  }
  return bytes;
}

}  // namespace audit
