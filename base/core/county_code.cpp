#include "base/core/county_code.h"

#include "base/core/error.h"

namespace base {

CountyCode CountyCode::parse(std::string_view digits) {
  if (digits.size() != 6 || digits.find_first_not_of("0123456789") != std::string_view::npos ||
      digits[0] == '0') {
    fail(Fault::kMalformed, "county code: six digits expected, such as 130109");
  }
  return CountyCode(std::string(digits));
}

CountyCode CountyCode::of_bcd(ByteView three_bytes) {
  return parse(digits_of_bcd(three_bytes));
}

FixedBytes<3> CountyCode::bcd() const {
  return fixed<3>(bcd_of(digits_));
}

}  // namespace base
