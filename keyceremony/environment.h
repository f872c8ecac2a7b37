// The machine on the day: what must hold before a secret is near it.
//
// A live ceremony refuses to start on a fault that weighs; a rehearsal records it and goes on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyceremony {

// Whether a live ceremony goes on when the condition does not hold. What a kernel lacks is said.
enum class Weight { kRefused, kSaid };

struct Condition {
  std::string id;  // "clock", "core-dumps", "swap", "network", "traced", "system-calls", "landlock"
  std::string expected;  // in words
  std::string found;
  bool holds = false;
  Weight weight = Weight::kRefused;
};

// Where the facts are read; a test gives a folder of its own.
struct Machine {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string program = "/proc/self/exe";
};

std::vector<Condition> examine(const Machine& machine);

}  // namespace keyceremony
