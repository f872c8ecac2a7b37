// A witness: somebody else's promise that a log only ever grew. Requests and answers are the bytes of
// C2SP tlog-witness 1.0.0, carried as files.
//   old N | proof hashes in base64, one a line | empty line | checkpoint
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "audit/archive.h"
#include "base/core/secret.h"

namespace audit {

struct WitnessRequest {
  std::uint64_t old_size = 0;  // what the log believes that the witness has signed; 0 for nothing
  Proof proof;                 // from old_size to the checkpoint
  std::string checkpoint;
  bool operator==(const WitnessRequest&) const = default;
};

std::string format(const WitnessRequest& request);

// Strict; at most 63 hashes. Throws kMalformed.
WitnessRequest parse_request(std::string_view text);

// For the newest checkpoint; throws kNotFound when the log is smaller than old_size.
WitnessRequest request_of(Archive& archive, std::uint64_t old_size);

// A folder with a software key, its name, and the last checkpoint signed for each log.
class Witness {
 public:
  // Throws kConflict when the folder holds a witness already.
  static Witness create(const std::filesystem::path& folder, const std::string& name);
  static Witness open(const std::filesystem::path& folder);

  VerifierKey key() const;

  // Remembers the checkpoint before it answers. Throws kTampered (the log's signature or the proof
  // does not hold, or another root at the same size), kConflict (the witness is at another size than
  // old_size: the text says which), kMalformed (old size above the new one).
  SignatureLine cosign(const WitnessRequest& request, const VerifierKey& log, base::UtcTime now);

 private:
  Witness(std::filesystem::path folder, std::string name, base::SecretBytes seed);

  Head remembered(const VerifierKey& log) const;
  std::filesystem::path memory_of(const VerifierKey& log) const;

  std::filesystem::path folder_;
  std::string name_;
  crypto::Ed25519Pair pair_;
};

// Keeps a witness's line beside a stored checkpoint; throws kTampered when it does not hold or is of
// another checkpoint, kNotFound without a checkpoint of that size.
void keep_cosignature(Archive& archive, const Note& cosigned, const VerifierKey& witness);

}  // namespace audit
