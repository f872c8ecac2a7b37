// The P-256 keys that cards make inside themselves: agreement (ECDH) and signatures (ECDSA).
#pragma once

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

// Uncompressed point, 04 | X | Y.
using PublicPoint = base::FixedBytes<65>;

// Throws kMalformed when the bytes are not a point of the curve.
PublicPoint point_of_bytes(base::ByteView bytes);

struct P256Pair {
  base::SecretBytes scalar;  // 32 bytes
  PublicPoint point{};

  static P256Pair generate();
};

// The x coordinate, 32 bytes.
base::SecretBytes agree(const base::SecretBytes& scalar, const PublicPoint& peer);

// From an agreed x coordinate to a 16-byte key: AES-256(x, SHA-256(label)[0..15]), which is what a
// token's ECDH1 (no KDF) followed by AES_ECB_ENCRYPT_DATA gives (key-protocol.md §6).
base::SecretBytes labelled_key(const base::SecretBytes& agreed, base::ByteView label);

// ECDSA over a SHA-256 digest; r | s, 64 bytes.
base::FixedBytes<64> sign_digest(const base::SecretBytes& scalar,
                                 const base::FixedBytes<32>& digest);
bool verify_digest(const PublicPoint& point, const base::FixedBytes<32>& digest,
                   const base::FixedBytes<64>& signature);

}  // namespace crypto
