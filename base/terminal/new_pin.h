// The first PIN of a card: typed twice, hidden, and not one that everybody tries first.
#pragma once

#include "base/terminal/terminal.h"

namespace terminal {

inline constexpr std::size_t kLeastPin = 6;
inline constexpr std::size_t kMostPin = 12;

// Asks `id` and `id`.again, 6 to 12 digits. A PIN of one digit, of a repeated piece, or counting up
// or down, and a second entry that differs, are asked for again; the third failure is thrown
// (kMalformed, kRefused).
base::SecretBytes ask_new_pin(Terminal& terminal, const std::string& id, const Text& prompt);

// An existing PIN, 6 to 12 digits.
base::SecretBytes ask_pin(Terminal& terminal, const std::string& id, const Text& prompt);

}  // namespace terminal
