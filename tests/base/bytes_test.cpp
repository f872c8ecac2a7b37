// Bytes, hex, Reader and Writer.
#include "base/core/bytes.h"

#include <doctest/doctest.h>

#include "base/core/error.h"

using base::Bytes;

TEST_CASE("hex text is read strictly and names the place of a wrong digit") {
  CHECK(base::from_hex("00fF7a") == Bytes{0x00, 0xFF, 0x7A});
  CHECK(base::to_hex(Bytes{0x00, 0xFF, 0x7A}) == "00FF7A");
  CHECK(base::to_hex(Bytes{0xAB}, base::HexCase::kLower) == "ab");
  CHECK_THROWS_WITH_AS(base::from_hex("00G0", "key"), "key: position 3 is not a hex digit",
                       base::Error);
  CHECK_THROWS_WITH_AS(base::from_hex("000", "key"), "key: 3 hex digits, expected an even number",
                       base::Error);
}

TEST_CASE("integers are big-endian both ways") {
  const Bytes bytes = base::Writer{}.u8(1).u16(0x0203).u24(0x040506).u32(0x0708090A).take();
  CHECK(bytes == Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  base::Reader reader(bytes);
  CHECK(reader.u8() == 1);
  CHECK(reader.u16() == 0x0203);
  CHECK(reader.u24() == 0x040506);
  CHECK(reader.u32() == 0x0708090A);
  CHECK_NOTHROW(reader.finish());
}

TEST_CASE("a record that is too short or too long is refused and says by how much") {
  const Bytes bytes = {1, 2, 3};
  base::Reader shorter(bytes, "entry");
  CHECK_THROWS_WITH_AS(shorter.u32(), "entry: 4 more bytes expected, 3 left", base::Error);
  base::Reader longer(bytes, "entry");
  longer.u8();
  CHECK_THROWS_WITH_AS(longer.finish(), "entry: 2 bytes too many", base::Error);
}

TEST_CASE("BCD holds digits only") {
  CHECK(base::bcd_of("130109") == Bytes{0x13, 0x01, 0x09});
  CHECK(base::digits_of_bcd(Bytes{0x13, 0x01, 0x09}) == "130109");
  CHECK_THROWS_AS(base::bcd_of("13010A"), base::Error);
  CHECK_THROWS_AS(base::bcd_of("13010"), base::Error);
  CHECK_THROWS_AS(base::digits_of_bcd(Bytes{0x1A}), base::Error);
}
