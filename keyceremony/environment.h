// The machine on the day: what must hold before a secret is near it.
//
// A live ceremony refuses to start on a fault; a rehearsal records it and goes on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyceremony {

struct Condition {
  std::string id;        // "clock", "core-dumps", "swap", "network", "traced"
  std::string expected;  // in words
  std::string found;
  bool holds = false;
};

// Where the facts are read; a test gives a folder of its own.
struct Machine {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string program = "/proc/self/exe";
};

std::vector<Condition> examine(const Machine& machine);

}  // namespace keyceremony
