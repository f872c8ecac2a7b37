// Factors: the public eight bytes by which a key becomes the key one level down.
//
//   purpose   11 | version | value6 of the profile
//   province  12 | version | value6 of the profile
//   county    13 | version | county code, 3 BCD bytes | 3 bytes of the profile
//   device    kind (20 to 2F, 40) | serial7
//   user card the rightmost 8 bytes of the card's number; the first byte is 30 to 39
//
// First bytes tell the levels apart, and no first byte is the complement of another: no two factors
// are equal or complementary, and none is zero.
#pragma once

#include <cstdint>

#include "base/core/bytes.h"
#include "base/core/card_number.h"
#include "base/core/county_code.h"
#include "derivation/level.h"
#include "derivation/serial.h"

namespace derivation {

using FactorValue = base::FixedBytes<6>;
using CountyTail = base::FixedBytes<3>;

class Factor {
 public:
  // Versions are 1 to 255 (0 means a maker's keys, which nobody derives); value6 is not zero.
  // Throw kMalformed.
  static Factor of_purpose(const FactorValue& value, std::uint8_t version);
  static Factor of_province(const FactorValue& value, std::uint8_t version);
  static Factor of_county(const base::CountyCode& county, const CountyTail& tail,
                          std::uint8_t version);
  static Factor of_device(const Serial8& serial);
  static Factor of_user_card(const base::CardNumber& number);

  // What a card receives: takes the canonical forms above and refuses all else (kMalformed).
  static Factor of_bytes(base::ByteView eight_bytes);

  // The level of the key that this factor makes.
  Level level() const { return level_; }

  const base::FixedBytes<8>& bytes() const { return bytes_; }

  auto operator<=>(const Factor&) const = default;

 private:
  Factor(Level level, const base::FixedBytes<8>& bytes) : level_(level), bytes_(bytes) {}

  Level level_;
  base::FixedBytes<8> bytes_;
};

}  // namespace derivation
