// Ed25519 checks; signing is the token's (base/hsm), or a witness's own software key.
#pragma once

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

using Ed25519Public = base::FixedBytes<32>;
using Ed25519Signature = base::FixedBytes<64>;

bool verify(const Ed25519Public& key, base::ByteView message, const Ed25519Signature& signature);

struct Ed25519Pair {
  base::SecretBytes seed;  // 32 bytes
  Ed25519Public point{};

  static Ed25519Pair generate();
  static Ed25519Pair of_seed(base::SecretBytes seed);
};

Ed25519Signature sign(const base::SecretBytes& seed, base::ByteView message);

}  // namespace crypto
