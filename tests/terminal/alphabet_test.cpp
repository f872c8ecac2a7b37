// What may be judged of a hidden answer without reading it.
#include "base/terminal/alphabet.h"

#include <doctest/doctest.h>

using terminal::Alphabet;

namespace {

base::SecretBytes secret(std::string_view text) {
  return base::SecretBytes::copy_of(base::bytes_of(text));
}

}  // namespace

TEST_CASE("a character outside the alphabet is not kept") {
  CHECK(terminal::canonical(Alphabet::kDigits, '7') == '7');
  CHECK_FALSE(terminal::canonical(Alphabet::kDigits, 'a'));
  CHECK(terminal::canonical(Alphabet::kDice, '6') == '6');
  CHECK_FALSE(terminal::canonical(Alphabet::kDice, '0'));
  CHECK_FALSE(terminal::canonical(Alphabet::kDice, '7'));
  CHECK(terminal::canonical(Alphabet::kLetters, 'Q') == 'q');
  CHECK_FALSE(terminal::canonical(Alphabet::kLetters, ' '));
  CHECK(terminal::canonical(Alphabet::kHex, 'c') == 'C');
  CHECK(terminal::canonical(Alphabet::kHex, 'F') == 'F');
  CHECK(terminal::canonical(Alphabet::kHex, '0') == '0');
  CHECK_FALSE(terminal::canonical(Alphabet::kHex, 'g'));
}

TEST_CASE("runs, stairs and repetitions of a secret are seen") {
  const auto stair = terminal::shape_of(secret("123456"));
  CHECK(stair.longest_stair == 6);
  CHECK(stair.longest_run == 1);
  CHECK(stair.period == 6);
  const auto down = terminal::shape_of(secret("987"));
  CHECK(down.longest_stair == 3);
  const auto piece = terminal::shape_of(secret("123123123"));
  CHECK(piece.period == 3);
  CHECK(piece.distinct == 3);
  CHECK(piece.most_of_one == 3);
  const auto one = terminal::shape_of(secret("77777"));
  CHECK(one.period == 1);
  CHECK(one.longest_run == 5);
}
