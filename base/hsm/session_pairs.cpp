// A session and its key pairs: agreement on P-256, signatures on Ed25519.
#include <string_view>

#include "base/core/error.h"
#include "base/crypto/hash.h"
#include "base/crypto/suite.h"
#include "base/hsm/cryptoki.h"
#include "base/hsm/session.h"
#include "base/hsm/template.h"

namespace hsm {

using base::Fault;

struct PairShape {
  CK_KEY_TYPE type;
  Mechanism generation;
  CK_ATTRIBUTE_TYPE usage;
  Mechanism mechanism;
  base::ByteView curve;  // DER
};

namespace {

// OID 1.2.840.10045.3.1.7, and PrintableString "edwards25519" (PKCS#11 3.0 §2.3.10).
constexpr base::FixedBytes<10> kP256 = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
constexpr base::FixedBytes<14> kEdwards25519 = {0x13, 0x0C, 'e', 'd', 'w', 'a', 'r',
                                                'd',  's',  '2', '5', '5', '1', '9'};
constexpr PairShape kAgreement{CKK_EC, Mechanism::kP256Pair, CKA_DERIVE, Mechanism::kAgreement,
                               kP256};
constexpr PairShape kSigning{CKK_EC_EDWARDS, Mechanism::kEd25519Pair, CKA_SIGN,
                             Mechanism::kEd25519Signature, kEdwards25519};
constexpr base::Byte kOctetString = 0x04;
constexpr std::string_view kProofLabel =
    "WK/prove-point1";  // no checkpoint, nor a delivery's label

void require_signature(const std::string& label, const crypto::Ed25519Public& point,
                       base::ByteView message, const crypto::Ed25519Signature& signature) {
  if (!crypto::verify(point, message, signature))
    base::fail(Fault::kTampered, "the token's signature does not verify under its key {}", label);
}

}  // namespace

void Session::generate_pair(const PairShape& shape, const std::string& label) {
  if (has_object(label)) base::fail(Fault::kConflict, "the token already has a key {}", label);
  CK_MECHANISM mechanism{mechanisms_.number(shape.generation), nullptr, 0};
  auto public_part = public_key_template(shape.type, shape.curve, label);
  auto private_part =
      private_key_template(shape.type, shape.usage, mechanisms_.number(shape.mechanism), label);
  CK_OBJECT_HANDLE made_public = 0;
  CK_OBJECT_HANDLE made_private = 0;
  check(functions_.C_GenerateKeyPair(handle_, &mechanism, public_part.data(), public_part.size(),
                                     private_part.data(), private_part.size(), &made_public,
                                     &made_private),
        "C_GenerateKeyPair");
  proved(made_private, private_part);
  proved(made_public, public_part);
}

base::Bytes Session::public_point(const std::string& label, std::size_t count) {
  const auto encoded = attribute(find_one(CKO_PUBLIC_KEY, label), CKA_EC_POINT);
  base::Reader reader(encoded, "public key of the token");
  if (reader.u8() != kOctetString || reader.u8() != count)
    base::fail(Fault::kMalformed, "public key {}: expected an octet string of {} bytes", label,
               count);
  const auto point = reader.take(count);
  reader.finish();
  return {point.begin(), point.end()};
}

crypto::PublicPoint Session::generate_agreement_pair(const std::string& label) {
  generate_pair(kAgreement, label);
  return agreement_point(label);
}

crypto::PublicPoint Session::agreement_point(const std::string& label) {
  const auto point = crypto::point_of_bytes(public_point(label, 65));
  const auto ours = crypto::P256Pair::generate();
  const auto proof_label = base::bytes_of(kProofLabel);
  const auto hash = crypto::sha256(proof_label);
  const SessionKey agreed(*this, agree(label, ours.point));
  const SessionKey proof(
      *this,
      derive(agreed.handle(), Usage::kDeriveAes, base::ByteView(hash).first(16),
             {KeyType::kAes128, Usage::kDeriveAes, Lifetime::kSession, Extraction::kNever, ""}));
  const auto expected =
      crypto::check_value(crypto::SuiteId::kAes128,
                          crypto::labelled_key(crypto::agree(ours.scalar, point), proof_label));
  if (check_value(proof.handle(), Usage::kDeriveAes) != expected.value)
    base::fail(Fault::kTampered, "the token does not agree under the point that it tells for {}",
               label);
  return point;
}

ObjectHandle Session::agree(const std::string& label, const crypto::PublicPoint& peer) {
  auto point = peer;
  CK_ECDH1_DERIVE_PARAMS input{CKD_NULL, 0, nullptr, point.size(), point.data()};
  CK_MECHANISM mechanism{mechanisms_.number(Mechanism::kAgreement), &input, sizeof input};
  const KeyRules rules{KeyType::kAes256, Usage::kDeriveAes, Lifetime::kSession, Extraction::kNever,
                       "agreed"};
  const auto shape = shape_of(rules, mechanisms_);
  CK_OBJECT_HANDLE made = 0;
  check(functions_.C_DeriveKey(handle_, &mechanism, find_one(CKO_PRIVATE_KEY, label).value,
                               shape->asked.data(), shape->asked.size(), &made),
        "C_DeriveKey with ECDH1");
  return proved(made, shape->expected);
}

void Session::destroy_pair(const std::string& label) {
  for (const auto object_class : {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY})
    for (const auto object : find(object_class, label)) destroy(object);
}

crypto::Ed25519Public Session::generate_signing_pair(const std::string& label) {
  generate_pair(kSigning, label);
  return signing_point(label);
}

crypto::Ed25519Public Session::told_signing_point(const std::string& label) {
  return base::fixed<32>(public_point(label, 32), "Ed25519 key");
}

crypto::Ed25519Public Session::signing_point(const std::string& label) {
  const auto point = told_signing_point(label);
  const auto proof = base::bytes_of(kProofLabel);
  require_signature(label, point, proof, sign(label, proof));
  return point;
}

crypto::Ed25519Signature Session::sign(const std::string& label, base::ByteView message) {
  start_signing(mechanisms_.number(Mechanism::kEd25519Signature), find_one(CKO_PRIVATE_KEY, label));
  crypto::Ed25519Signature signature{};
  CK_ULONG count = signature.size();
  base::Bytes input(message.begin(), message.end());
  check(functions_.C_Sign(handle_, input.data(), input.size(), signature.data(), &count), "C_Sign");
  if (count != signature.size())
    base::fail(Fault::kTampered, "a signature of {} bytes, expected 64", count);
  require_signature(label, told_signing_point(label), message, signature);
  return signature;
}

}  // namespace hsm
