// SHA-256, with the algorithm fetched once: fetching at each call costs three times the hash.
#pragma once

#include <initializer_list>
#include <memory>

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

using Hash32 = base::FixedBytes<32>;

Hash32 sha256(base::ByteView data);
Hash32 sha256(std::initializer_list<base::ByteView> parts);

// SHA-256 of secret bytes (a commitment's input); the result is public.
Hash32 sha256_of_secret(std::initializer_list<base::ByteView> head,
                        const base::SecretBytes& secret);

// SHA-256 whose result is a secret (dice digits to a component).
base::SecretBytes secret_sha256(const base::SecretBytes& secret);

}  // namespace crypto
