// Public word lists: SLIP-39 (1,024 words, unique by their first four letters) and PGP (256 pairs).
#pragma once

#include <array>
#include <string_view>

namespace crypto {

extern const std::array<std::string_view, 1024> kComponentWordList;
extern const std::array<std::string_view, 256> kEvenHashWords;
extern const std::array<std::string_view, 256> kOddHashWords;

}  // namespace crypto
