// The audit tag: what an issued card says about everything that was written into it, under a key
// that the station does not hold (key-protocol.md §11).
//
//   "WK/tag1" | serial8 | level1 | county3 | version1 | generation2 | SHA-256(slots)
//
// serial8 is the device's serial, or the rightmost 8 bytes of a user card's number.
#pragma once

#include <cstdint>

#include "base/core/bytes.h"
#include "base/crypto/hash.h"
#include "base/crypto/suite.h"
#include "derivation/factor.h"
#include "derivation/level.h"

namespace derivation {

using AuditTag = base::FixedBytes<8>;

struct TagInput {
  Factor card;  // of_device or of_user_card
  Level level;
  base::FixedBytes<3> county{};
  std::uint8_t version = 1;
  std::uint16_t generation = 1;
  crypto::Hash32 slots{};  // SHA-256 over all slot headers and check values
};

base::Bytes encode(const TagInput& input);

// `leaf` is the card's own audit-tag key: CMAC, left 8.
AuditTag audit_tag(crypto::SuiteId suite, const crypto::Key& leaf, const TagInput& input);

}  // namespace derivation
