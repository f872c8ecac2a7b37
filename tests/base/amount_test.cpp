// Money in fen.
#include "base/core/amount.h"

#include <doctest/doctest.h>

#include "base/core/error.h"

using base::Amount;

TEST_CASE("an amount is typed in yuan and kept in fen") {
  CHECK(Amount::parse_yuan("0").fen() == 0);
  CHECK(Amount::parse_yuan("12").fen() == 1200);
  CHECK(Amount::parse_yuan("12.3").fen() == 1230);
  CHECK(Amount::parse_yuan("0.05").fen() == 5);
  CHECK(format(Amount::fen(1234567)) == "12345.67");
  CHECK(format(Amount::fen(5)) == "0.05");
}

TEST_CASE("text that is not an amount is refused, never read as another amount") {
  for (const char* text : {"", ".", ".5", "5.", "1.234", "-1", "+1", "1,000", "1e3", " 1", "1 ",
                           "010", "0x10", "1.2.3", "99999999999999999999", "12a"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(Amount::parse_yuan(text), base::Error);
  }
}

TEST_CASE("sums that do not fit and differences below zero are refused") {
  CHECK_THROWS_AS(Amount::fen(INT64_MAX).plus(Amount::fen(1)), base::Error);
  CHECK_THROWS_AS(Amount::fen(1).minus(Amount::fen(2)), base::Error);
  CHECK_THROWS_AS(Amount::fen(-1), base::Error);
  CHECK(Amount::fen(3).minus(Amount::fen(3)).fen() == 0);
}

TEST_CASE("a card's four bytes hold 42,949,672.95 yuan and not one fen more") {
  const base::Bytes most = {0xFF, 0xFF, 0xFF, 0xFF};
  CHECK(Amount::of_card(most).fen() == 4294967295);
  CHECK(base::equal(Amount::fen(4294967295).card_bytes(), most));
  CHECK_THROWS_AS(Amount::fen(4294967296).card_bytes(), base::Error);
}
