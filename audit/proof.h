// Proof files (C2SP tlog-proof): all that somebody needs beside an entry and the log's key.
//   c2sp.org/tlog-proof@v1 | [extra BASE64] | index N | hashes in base64, one a line | empty | note
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/archive.h"

namespace audit {

struct ProofFile {
  std::optional<base::Bytes> extra;
  std::uint64_t index = 0;
  Proof hashes;
  std::string checkpoint;  // a signed note
  bool operator==(const ProofFile&) const = default;
};

std::string format(const ProofFile& file);

// Strict; at most 63 hashes. Throws kMalformed.
ProofFile parse_proof(std::string_view text);

// Entry `index` in the tree of the newest checkpoint, witness lines included; throws kNotFound.
ProofFile prove(Archive& archive, std::uint64_t index);

// Throws kTampered unless `key` signed the checkpoint and the entry stands where the file says.
void require_proves(const ProofFile& file, base::ByteView entry, const VerifierKey& key);

}  // namespace audit
