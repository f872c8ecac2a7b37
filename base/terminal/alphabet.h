// Which characters a hidden answer may hold, and what its shape is.
#pragma once

#include <optional>
#include <string_view>

#include "base/terminal/question.h"

namespace terminal {

// The character as it is kept, or nullopt when it is not of the alphabet.
std::optional<base::Byte> canonical(Alphabet alphabet, base::Byte typed);

// "a digit", "a digit from 1 to 6", …
std::string_view expectation(Alphabet alphabet);

Shape shape_of(const base::SecretBytes& text);

}  // namespace terminal
