#include "base/core/bytes.h"

#include <algorithm>

#include "base/core/error.h"

namespace base {

namespace {

int nibble(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  return -1;
}

}  // namespace

std::string to_hex(ByteView bytes, HexCase letters) {
  const std::string_view digits =
      letters == HexCase::kUpper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const Byte byte : bytes) {
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 0x0FU]);
  }
  return out;
}

Bytes from_hex(std::string_view text, std::string_view what) {
  if (text.size() % 2 != 0) {
    fail(Fault::kMalformed, "{}: {} hex digits, expected an even number", what, text.size());
  }
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const int high = nibble(text[at]);
    const int low = nibble(text[at + 1]);
    if (high < 0 || low < 0) {
      fail(Fault::kMalformed, "{}: position {} is not a hex digit", what,
           high < 0 ? at + 1 : at + 2);
    }
    out.push_back(static_cast<Byte>(high * 16 + low));
  }
  return out;
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}

std::string text_of(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

Bytes concat(std::initializer_list<ByteView> parts) {
  std::size_t total = 0;
  for (const ByteView part : parts) total += part.size();
  Bytes out;
  out.reserve(total);
  for (const ByteView part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Bytes reversed(ByteView bytes) {
  return {bytes.rbegin(), bytes.rend()};
}

Bytes bcd_of(std::string_view digits) {
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    fail(Fault::kMalformed, "decimal digits expected");
  }
  return from_hex(digits, "decimal digits");
}

std::string digits_of_bcd(ByteView bcd) {
  std::string digits = to_hex(bcd);
  if (digits.find_first_not_of("0123456789") != std::string::npos) {
    fail(Fault::kMalformed, "BCD digits expected");
  }
  return digits;
}

bool equal(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void copy_exact(ByteView from, std::span<Byte> to, std::string_view what) {
  if (from.size() != to.size()) {
    fail(Fault::kMalformed, "{}: {} bytes, expected {}", what, from.size(), to.size());
  }
  std::copy(from.begin(), from.end(), to.begin());
}

void Reader::too_short(std::size_t wanted) const {
  fail(Fault::kMalformed, "{}: {} more bytes expected, {} left", what_, wanted, rest_.size());
}

void Reader::too_long() const {
  fail(Fault::kMalformed, "{}: {} bytes too many", what_, rest_.size());
}

}  // namespace base
