// The serial number of a card or module: kind1 | serial7, eight bytes everywhere a serial stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/core/bytes.h"
#include "derivation/kind.h"

namespace derivation {

class Serial8 {
 public:
  static constexpr std::uint64_t kGreatestNumber = (std::uint64_t{1} << 56) - 1;

  // Throws kMalformed above kGreatestNumber, and for 0: an unset serial is no serial.
  static Serial8 of(CardKind kind, std::uint64_t number);

  // Throw kMalformed: eight bytes (16 hex digits), known kind, number not zero.
  static Serial8 of_bytes(base::ByteView eight_bytes);
  static Serial8 parse(std::string_view hex);

  CardKind kind() const { return static_cast<CardKind>(bytes_.front()); }

  std::uint64_t number() const;

  const base::FixedBytes<8>& bytes() const { return bytes_; }

  auto operator<=>(const Serial8&) const = default;

 private:
  explicit Serial8(const base::FixedBytes<8>& bytes) : bytes_(bytes) {}

  base::FixedBytes<8> bytes_;
};

// 16 hex digits.
std::string format(const Serial8& serial);

}  // namespace derivation
