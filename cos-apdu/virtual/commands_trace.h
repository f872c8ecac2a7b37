// The subcommand of virtual-card that shows conversations in words.
#pragma once

#include <string>

namespace card::chip {

struct TraceOptions {
  std::string slot;
  std::string file;
};

// Live from a slot until its card leaves, or of a recorded file ("-": standard input). Exactly one of
// the two is set (kMalformed).
int trace(const TraceOptions& options, const std::string& slots_folder);

}  // namespace card::chip
