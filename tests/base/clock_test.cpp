// UTC outside, Beijing time on cards.
#include "base/core/clock.h"

#include <doctest/doctest.h>

#include "base/core/error.h"

TEST_CASE("UTC text goes both ways") {
  CHECK(base::format({0}) == "1970-01-01T00:00:00Z");
  CHECK(base::format({1700000000}) == "2023-11-14T22:13:20Z");
  CHECK(base::parse_utc("2023-11-14T22:13:20Z").seconds == 1700000000);
  for (const char* text : {"", "2023-11-14", "2023-02-30T00:00:00Z", "2023-11-14T24:00:00Z",
                           "2023-11-14 22:13:20Z", "2023-11-14T22:13:20+08:00"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(base::parse_utc(text), base::Error);
  }
}

TEST_CASE("a card's date is Beijing's, eight hours ahead") {
  const base::CardTime at = base::card_time({1700000000});
  CHECK(base::to_hex(at.date) == "20231115");
  CHECK(base::to_hex(at.time) == "061320");
}
