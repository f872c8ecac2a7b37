#include "base/crypto/random.h"

#include <openssl/rand.h>

#include "base/crypto/door.h"
#include "base/crypto/openssl_call.h"

namespace crypto {

base::Bytes random_bytes(std::size_t count) {
  base::Bytes out(count);
  check_openssl(RAND_bytes(out.data(), static_cast<int>(count)) == 1, "RAND_bytes");
  return out;
}

base::SecretBytes random_secret(std::size_t count) {
  base::SecretBytes out(count);
  const auto into = out.reveal_for_writing(SecretDoor::open());
  check_openssl(RAND_priv_bytes(into.data(), static_cast<int>(count)) == 1, "RAND_priv_bytes");
  return out;
}

}  // namespace crypto
