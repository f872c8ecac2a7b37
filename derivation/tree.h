// The key tree as sums on plain keys: for card chips, meters' ESAMs and the reference home only.
// No product program derives live keys with it.
#pragma once

#include <array>
#include <cstdint>

#include "base/core/bytes.h"
#include "base/core/mode.h"
#include "base/crypto/suite.h"
#include "derivation/factor.h"
#include "derivation/import_block.h"
#include "derivation/purpose.h"

namespace derivation {

inline constexpr std::size_t kComponentCount = 4;
inline constexpr std::size_t kComponentBytes = 16;

// What the combined master is bound to (key-protocol.md §2).
struct Origin {
  base::Mode flag = base::Mode::kRehearsal;
  base::FixedBytes<16> set_id{};
  base::FixedBytes<16> origin_id{};  // first 16 bytes of the plan id of the key's birth
};

// S = c1 xor c2 xor c3 xor c4. Throws kMalformed unless every component has 16 bytes, and kRefused
// when two are equal or S is all zeros.
base::SecretBytes combine(const std::array<base::SecretBytes, kComponentCount>& components);

// MCK0 = CMAC under S of 01 | "WK/MCK0" | 00 | flags1 | setId16 | originId16 | 0080,
// with AES (SM4 for sm4), odd parity for tdes2.
crypto::Key combined_master(crypto::SuiteId suite, const base::SecretBytes& sum,
                            const Origin& origin);

// The cipher that a key of this purpose works with: the transport key of a tdes2 scheme is AES.
crypto::SuiteId key_suite(crypto::SuiteId suite, Purpose purpose);

// One step down. Which factor may follow which level is the caller's rule (level.h).
crypto::Key derive_key(crypto::SuiteId suite, Purpose purpose, const crypto::Key& parent,
                       const Factor& factor);

}  // namespace derivation
