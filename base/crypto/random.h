// Randomness of the operating system through OpenSSL; throws kUnavailable rather than going on.
#pragma once

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

base::Bytes random_bytes(std::size_t count);
base::SecretBytes random_secret(std::size_t count);

}  // namespace crypto
