#include "base/crypto/ed25519.h"

#include <openssl/evp.h>

#include "base/crypto/door.h"
#include "base/crypto/openssl_call.h"
#include "base/crypto/random.h"

namespace crypto {

namespace {

using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

Pkey private_key(const base::SecretBytes& seed) {
  const base::ByteView plain = seed.reveal(SecretDoor::open());
  Pkey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, plain.data(), plain.size()));
  check_openssl(key != nullptr, "Ed25519 key");
  return key;
}

}  // namespace

bool verify(const Ed25519Public& key, base::ByteView message, const Ed25519Signature& signature) {
  const Pkey public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestContext context(EVP_MD_CTX_new());
  return public_key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

Ed25519Pair Ed25519Pair::of_seed(base::SecretBytes seed) {
  Ed25519Public point{};
  std::size_t length = point.size();
  check_openssl(EVP_PKEY_get_raw_public_key(private_key(seed).get(), point.data(), &length) == 1,
                "Ed25519 public key");
  return {std::move(seed), point};
}

Ed25519Pair Ed25519Pair::generate() {
  return of_seed(random_secret(std::tuple_size_v<Ed25519Public>));
}

Ed25519Signature sign(const base::SecretBytes& seed, base::ByteView message) {
  const Pkey key = private_key(seed);
  const DigestContext context(EVP_MD_CTX_new());
  Ed25519Signature out{};
  std::size_t length = out.size();
  check_openssl(
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
          EVP_DigestSign(context.get(), out.data(), &length, message.data(), message.size()) == 1,
      "Ed25519 sign");
  return out;
}

}  // namespace crypto
