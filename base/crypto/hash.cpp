#include "base/crypto/hash.h"

#include <span>
#include <vector>

#include <openssl/evp.h>

#include "base/crypto/door.h"
#include "base/crypto/openssl_call.h"

namespace crypto {

namespace {

using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

Hash32 digest_in(const Context& context, std::span<const base::ByteView> parts) {
  static const Owned<EVP_MD, EVP_MD_free> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  bool good = context && EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1;
  for (const base::ByteView part : parts)
    good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  Hash32 out{};
  check_openssl(good && EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1, "SHA-256");
  return out;
}

}  // namespace

Hash32 sha256(base::ByteView data) {
  return sha256({data});
}

// One context a thread: to make one costs as much as a short hash. It forgets the data with the last
// block but keeps the digest, so that digests of secrets have contexts of their own.
Hash32 sha256(std::initializer_list<base::ByteView> parts) {
  static thread_local const Context context(EVP_MD_CTX_new());
  return digest_in(context, {parts.begin(), parts.size()});
}

Hash32 sha256_of_secret(std::initializer_list<base::ByteView> head,
                        const base::SecretBytes& secret) {
  std::vector<base::ByteView> parts(head);
  parts.push_back(secret.reveal(SecretDoor::open()));
  return digest_in(Context(EVP_MD_CTX_new()), parts);
}

base::SecretBytes secret_sha256(const base::SecretBytes& secret) {
  Hash32 digest = sha256_of_secret({}, secret);
  base::SecretBytes out = base::SecretBytes::copy_of(digest);
  base::wipe(digest);
  return out;
}

}  // namespace crypto
