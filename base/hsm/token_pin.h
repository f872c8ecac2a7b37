// Token PINs: never typed, made of 20 secret bytes that two people's cards hold in two shares.
#pragma once

#include "base/core/secret.h"

namespace hsm {

inline constexpr std::size_t kPinSecretBytes = 20;
inline constexpr std::size_t kPinCharacters = 31;  // 36^31 > 2^160
inline constexpr std::size_t kSoPinCharacters = 32;

// The 160-bit number in base 36 (0-9, A-Z), most significant character first.
// Throws kMalformed unless there are 20 bytes.
base::SecretBytes token_pin_of(const base::SecretBytes& twenty_bytes);

// 32 random characters; splitting or destroying it is the caller's plan.
base::SecretBytes random_so_pin();

}  // namespace hsm
