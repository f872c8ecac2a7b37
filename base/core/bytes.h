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

// Reads a byte string from front to back; every short read throws kMalformed with `what`.
class Reader {
 public:
  explicit Reader(ByteView bytes, std::string_view what = "record") : rest_(bytes), what_(what) {}

  ByteView take(std::size_t count);
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u24();
  std::uint32_t u32();
  std::uint64_t u64();

  template <std::size_t N>
  FixedBytes<N> fixed() {
    return base::fixed<N>(take(N), what_);
  }

  ByteView rest() const { return rest_; }

  std::size_t remaining() const { return rest_.size(); }

  // Throws kMalformed when bytes are left over.
  void finish() const;

 private:
  std::uint64_t integer(std::size_t count);

  ByteView rest_;
  std::string what_;
};

class Writer {
 public:
  Writer& u8(std::uint8_t value);
  Writer& u16(std::uint16_t value);
  Writer& u24(std::uint32_t value);
  Writer& u32(std::uint32_t value);
  Writer& u64(std::uint64_t value);
  Writer& bytes(ByteView value);
  Writer& text(std::string_view value);
  Writer& fill(Byte value, std::size_t count);

  const Bytes& view() const { return bytes_; }

  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

}  // namespace base
