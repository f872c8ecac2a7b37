// Commands of a terminal that means no good: random bytes, random bytes in the shape of real
// commands, and genuine traffic bent.
#pragma once

#include <random>
#include <vector>

#include "cos-apdu/virtual/command.h"
#include "tests/hostile/deck.h"

namespace hostile {

class Noise {
 public:
  // Repeats for the same seed. Bends what passed to cards of this kind before the exhibit was put
  // away, but for PINs, which a reader of this terminal never heard.
  Noise(const Exhibit& exhibit, std::uint32_t seed);

  Bytes next();

 private:
  std::size_t below(std::size_t bound);

  Byte byte() { return static_cast<Byte>(below(256)); }

  Bytes bytes(std::size_t count);
  Bytes random_bytes();
  Bytes shaped();
  Bytes bent();

  std::mt19937 random_;
  std::vector<card::chip::Command> rows_;
  std::vector<Bytes> genuine_;
};

}  // namespace hostile
