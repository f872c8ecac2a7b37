#include "base/crypto/hash.h"

#include <openssl/evp.h>

#include "base/crypto/door.h"
#include "base/crypto/openssl_call.h"

namespace crypto {

namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) {
    static const Owned<EVP_MD, EVP_MD_free> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    check_openssl(context_ && EVP_DigestInit_ex2(context_.get(), algorithm.get(), nullptr) == 1,
                  "SHA-256");
  }

  void add(base::ByteView data) {
    check_openssl(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1, "SHA-256");
  }

  Hash32 finish() {
    Hash32 out{};
    check_openssl(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1, "SHA-256");
    return out;
  }

 private:
  Owned<EVP_MD_CTX, EVP_MD_CTX_free> context_;
};

}  // namespace

Hash32 sha256(base::ByteView data) {
  return sha256({data});
}

Hash32 sha256(std::initializer_list<base::ByteView> parts) {
  Sha256 hash;
  for (const base::ByteView part : parts) hash.add(part);
  return hash.finish();
}

Hash32 sha256_of_secret(std::initializer_list<base::ByteView> head,
                        const base::SecretBytes& secret) {
  Sha256 hash;
  for (const base::ByteView part : head) hash.add(part);
  hash.add(secret.reveal(SecretDoor::open()));
  return hash.finish();
}

base::SecretBytes secret_sha256(const base::SecretBytes& secret) {
  Hash32 digest = sha256_of_secret({}, secret);
  base::SecretBytes out = base::SecretBytes::copy_of(digest);
  base::wipe(digest);
  return out;
}

}  // namespace crypto
