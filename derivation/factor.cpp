// Factors: canonical forms only.
#include "derivation/factor.h"

#include <algorithm>

namespace derivation {
namespace {

using base::Fault;

base::FixedBytes<8> upper_level(Level level, std::uint8_t version, base::ByteView value) {
  if (version == 0)
    base::fail(Fault::kMalformed, "{} factor: key version 0, expected 1 to 255",
               row_of(level).english);
  if (std::ranges::all_of(value, [](base::Byte byte) { return byte == 0; }))
    base::fail(Fault::kMalformed, "{} factor: its value is all zeros", row_of(level).english);
  base::Writer writer;
  writer.u8(byte_of(level)).u8(version).bytes(value);
  return base::fixed<8>(writer.view(), "factor");
}

bool are_digits(base::ByteView bcd) {
  return std::ranges::all_of(
      bcd, [](base::Byte byte) { return (byte >> 4) <= 9 && (byte & 0x0F) <= 9; });
}

constexpr bool is_user_card_byte(base::Byte first) {
  return first >= 0x30 && first <= 0x39;
}

}  // namespace

Factor Factor::of_purpose(const FactorValue& value, std::uint8_t version) {
  return Factor(Level::kMaster, upper_level(Level::kMaster, version, value));
}

Factor Factor::of_province(const FactorValue& value, std::uint8_t version) {
  return Factor(Level::kProvince, upper_level(Level::kProvince, version, value));
}

Factor Factor::of_county(const base::CountyCode& county, const CountyTail& tail,
                         std::uint8_t version) {
  const auto value = base::concat({county.bcd(), tail});
  return Factor(Level::kCounty, upper_level(Level::kCounty, version, value));
}

Factor Factor::of_device(const Serial8& serial) {
  return Factor(Level::kDevice, serial.bytes());
}

Factor Factor::of_user_card(const base::CardNumber& number) {
  return Factor(Level::kUser, number.factor8());
}

Factor Factor::of_bytes(base::ByteView eight_bytes) {
  const auto bytes = base::fixed<8>(eight_bytes, "factor");
  base::Reader reader(bytes, "factor");
  const auto first = reader.u8();
  if (is_user_card_byte(first)) {
    if (!are_digits(bytes)) base::fail(Fault::kMalformed, "factor of a user card: expected digits");
    return Factor(Level::kUser, bytes);
  }
  switch (first) {
    case byte_of(Level::kMaster): {
      const auto version = reader.u8();
      return of_purpose(reader.fixed<6>(), version);
    }
    case byte_of(Level::kProvince): {
      const auto version = reader.u8();
      return of_province(reader.fixed<6>(), version);
    }
    case byte_of(Level::kCounty): {
      const auto version = reader.u8();
      const auto county = base::CountyCode::of_bcd(reader.take(3));
      return of_county(county, reader.fixed<3>(), version);
    }
    default:
      return of_device(Serial8::of_bytes(bytes));
  }
}

}  // namespace derivation
