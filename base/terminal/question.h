// What a person at the terminal is asked, and what may be known of a hidden answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/core/secret.h"

namespace terminal {

// The same sentence in both languages of the screen.
struct Text {
  std::string english;
  std::string chinese;
};

inline constexpr std::chrono::seconds kTimeToAnswer{600};
inline constexpr std::chrono::seconds kTimeToTypeSecret{180};

// `id` names the question in an answers file ("leader-1.bag"); a screen addresses people by role
// and name, never by id.
struct Question {
  std::string id;
  Text prompt;
  std::chrono::seconds limit = kTimeToAnswer;
};

enum class Alphabet : std::uint8_t {
  kDigits,   // 0-9
  kDice,     // 1-6
  kLetters,  // a-z, upper case is taken as lower case
  kHex,      // 0-9 and A-F, lower case is taken as upper case
};

struct SecretQuestion {
  std::string id;
  Text prompt;
  Alphabet alphabet = Alphabet::kDigits;
  std::size_t least = 1;
  std::size_t most = 64;
  std::chrono::seconds limit = kTimeToTypeSecret;
};

// What may be judged of a secret without reading it.
struct Shape {
  std::size_t distinct = 0;       // different characters
  std::size_t most_of_one = 0;    // times the most frequent character occurs
  std::size_t longest_run = 0;    // longest row of one character
  std::size_t longest_stair = 0;  // longest row that goes up, or down, by one each time
  std::size_t period = 0;         // shortest piece of which the whole is a repetition
};

struct SecretAnswer {
  base::SecretBytes text;
  Shape shape;
};

}  // namespace terminal
