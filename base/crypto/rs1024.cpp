#include "base/crypto/rs1024.h"

namespace crypto {

namespace {

constexpr std::array<std::uint32_t, 10> kGenerator = {
    0x00E0E040, 0x01C1C080, 0x03838100, 0x07070200, 0x0E0E0009,
    0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x03F3F120,
};
constexpr std::uint32_t kWordMask = 0x3FF;

class Remainder {
 public:
  void add(std::uint32_t value) {
    const std::uint32_t top = state_ >> 20U;
    state_ = (state_ & 0xFFFFFU) << 10U ^ value;
    for (std::size_t bit = 0; bit < kGenerator.size(); ++bit) {
      if ((top >> bit & 1U) != 0) state_ ^= kGenerator.at(bit);
    }
  }

  void add_all(std::string_view customisation, WordNumbers words) {
    for (const char letter : customisation) add(static_cast<unsigned char>(letter));
    for (const std::uint16_t word : words) add(word);
  }

  std::uint32_t state() const { return state_; }

 private:
  std::uint32_t state_ = 1;
};

}  // namespace

bool rs1024_holds(std::string_view customisation, WordNumbers all_words) {
  Remainder remainder;
  remainder.add_all(customisation, all_words);
  return remainder.state() == 1;
}

std::array<std::uint16_t, 3> rs1024_checksum(std::string_view customisation, WordNumbers data) {
  Remainder remainder;
  remainder.add_all(customisation, data);
  for (int word = 0; word < 3; ++word) remainder.add(0);
  const std::uint32_t value = remainder.state() ^ 1U;
  return {static_cast<std::uint16_t>(value >> 20U & kWordMask),
          static_cast<std::uint16_t>(value >> 10U & kWordMask),
          static_cast<std::uint16_t>(value & kWordMask)};
}

}  // namespace crypto
