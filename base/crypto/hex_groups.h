// A component in hex as people write and type it: eight groups of four digits, each with a check
// character.
//
// The check character of group p (1 to 8) with the digits d1 to d4 is p + 2 d1 + 4 d2 + 8 d3 + 3 d4
// over GF(16) with x^4 + x + 1, written as a hex digit. No two of the weights are equal, so one wrong
// character and any two changed about are noticed, and so is a group at another's place.
#pragma once

#include "base/core/secret.h"

namespace crypto {

inline constexpr std::size_t kHexGroups = 8;
inline constexpr std::size_t kHexGroupDigits = 4;
inline constexpr std::size_t kHexGroupCharacters = kHexGroupDigits + 1;

// Adds the digits of group `position` to `digits`. `typed`: five characters, 0-9 and A-F. Throws
// kMalformed for another length or character, kTampered when the check character does not fit.
void add_hex_group(base::SecretBytes& digits, std::size_t position, const base::SecretBytes& typed);

// 32 digits to 16 bytes. Throws kMalformed for another length or character.
base::SecretBytes component_of_digits(const base::SecretBytes& digits);

// Lines of "1  3F2A-7", as one secret text. `component`: 16 bytes, else kMalformed.
base::SecretBytes printed_hex_groups(const base::SecretBytes& component);

}  // namespace crypto
