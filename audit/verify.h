// The full check of a log, from its entries up.
#pragma once

#include <string>
#include <vector>

#include "audit/archive.h"

namespace audit {

struct Expectations {
  VerifierKey key;                        // of the log
  std::vector<VerifierKey> witnesses;     // lines of these are checked
  std::vector<std::string> older;         // signed checkpoints held by somebody else
  std::optional<std::string> remembered;  // the second store's note, where it is at hand
};

struct Findings {
  Head head;
  std::uint64_t checkpoints = 0;
  std::uint64_t cosignatures = 0;
  std::vector<std::string> faults;  // empty: the log holds; each says where and what was expected
};

// Every entry's form and sequence, the tree rebuilt from the bytes, each checkpoint's root and
// signature, each witness line, and each older checkpoint against the rebuilt tree. Reads only.
Findings verify(Archive& archive, const Expectations& expectations);

}  // namespace audit
