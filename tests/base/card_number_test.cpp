// County codes and card numbers.
#include "base/core/card_number.h"

#include <doctest/doctest.h>

#include "base/core/error.h"

using base::CardNumber;
using base::CountyCode;

TEST_CASE("a county code is six digits and has one spelling only [R148]") {
  CHECK(CountyCode::parse("130109").bcd() == base::FixedBytes<3>{0x13, 0x01, 0x09});
  CHECK(CountyCode::of_bcd(base::Bytes{0x13, 0x01, 0x81}).digits() == "130181");
  for (const char* text : {"", "1", "13010", "1301090", "000001", "13010a", " 13010"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(CountyCode::parse(text), base::Error);
  }
}

TEST_CASE("a card number carries county, serial, issue and a check digit [R148]") {
  const CardNumber number = CardNumber::of(CountyCode::parse("130109"), 42, 1);
  // 0109 3 000000000042 01, and Luhn by hand: 2+4+4+6+9+1 = 26, so 4.
  CHECK(number.digits() == "01093000000000042014");
  CHECK(number.belongs_to(CountyCode::parse("130109")));
  CHECK_FALSE(number.belongs_to(CountyCode::parse("130181")));
  CHECK(base::to_hex(number.factor8()) == "3000000000042014");
  CHECK(CardNumber::of_bcd(number.bcd()) == number);
}

TEST_CASE("every single wrong digit of a card number is found") {
  const std::string good = CardNumber::of(CountyCode::parse("130181"), 987654321, 7).digits();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = good;
      wrong[at] = digit;
      if (wrong != good) CHECK_THROWS_AS(CardNumber::parse(wrong), base::Error);
    }
  }
}

TEST_CASE("a card number is shown without its middle") {
  const CardNumber number = CardNumber::of(CountyCode::parse("130109"), 123456789012, 3);
  CHECK(number.masked().find("567890") == std::string::npos);
}
