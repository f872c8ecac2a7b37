// Who signs the checkpoints of a log: a name, a public key, and a way to ask for a signature.
#pragma once

#include <functional>
#include <string>

#include "base/crypto/ed25519.h"

namespace audit {

struct Signer {
  std::string name;  // also the origin of the log
  crypto::Ed25519Public key{};
  // Over the text of a checkpoint. A signature whose transaction fails never leaves the program, so
  // the next request may name the same size, or a smaller one, than such a lost request.
  std::function<crypto::Ed25519Signature(base::ByteView text)> sign;
};

}  // namespace audit
