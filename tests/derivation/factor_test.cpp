// Factors, serial numbers, levels: canonical or refused.
#include "derivation/factor.h"

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "base/core/error.h"

using base::CardNumber;
using base::CountyCode;
using derivation::CardKind;
using derivation::Factor;
using derivation::Level;
using derivation::Serial8;

namespace {

std::string hex(const Factor& factor) {
  return base::to_hex(factor.bytes());
}

constexpr derivation::FactorValue kValue = {1, 2, 3, 4, 5, 6};
constexpr derivation::CountyTail kTail = {7, 8, 9};

// The value of a county's own factor may be anything; the neighbours' differ by the code alone.
std::vector<Factor> examples() {
  std::vector<Factor> all;
  for (const auto version : std::array<std::uint8_t, 3>{1, 2, 255}) {
    all.push_back(Factor::of_purpose(kValue, version));
    all.push_back(Factor::of_province(kValue, version));
    for (const char* code : {"130102", "130109", "130181", "131182"})
      all.push_back(Factor::of_county(CountyCode::parse(code), kTail, version));
  }
  for (const auto& row : derivation::kCardKinds)
    for (std::uint64_t number : {std::uint64_t{1}, std::uint64_t{42}, Serial8::kGreatestNumber})
      all.push_back(Factor::of_device(Serial8::of(row.kind, number)));
  for (std::uint64_t serial : {0U, 1U, 999999U})
    for (unsigned issue : {1U, 2U, 99U})
      all.push_back(
          Factor::of_user_card(CardNumber::of(CountyCode::parse("130109"), serial, issue)));
  return all;
}

}  // namespace

TEST_CASE("a factor carries its level and key version in front [R129] [R148]") {
  CHECK(hex(Factor::of_purpose(kValue, 1)) == "1101010203040506");
  CHECK(hex(Factor::of_province(kValue, 2)) == "1202010203040506");
  CHECK(hex(Factor::of_county(CountyCode::parse("130109"), kTail, 3)) == "1303130109070809");
  CHECK(hex(Factor::of_device(Serial8::of(CardKind::kPsam, 0x17))) == "2B00000000000017");
  CHECK(hex(Factor::of_user_card(CardNumber::parse("01093000000000042014"))) == "3000000000042014");
}

TEST_CASE("no two factors are equal or complementary, and none is zero [R128]") {
  const auto all = examples();
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto complement = all.at(i).bytes();
    for (auto& byte : complement) byte = static_cast<base::Byte>(~byte);
    CHECK(all.at(i).bytes() != base::FixedBytes<8>{});
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (i != j) CHECK(all.at(i) != all.at(j));
      CHECK(all.at(j).bytes() != complement);
    }
  }
}

TEST_CASE("a card takes the canonical forms and refuses everything else") {
  for (const auto& factor : examples()) CHECK(Factor::of_bytes(factor.bytes()) == factor);
  for (const char* text :
       {"0000000000000000", "FFFFFFFFFFFFFFFF", "1001010203040506", "1401010203040506",
        "1100010203040506", "1101000000000000", "1200010203040506", "130113010A070809",
        "1301030109070809", "2000000000000000", "3F00000000000001", "4100000000000001",
        "300000000004201F", "3A00000000042014", "1F01010203040506", "EEFEFEFDFCFBFAF9"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(Factor::of_bytes(base::from_hex(text)), base::Error);
  }
  CHECK_THROWS_AS(Factor::of_bytes(base::Bytes(7)), base::Error);
}

TEST_CASE("eight random bytes are a factor only in a canonical form") {
  std::mt19937_64 source(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure repeats
  for (int i = 0; i < 20000; ++i) {
    base::Writer writer;
    writer.u64(source());
    try {
      const auto factor = Factor::of_bytes(writer.view());
      CHECK(base::equal(factor.bytes(), writer.view()));
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::kMalformed);
    }
  }
}

TEST_CASE("a serial number of zero, or of no kind, is refused") {
  CHECK_THROWS_AS(Serial8::of(CardKind::kEsam, 0), base::Error);
  CHECK_THROWS_AS(Serial8::of(CardKind::kEsam, Serial8::kGreatestNumber + 1), base::Error);
  CHECK_THROWS_AS(Serial8::parse("1F00000000000001"), base::Error);
  CHECK_THROWS_AS(Serial8::parse("3000000000000001"), base::Error);
  CHECK(Serial8::parse("2C00000000000001").kind() == CardKind::kEsam);
  CHECK(derivation::format(Serial8::of(CardKind::kEsam, 1)) == "2C00000000000001");
}

TEST_CASE("a derivation goes exactly one level down [R127] [R129]") {
  using derivation::is_one_step_down;
  const std::vector upper = {Level::kMaster, Level::kProvince, Level::kCounty};
  const std::vector all = {Level::kMaster, Level::kProvince, Level::kCounty, Level::kDevice,
                           Level::kUser};
  int allowed = 0;
  for (const auto& row : derivation::kPurposes)
    for (const auto parent : all)
      for (const auto child : all) {
        if (!is_one_step_down(row.purpose, parent, child)) continue;
        ++allowed;
        CHECK(std::ranges::count(upper, parent) == 1);
        CHECK(child > parent);
      }
  // master-province, province-county, county-device, county-user for 15 purposes; and device leaves
  // below master and province for three.
  CHECK(allowed == 15 * 4 + 3 * 2);
}
