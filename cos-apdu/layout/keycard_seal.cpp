// Sealing between two holders of P-256 keys.
#include "cos-apdu/layout/keycard_seal.h"

#include "base/core/error.h"
#include "base/crypto/cipher.h"

namespace card::layout {
namespace {

constexpr base::Byte kWrappingKey = 0x01;
constexpr base::Byte kMacKey = 0x02;

}  // namespace

Sealing::Sealing(const base::SecretBytes& scalar, const crypto::PublicPoint& peer,
                 std::string_view name, ByteView context)
    : agreed_(crypto::agree(scalar, peer)), name_(name), context_(context.begin(), context.end()) {}

base::SecretBytes Sealing::key(base::Byte number) const {
  const auto label = base::Writer().text(name_).u8(number).bytes(context_).take();
  return crypto::labelled_key(agreed_, label);
}

Bytes Sealing::seal(ByteView head, const base::SecretBytes& content) const {
  const auto wrapped = crypto::key_wrap(crypto::Cipher::kAes128, key(kWrappingKey), content);
  return base::concat({wrapped, mac(base::concat({head, wrapped}))});
}

base::SecretBytes Sealing::open(ByteView head, ByteView sealed) const {
  if (sealed.size() < sealed_bytes(16))
    base::fail(base::Fault::kMalformed, "sealed key: {} bytes, expected {} at least", sealed.size(),
               sealed_bytes(16));
  const auto wrapped = sealed.first(sealed.size() - kSealMacBytes);
  const auto expected = mac(base::concat({head, wrapped}));
  if (!base::equal_in_constant_time(expected, sealed.last(kSealMacBytes)))
    base::fail(base::Fault::kTampered, "sealed key: its MAC does not hold");
  return crypto::key_unwrap(crypto::Cipher::kAes128, key(kWrappingKey), wrapped);
}

FixedBytes<kSealMacBytes> Sealing::mac(ByteView message) const {
  return base::fixed<kSealMacBytes>(crypto::cmac(crypto::Cipher::kAes128, key(kMacKey), message));
}

Bytes seal_to(const crypto::PublicPoint& to, std::string_view name, ByteView context, ByteView head,
              const base::SecretBytes& content) {
  const auto ephemeral = crypto::P256Pair::generate();
  const Sealing sealing(ephemeral.scalar, to, name, context);
  return base::concat({ephemeral.point, sealing.seal(head, content)});
}

base::SecretBytes open_sealed_to(const base::SecretBytes& scalar, std::string_view name,
                                 ByteView context, ByteView head, ByteView eph_and_sealed) {
  base::Reader in(eph_and_sealed, "sealed key");
  const auto ephemeral = crypto::point_of_bytes(in.take(kPointBytes));
  return Sealing(scalar, ephemeral, name, context).open(head, in.rest());
}

}  // namespace card::layout
