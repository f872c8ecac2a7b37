#include "base/crypto/random.h"

#include <openssl/rand.h>

#include "base/crypto/door.h"
#include "base/crypto/openssl_call.h"

namespace crypto {

namespace {

constexpr std::size_t kShort = 8;
constexpr std::size_t kDrawn = 128;

}  // namespace

base::Bytes random_bytes(std::size_t count) {
  base::Bytes out(count);
  check_openssl(RAND_bytes(out.data(), static_cast<int>(count)) == 1, "RAND_bytes");
  return out;
}

base::Bytes RandomReserve::take(std::size_t count) {
  if (count > kShort) return random_bytes(count);
  if (left_.size() < count) left_ = random_bytes(kDrawn);
  const auto first = left_.end() - static_cast<std::ptrdiff_t>(count);
  base::Bytes taken(first, left_.end());
  left_.erase(first, left_.end());
  return taken;
}

base::SecretBytes random_secret(std::size_t count) {
  base::SecretBytes out(count);
  const auto into = out.reveal_for_writing(SecretDoor::open());
  check_openssl(RAND_priv_bytes(into.data(), static_cast<int>(count)) == 1, "RAND_priv_bytes");
  return out;
}

}  // namespace crypto
