#include "base/terminal/alphabet.h"

#include <algorithm>
#include <array>

#include "base/terminal/door.h"

namespace terminal {

namespace {

constexpr bool between(base::Byte value, char first, char last) {
  return value >= static_cast<base::Byte>(first) && value <= static_cast<base::Byte>(last);
}

constexpr base::Byte kCaseBit = 0x20;

struct Run {
  std::size_t longest = 0;
  std::size_t now = 0;

  void step(bool goes_on) {
    now = goes_on ? now + 1 : 1;
    longest = std::max(longest, now);
  }
};

std::size_t period_of(base::ByteView text) {
  for (std::size_t period = 1; period < text.size(); ++period) {
    if (std::equal(text.begin() + static_cast<std::ptrdiff_t>(period), text.end(), text.begin())) {
      return period;
    }
  }
  return text.size();
}

}  // namespace

std::optional<base::Byte> canonical(Alphabet alphabet, base::Byte typed) {
  const base::Byte lower = typed | kCaseBit;
  switch (alphabet) {
    case Alphabet::kDigits:
      if (between(typed, '0', '9')) return typed;
      break;
    case Alphabet::kDice:
      if (between(typed, '1', '6')) return typed;
      break;
    case Alphabet::kLetters:
      if (between(lower, 'a', 'z')) return lower;
      break;
    case Alphabet::kHex:
      if (between(typed, '0', '9')) return typed;
      if (between(lower, 'a', 'f')) return static_cast<base::Byte>(lower & ~kCaseBit);
      break;
  }
  return std::nullopt;
}

std::string_view expectation(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::kDigits:
      return "a digit";
    case Alphabet::kDice:
      return "a digit from 1 to 6";
    case Alphabet::kLetters:
      return "a letter from a to z";
    case Alphabet::kHex:
      return "a digit or a letter from A to F";
  }
  return "another character";
}

Shape shape_of(const base::SecretBytes& text) {
  std::array<std::size_t, 256> times{};
  Run same;
  Run up;
  Run down;
  int last = -2;
  for (const base::Byte byte : text.reveal(SecretDoor::open())) {
    ++times.at(byte);
    same.step(byte == last);
    up.step(byte == last + 1);
    down.step(byte == last - 1);
    last = byte;
  }
  Shape shape;
  shape.distinct = static_cast<std::size_t>(
      std::count_if(times.begin(), times.end(), [](std::size_t count) { return count > 0; }));
  shape.most_of_one = *std::max_element(times.begin(), times.end());
  shape.longest_run = same.longest;
  shape.longest_stair = std::max(up.longest, down.longest);
  shape.period = period_of(text.reveal(SecretDoor::open()));
  return shape;
}

}  // namespace terminal
