// The six-digit GB/T 2260 code of a county, county-level city or district.
#pragma once

#include <string>
#include <string_view>

#include "base/core/bytes.h"

namespace base {

class CountyCode {
 public:
  // Exactly six digits, the first not zero; throws kMalformed. Whether the county exists is the
  // scheme profile's to say.
  static CountyCode parse(std::string_view digits);
  static CountyCode of_bcd(ByteView three_bytes);

  const std::string& digits() const { return digits_; }

  FixedBytes<3> bcd() const;

  auto operator<=>(const CountyCode&) const = default;

 private:
  explicit CountyCode(std::string digits) : digits_(std::move(digits)) {}

  std::string digits_;
};

}  // namespace base
