// Checkpoints (C2SP tlog-checkpoint 1.0.0): the text of a note that states a tree head.
//   origin newline size newline base64(root) newline, extension lines allowed and never written
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/note.h"
#include "audit/tree.h"

namespace audit {

struct Checkpoint {
  std::string origin;
  Head head;
  std::vector<std::string> extensions;
  bool operator==(const Checkpoint&) const = default;
};

// ASCII digits without sign or leading zero, up to 2^64 - 1; throws kMalformed.
std::uint64_t parse_decimal(std::string_view digits);

std::string format(const Checkpoint& checkpoint);

// Strict; throws kMalformed.
Checkpoint parse_checkpoint(std::string_view text);

// Parses note and text, and throws kTampered unless `key` signed it and its origin is the key's.
Checkpoint open_checkpoint(std::string_view note, const VerifierKey& key);

}  // namespace audit
