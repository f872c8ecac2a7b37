// Numbers as they are typed, and what is not one.
#include "base/core/whole_number.h"

#include <string>

#include <doctest/doctest.h>

#include "base/core/error.h"

using base::parse_whole_number;

TEST_CASE("a whole number is its decimal digits and nothing else") {
  CHECK(parse_whole_number("0", "n") == 0);
  CHECK(parse_whole_number("10", "n") == 10);
  CHECK(parse_whole_number("18446744073709551615", "n") == 18446744073709551615U);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "010", "00", "0x10", "1e3", "1.0", "１",
                           "18446744073709551616", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_whole_number(text, "n"), base::Error);
  }
}

TEST_CASE("a number outside its bounds is refused by name, with the bounds") {
  CHECK(parse_whole_number("3", "slot", 1, 3) == 3);
  CHECK_THROWS_WITH(parse_whole_number("0", "slot", 1, 3),
                    "slot is '0', expected a whole number from 1 to 3");
  CHECK_THROWS_WITH(parse_whole_number("4", "slot", 1, 3),
                    "slot is '4', expected a whole number from 1 to 3");
}
