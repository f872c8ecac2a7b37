// Groups of hex that people copy by hand: which slips of the pen their check characters notice.
#include "base/crypto/hex_groups.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/crypto/door.h"

using base::SecretBytes;

namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEF";

// Made apart from this code, with tables of powers of 2 in GF(16).
constexpr std::string_view kValue = "00112233445566778899AABBCCDDEEFE";
constexpr std::array<std::string_view, crypto::kHexGroups> kGroups = {
    "0011A", "22330", "44559", "66777", "8899C", "AABB6", "CCDDF", "EEFEA"};

SecretBytes secret(std::string_view text) {
  return SecretBytes::copy_of(base::bytes_of(text));
}

base::ByteView plain(const SecretBytes& text) {
  return text.reveal(crypto::SecretDoor::open());
}

bool fits(std::size_t position, std::string_view typed) {
  SecretBytes digits;
  try {
    crypto::add_hex_group(digits, position, secret(typed));
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kTampered);
    CHECK(digits.empty());
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("eight groups of hex give the component, and it gives the groups [R132]") {
  SecretBytes digits;
  for (std::size_t position = 1; position <= kGroups.size(); ++position) {
    crypto::add_hex_group(digits, position, secret(kGroups.at(position - 1)));
  }
  const auto component = crypto::component_of_digits(digits);
  CHECK(base::to_hex(plain(component)) == kValue);
  CHECK(base::text_of(plain(crypto::printed_hex_groups(component))) ==
        "1  0011-A\n2  2233-0\n3  4455-9\n4  6677-7\n5  8899-C\n6  AABB-6\n7  CCDD-F\n8  EEFE-A\n");
}

TEST_CASE("one wrong character of a group is noticed, wherever it stands") {
  for (std::size_t position = 1; position <= kGroups.size(); ++position) {
    for (std::size_t at = 0; at < crypto::kHexGroupCharacters; ++at) {
      for (const char wrong : kAlphabet) {
        std::string typed(kGroups.at(position - 1));
        const bool same = typed.at(at) == wrong;
        typed.at(at) = wrong;
        CHECK(fits(position, typed) == same);
      }
    }
  }
}

TEST_CASE("two characters changed about are noticed, and so is a group at another's place") {
  for (std::size_t position = 1; position <= kGroups.size(); ++position) {
    const std::string group(kGroups.at(position - 1));
    for (std::size_t one = 0; one < group.size(); ++one) {
      for (std::size_t other = one + 1; other < group.size(); ++other) {
        std::string typed = group;
        std::swap(typed.at(one), typed.at(other));
        CHECK(fits(position, typed) == (typed == group));
      }
    }
    for (std::size_t place = 1; place <= kGroups.size(); ++place) {
      CHECK(fits(place, group) == (place == position));
    }
  }
}

TEST_CASE("what is no group of hex is refused by its position") {
  SecretBytes digits;
  CHECK_THROWS_WITH_AS(crypto::add_hex_group(digits, 3, secret("4455")),
                       "group 3: 4 characters, expected 5", base::Error);
  CHECK_THROWS_WITH_AS(crypto::add_hex_group(digits, 3, secret("44G59")),
                       "character 3: a digit or a letter from A to F is expected", base::Error);
  CHECK_THROWS_AS(crypto::component_of_digits(secret("0011")), base::Error);
  CHECK_THROWS_AS(crypto::printed_hex_groups(secret("0011")), base::Error);
}
