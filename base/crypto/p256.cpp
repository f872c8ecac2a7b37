#include "base/crypto/p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "base/crypto/door.h"
#include "base/crypto/hash.h"
#include "base/crypto/openssl_call.h"
#include "base/crypto/random.h"

namespace crypto {

namespace {

using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Number = Owned<BIGNUM, BN_clear_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Group = Owned<EC_GROUP, EC_GROUP_free>;
using Point = Owned<EC_POINT, EC_POINT_free>;

constexpr const char* kCurve = "prime256v1";
constexpr std::size_t kScalarBytes = 32;
constexpr std::size_t kLabelBytes = 16;

const EC_GROUP* curve() {
  static const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  check_openssl(group != nullptr, "P-256");
  return group.get();
}

Pkey key_of(const base::SecretBytes* scalar, const PublicPoint& point) {
  const Builder builder(OSSL_PARAM_BLD_new());
  Number number;
  check_openssl(
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), "group", kCurve, 0) == 1 &&
          OSSL_PARAM_BLD_push_octet_string(builder.get(), "pub", point.data(), point.size()) == 1,
      "P-256 key");
  if (scalar != nullptr) {
    const base::ByteView plain = scalar->reveal(SecretDoor::open());
    number.reset(BN_secure_new());
    BN_bin2bn(plain.data(), static_cast<int>(plain.size()), number.get());
    check_openssl(OSSL_PARAM_BLD_push_BN(builder.get(), "priv", number.get()) == 1, "P-256 key");
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const bool good = EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key,
                                      scalar != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                                      params.get()) == 1;
  check_openssl(good, "P-256 key");
  return Pkey(key);
}

PublicPoint point_of(const base::SecretBytes& scalar) {
  const base::ByteView plain = scalar.reveal(SecretDoor::open());
  const Number number(BN_secure_new());
  BN_bin2bn(plain.data(), static_cast<int>(plain.size()), number.get());
  const Point point(EC_POINT_new(curve()));
  PublicPoint out{};
  const bool good =
      EC_POINT_mul(curve(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1 &&
      EC_POINT_point2oct(curve(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(),
                         out.size(), nullptr) == out.size();
  check_openssl(good, "P-256 point");
  return out;
}

bool is_scalar(const base::SecretBytes& candidate) {
  const base::ByteView plain = candidate.reveal(SecretDoor::open());
  const Number number(BN_secure_new());
  BN_bin2bn(plain.data(), static_cast<int>(plain.size()), number.get());
  return BN_is_zero(number.get()) == 0 && BN_cmp(number.get(), EC_GROUP_get0_order(curve())) < 0;
}

}  // namespace

PublicPoint point_of_bytes(base::ByteView bytes) {
  const auto point = base::fixed<65>(bytes, "P-256 point");
  const Point decoded(EC_POINT_new(curve()));
  if (point[0] != 0x04 ||
      EC_POINT_oct2point(curve(), decoded.get(), point.data(), point.size(), nullptr) != 1) {
    base::fail(base::Fault::kMalformed, "P-256 point: 65 bytes of a point of the curve expected");
  }
  return point;
}

P256Pair P256Pair::generate() {
  base::SecretBytes scalar = random_secret(kScalarBytes);
  while (!is_scalar(scalar)) scalar = random_secret(kScalarBytes);
  const PublicPoint point = point_of(scalar);
  return {std::move(scalar), point};
}

base::SecretBytes agree(const base::SecretBytes& scalar, const PublicPoint& peer) {
  const Pkey own = key_of(&scalar, point_of(scalar));
  const Pkey other = key_of(nullptr, point_of_bytes(peer));
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr));
  base::SecretBytes out(kScalarBytes);
  std::size_t length = out.size();
  const bool good =
      EVP_PKEY_derive_init(context.get()) == 1 &&
      EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1 &&
      EVP_PKEY_derive(context.get(), out.reveal_for_writing(SecretDoor::open()).data(), &length) ==
          1;
  check_openssl(good && length == kScalarBytes, "ECDH");
  return out;
}

base::SecretBytes labelled_key(const base::SecretBytes& agreed, base::ByteView label) {
  const Hash32 digest = sha256(label);
  return ecb_secret(Cipher::kAes256, Direction::kEncrypt, agreed,
                    base::SecretBytes::copy_of(base::ByteView(digest).first(kLabelBytes)));
}

base::FixedBytes<64> sign_digest(const base::SecretBytes& scalar,
                                 const base::FixedBytes<32>& digest) {
  const Pkey key = key_of(&scalar, point_of(scalar));
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  std::array<base::Byte, 80> der{};
  std::size_t length = der.size();
  check_openssl(
      EVP_PKEY_sign_init(context.get()) == 1 &&
          EVP_PKEY_sign(context.get(), der.data(), &length, digest.data(), digest.size()) == 1,
      "ECDSA sign");
  const base::Byte* at = der.data();
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(length)));
  base::FixedBytes<64> out{};
  check_openssl(signature &&
                    BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), 32) == 32 &&
                    BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + 32, 32) == 32,
                "ECDSA signature");
  return out;
}

bool verify_digest(const PublicPoint& point, const base::FixedBytes<32>& digest,
                   const base::FixedBytes<64>& signature) {
  const Signature parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), BN_bin2bn(signature.data(), 32, nullptr),
                 BN_bin2bn(signature.data() + 32, 32, nullptr));
  base::Byte* der = nullptr;
  const int length = i2d_ECDSA_SIG(parts.get(), &der);
  const Owned<base::Byte, [](base::Byte* bytes) { OPENSSL_free(bytes); }> owner(der);
  const Pkey key = key_of(nullptr, point_of_bytes(point));
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  return length > 0 && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_verify(context.get(), der, static_cast<std::size_t>(length), digest.data(),
                         digest.size()) == 1;
}

}  // namespace crypto
