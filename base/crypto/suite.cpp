#include "base/crypto/suite.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "base/crypto/door.h"
#include "base/crypto/random.h"

namespace crypto {

namespace {

constexpr std::size_t kTransportLabelBytes = 16;
constexpr base::Byte kEncipherLabel = 0x31;
constexpr base::Byte kAuthenticateLabel = 0x32;

Cipher cipher_of(SuiteId id) {
  switch (id) {
    case SuiteId::kTdes2:
      return Cipher::kTdes2;
    case SuiteId::kSm4:
      return Cipher::kSm4;
    case SuiteId::kAes128:
      return Cipher::kAes128;
  }
  base::fail(base::Fault::kMalformed, "no such suite");
}

// Keys that carry other keys are never two-key 3DES.
Cipher carrying_cipher(SuiteId id) {
  return id == SuiteId::kSm4 ? Cipher::kSm4 : Cipher::kAes128;
}

SecretBytes encrypted(Cipher cipher, const SecretBytes& key, ByteView block) {
  return ecb_secret(cipher, Direction::kEncrypt, key, SecretBytes::copy_of(block));
}

Bytes filled(ByteView data, std::size_t block) {
  Bytes out(data.begin(), data.end());
  if (out.size() < block) out.push_back(0x80);
  if (out.size() > block) base::fail(base::Fault::kMalformed, "session block too long");
  out.resize(block, 0x00);
  return out;
}

}  // namespace

const Suite& suite(SuiteId id) {
  const auto* const found =
      std::find_if(kSuites.begin(), kSuites.end(), [&](const Suite& row) { return row.id == id; });
  if (found == kSuites.end()) base::fail(base::Fault::kMalformed, "no such suite");
  return *found;
}

SuiteId parse_suite(std::string_view name) {
  for (const Suite& row : kSuites) {
    if (row.name == name) return row.id;
  }
  base::fail(base::Fault::kMalformed, "suite: tdes2, sm4 or aes128 expected");
}

SuiteId suite_of_byte(std::uint8_t id) {
  return suite(static_cast<SuiteId>(id)).id;
}

Key random_key(SuiteId id) {
  Key key = random_secret(kKeyBytes);
  return id == SuiteId::kTdes2 ? with_odd_parity(std::move(key)) : std::move(key);
}

Key diversify(SuiteId id, const Key& key, const FixedBytes<8>& factor) {
  Bytes block(factor.begin(), factor.end());
  for (const base::Byte byte : factor) block.push_back(static_cast<base::Byte>(~byte));
  Key child = encrypted(cipher_of(id), key, block);
  return id == SuiteId::kTdes2 ? with_odd_parity(std::move(child)) : std::move(child);
}

SecretBytes session_key(SuiteId id, const SecretBytes& key, ByteView block) {
  const bool second_step = id == SuiteId::kTdes2 && key.size() == 8;
  const Cipher cipher = second_step ? Cipher::kDes : cipher_of(id);
  return encrypted(cipher, key, filled(block, block_bytes(cipher)));
}

FixedBytes<4> mac4(SuiteId id, const SecretBytes& session_key, ByteView data) {
  if (id != SuiteId::kTdes2) {
    const Bytes mac = cmac(cipher_of(id), session_key, data);
    return base::fixed<4>(ByteView(mac).first(4));
  }
  const FixedBytes<8> zero_iv{};
  const Bytes mac = cbc_mac(Cipher::kDes, session_key, zero_iv, data);
  return base::fixed<4>(ByteView(mac).first(4));
}

FixedBytes<4> tac4(SuiteId id, const Key& tac_key, ByteView data) {
  if (id != SuiteId::kTdes2) return mac4(id, tac_key, data);
  const ByteView key = tac_key.reveal(SecretDoor::open());
  const SecretBytes folded =
      xor_of(SecretBytes::copy_of(key.first(8)), SecretBytes::copy_of(key.last(8)));
  return mac4(id, folded, data);
}

Bytes authentication_cryptogram(SuiteId id, const Key& key, ByteView challenge) {
  const Cipher cipher = cipher_of(id);
  Bytes block(challenge.begin(), challenge.end());
  if (block.size() > block_bytes(cipher)) {
    base::fail(base::Fault::kMalformed, "challenge of {} bytes is too long", block.size());
  }
  block.resize(block_bytes(cipher), 0x00);
  return ecb(cipher, Direction::kEncrypt, key, block);
}

TransportKeys transport_keys(SuiteId id, const Key& transport) {
  const auto sub_key = [&](base::Byte label) {
    Bytes block(kTransportLabelBytes, 0x00);
    block[0] = label;
    return encrypted(carrying_cipher(id), transport, block);
  };
  return {sub_key(kEncipherLabel), sub_key(kAuthenticateLabel)};
}

Bytes wrap(SuiteId id, const Key& wrapping, const SecretBytes& content) {
  return key_wrap(carrying_cipher(id), wrapping, content);
}

SecretBytes unwrap(SuiteId id, const Key& wrapping, ByteView wrapped) {
  return key_unwrap(carrying_cipher(id), wrapping, wrapped);
}

FixedBytes<16> cmac16(SuiteId id, const Key& key, ByteView data) {
  return base::fixed<16>(cmac(carrying_cipher(id), key, data));
}

Kcv check_value(SuiteId id, const Key& key) {
  const Bytes zero(suite(id).block_bytes, 0x00);
  const SecretBytes block = encrypted(cipher_of(id), key, zero);
  return kcv_of_bytes(block.reveal(SecretDoor::open()).first(3));
}

Kcv kcv_of_bytes(ByteView three_bytes) {
  const Kcv kcv{base::fixed<3>(three_bytes, "check value")};
  if (kcv == Kcv{}) base::fail(base::Fault::kTampered, "check value 000000: no key has it");
  return kcv;
}

std::string format(const Kcv& kcv) {
  return base::to_hex(kcv.value);
}

FixedBytes<5> component_check_value(SuiteId id, const SecretBytes& component) {
  return base::fixed<5>(ByteView(cmac(carrying_cipher(id), component, Bytes(16, 0))).first(5));
}

}  // namespace crypto
