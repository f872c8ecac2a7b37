// Randomness of the operating system through OpenSSL; throws kUnavailable rather than going on.
#pragma once

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

base::Bytes random_bytes(std::size_t count);
base::SecretBytes random_secret(std::size_t count);

// Challenges and other short numbers that are sent in the clear: a draw of 4 bytes costs as much as
// one of many, so they come out of draws for several. For one thread; must not pass through fork().
class RandomReserve {
 public:
  // No byte twice. What is longer than 8 bytes may become a key and has a draw of its own.
  base::Bytes take(std::size_t count);

 private:
  base::Bytes left_;
};

}  // namespace crypto
