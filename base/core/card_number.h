// The number of a user card: 20 digits, on the card 10 BCD bytes (application serial number, ASN).
//   last 4 digits of the county code | 3 | 12-digit serial | 2-digit issue number | check digit
// The check digit is Luhn's over the 19 digits before it.
#pragma once

#include <string>
#include <string_view>

#include "base/core/bytes.h"
#include "base/core/county_code.h"

namespace base {

class CardNumber {
 public:
  // Throws kMalformed: 20 digits, digit 5 is 3, check digit right.
  static CardNumber parse(std::string_view digits);
  static CardNumber of_bcd(ByteView ten_bytes);

  // serial up to 999,999,999,999; issue 1 to 99, one more for each replacement card.
  static CardNumber of(const CountyCode& county, std::uint64_t serial, unsigned issue);

  const std::string& digits() const { return digits_; }

  FixedBytes<10> bcd() const;

  // The rightmost 8 bytes: the card's own diversification factor.
  FixedBytes<8> factor8() const;

  bool belongs_to(const CountyCode& county) const;

  // "0109 3000 …3017": what a log, an error and a screen may show.
  std::string masked() const;

  auto operator<=>(const CardNumber&) const = default;

 private:
  explicit CardNumber(std::string digits) : digits_(std::move(digits)) {}

  std::string digits_;
};

}  // namespace base
