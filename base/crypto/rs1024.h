// The Reed-Solomon checksum over GF(1024) of SLIP-39: three words that find any error in up to
// three.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace crypto {

using WordNumbers = std::span<const std::uint16_t>;

bool rs1024_holds(std::string_view customisation, WordNumbers all_words);
std::array<std::uint16_t, 3> rs1024_checksum(std::string_view customisation, WordNumbers data);

}  // namespace crypto
