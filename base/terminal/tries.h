// What a person may get wrong twice before it counts.
#pragma once

#include "base/core/error.h"
#include "base/terminal/terminal.h"

namespace terminal {

inline constexpr int kTries = 3;

// Runs `entry`; what it refuses is said at the terminal and it is run again. The third failure is
// thrown, and so is at once whatever is not the person's to mend.
template <typename Entry>
auto with_tries(Terminal& terminal, Entry&& entry) {
  for (int left = kTries;; --left) {
    try {
      return entry();
    } catch (const base::Error& error) {
      const bool mendable = error.fault() == base::Fault::kMalformed ||
                            error.fault() == base::Fault::kRefused ||
                            error.fault() == base::Fault::kTampered;
      if (!mendable || left == 1) throw;
      terminal.say({std::string("Again: ") + error.what(), "请重新输入。"});
    }
  }
}

}  // namespace terminal
