#include "base/core/card_number.h"

#include "base/core/error.h"

namespace base {

namespace {

constexpr std::size_t kDigits = 20;
constexpr char kUserCardMark = '3';

char luhn(std::string_view digits) {
  int sum = 0;
  bool doubled = true;
  for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
    const int digit = *at - '0';
    const int twice = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += doubled ? twice : digit;
    doubled = !doubled;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

}  // namespace

CardNumber CardNumber::parse(std::string_view digits) {
  if (digits.size() != kDigits ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    fail(Fault::kMalformed, "card number: {} digits expected", kDigits);
  }
  if (digits[4] != kUserCardMark) fail(Fault::kMalformed, "card number: digit 5 must be 3");
  if (luhn(digits.substr(0, kDigits - 1)) != digits.back()) {
    fail(Fault::kMalformed, "card number: the check digit does not fit, type it again");
  }
  return CardNumber(std::string(digits));
}

CardNumber CardNumber::of_bcd(ByteView ten_bytes) {
  return parse(digits_of_bcd(ten_bytes));
}

CardNumber CardNumber::of(const CountyCode& county, std::uint64_t serial, unsigned issue) {
  if (serial > 999'999'999'999ULL || issue < 1 || issue > 99) {
    fail(Fault::kMalformed, "card number: serial of 12 digits and issue 1 to 99 expected");
  }
  std::string digits =
      fmt::format("{}{}{:012}{:02}", county.digits().substr(2), kUserCardMark, serial, issue);
  digits.push_back(luhn(digits));
  return CardNumber(std::move(digits));
}

FixedBytes<10> CardNumber::bcd() const {
  return fixed<10>(bcd_of(digits_));
}

FixedBytes<8> CardNumber::factor8() const {
  return fixed<8>(bcd_of(digits_.substr(4)));
}

bool CardNumber::belongs_to(const CountyCode& county) const {
  return digits_.substr(0, 4) == county.digits().substr(2);
}

std::string CardNumber::masked() const {
  return digits_.substr(0, 4) + " " + digits_.substr(4, 4) + " …" + digits_.substr(16);
}

}  // namespace base
