// Bytes, and the only way to take them apart (Reader) and to put them together (Writer).
// Integers are big-endian everywhere.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;

template <std::size_t N>
using FixedBytes = std::array<Byte, N>;

// Lower case is for the formats that demand it (signed notes, file hashes); cards speak upper case.
enum class HexCase { kUpper, kLower };

std::string to_hex(ByteView bytes, HexCase letters = HexCase::kUpper);

// Accepts both cases, no separators; throws kMalformed naming `what` and the position.
Bytes from_hex(std::string_view text, std::string_view what = "hex text");

Bytes bytes_of(std::string_view text);

// The same without a copy: as long as `text` is there.
ByteView view_of(std::string_view text);
std::string text_of(ByteView bytes);
Bytes concat(std::initializer_list<ByteView> parts);
Bytes reversed(ByteView bytes);

// BCD of decimal digits; an odd count is refused (kMalformed).
Bytes bcd_of(std::string_view digits);
std::string digits_of_bcd(ByteView bcd);

bool equal(ByteView a, ByteView b);

// Copies exactly N bytes; throws kMalformed with both lengths otherwise.
void copy_exact(ByteView from, std::span<Byte> to, std::string_view what);

template <std::size_t N>
FixedBytes<N> fixed(ByteView from, std::string_view what = "field") {
  FixedBytes<N> out{};
  copy_exact(from, out, what);
  return out;
}

// Reads a byte string from front to back; every short read throws kMalformed with `what`, which the
// caller keeps as long as the reader. Inline, because records are read at every command of a card.
class Reader {
 public:
  explicit Reader(ByteView bytes, std::string_view what = "record") : rest_(bytes), what_(what) {}

  ByteView take(std::size_t count) {
    if (count > rest_.size()) too_short(count);
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }

  std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }

  std::uint32_t u24() { return static_cast<std::uint32_t>(integer(3)); }

  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }

  std::uint64_t u64() { return integer(8); }

  template <std::size_t N>
  FixedBytes<N> fixed() {
    const ByteView taken = take(N);
    FixedBytes<N> out;
    for (std::size_t at = 0; at < N; ++at) out[at] = taken[at];
    return out;
  }

  ByteView rest() const { return rest_; }

  std::size_t remaining() const { return rest_.size(); }

  // Throws kMalformed when bytes are left over.
  void finish() const {
    if (!rest_.empty()) too_long();
  }

 private:
  [[noreturn]] void too_short(std::size_t wanted) const;
  [[noreturn]] void too_long() const;

  std::uint64_t integer(std::size_t count) {
    std::uint64_t value = 0;
    for (const Byte byte : take(count)) value = value << 8U | byte;
    return value;
  }

  ByteView rest_;
  std::string_view what_;
};

// Inline for the same reason.
class Writer {
 public:
  Writer() { bytes_.reserve(kUsualBytes); }

  Writer& u8(std::uint8_t value) { return integer(value, 1); }

  Writer& u16(std::uint16_t value) { return integer(value, 2); }

  Writer& u24(std::uint32_t value) { return integer(value, 3); }

  Writer& u32(std::uint32_t value) { return integer(value, 4); }

  Writer& u64(std::uint64_t value) { return integer(value, 8); }

  Writer& bytes(ByteView value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }

  Writer& text(std::string_view value) { return bytes(view_of(value)); }

  Writer& fill(Byte value, std::size_t count) {
    bytes_.insert(bytes_.end(), count, value);
    return *this;
  }

  const Bytes& view() const { return bytes_; }

  Bytes take() { return std::move(bytes_); }

 private:
  // Most records and command bodies fit: one allocation instead of one at every doubling.
  static constexpr std::size_t kUsualBytes = 64;

  Writer& integer(std::uint64_t value, std::size_t count) {
    while (count-- > 0) bytes_.push_back(static_cast<Byte>(value >> 8U * count));
    return *this;
  }

  Bytes bytes_;
};

}  // namespace base
