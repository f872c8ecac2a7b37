#include "base/crypto/hex_groups.h"

#include <array>
#include <string_view>

#include "base/core/error.h"
#include "base/crypto/door.h"

namespace crypto {

namespace {

using base::Byte;
using base::Fault;

constexpr std::string_view kDigits = "0123456789ABCDEF";
constexpr std::size_t kComponentBytes = kHexGroups * kHexGroupDigits / 2;
constexpr std::array<unsigned, kHexGroupDigits> kWeights = {2, 4, 8, 3};

// Over GF(16) with x^4 + x + 1.
constexpr unsigned product(unsigned one, unsigned other) {
  unsigned sum = 0;
  for (unsigned bit = 4; bit-- > 0;) {
    sum = (sum << 1U) ^ (0x13U & (0U - (sum >> 3U & 1U)));
    sum ^= one & (0U - (other >> bit & 1U));
  }
  return sum;
}

static_assert(product(0xF, 0xD) == 0x7 && product(0x9, 0x2) == 0x1);

unsigned digit_value(Byte character, std::size_t position) {
  const auto found = kDigits.find(static_cast<char>(character));
  if (found == std::string_view::npos) {
    base::fail(Fault::kMalformed, "character {}: a digit or a letter from A to F is expected",
               position);
  }
  return static_cast<unsigned>(found);
}

unsigned check_value(base::ByteView digits, std::size_t position) {
  auto sum = static_cast<unsigned>(position);
  for (std::size_t at = 0; at < kHexGroupDigits; ++at) {
    sum ^= product(kWeights.at(at), digit_value(digits[at], at + 1));
  }
  return sum;
}

}  // namespace

void add_hex_group(base::SecretBytes& digits, std::size_t position,
                   const base::SecretBytes& typed) {
  const base::ByteView plain = typed.reveal(SecretDoor::open());
  if (plain.size() != kHexGroupCharacters) {
    base::fail(Fault::kMalformed, "group {}: {} characters, expected {}", position, plain.size(),
               kHexGroupCharacters);
  }
  if (check_value(plain, position) != digit_value(plain.back(), kHexGroupCharacters)) {
    base::fail(Fault::kTampered, "group {}: its check character does not fit", position);
  }
  for (const Byte digit : plain.first(kHexGroupDigits)) digits.push_back(digit);
}

base::SecretBytes component_of_digits(const base::SecretBytes& digits) {
  const base::ByteView plain = digits.reveal(SecretDoor::open());
  if (plain.size() != 2 * kComponentBytes) {
    base::fail(Fault::kMalformed, "{} digits, expected {}", plain.size(), 2 * kComponentBytes);
  }
  base::SecretBytes component;
  for (std::size_t at = 0; at < plain.size(); at += 2) {
    component.push_back(static_cast<Byte>(digit_value(plain[at], at + 1) << 4U |
                                          digit_value(plain[at + 1], at + 2)));
  }
  return component;
}

base::SecretBytes printed_hex_groups(const base::SecretBytes& component) {
  const base::ByteView plain = component.reveal(SecretDoor::open());
  if (plain.size() != kComponentBytes) {
    base::fail(Fault::kMalformed, "component of {} bytes, expected {}", plain.size(),
               kComponentBytes);
  }
  base::SecretBytes out;
  const auto put = [&](char character) { out.push_back(static_cast<Byte>(character)); };
  for (std::size_t group = 0; group < kHexGroups; ++group) {
    std::array<Byte, kHexGroupDigits> digits{};
    for (std::size_t at = 0; at < kHexGroupDigits; ++at) {
      const Byte byte = plain[group * 2 + at / 2];
      digits.at(at) = static_cast<Byte>(kDigits[at % 2 == 0 ? byte >> 4U : byte & 0xFU]);
    }
    for (const char character : {static_cast<char>('1' + group), ' ', ' '}) put(character);
    for (const Byte digit : digits) out.push_back(digit);
    for (const char character : {'-', kDigits[check_value(digits, group + 1)], '\n'})
      put(character);
    base::wipe(digits);
  }
  return out;
}

}  // namespace crypto
