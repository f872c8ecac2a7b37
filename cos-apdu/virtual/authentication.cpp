// INTERNAL and EXTERNAL AUTHENTICATE with the keys of a key file (card reference §3.1).
#include "base/crypto/cipher.h"
#include "cos-apdu/virtual/file_system.h"
#include "cos-apdu/virtual/interoperability.h"
#include "cos-apdu/virtual/key_file.h"

namespace card::chip {
namespace {

using crypto::Cipher;
using crypto::Direction;

constexpr std::size_t kBlock = 8;
constexpr std::size_t kMacBytes = 4;

struct InternalUse {
  Byte p1;
  KeyType type;
  Bytes (*compute)(const crypto::Key& key, ByteView data);
};

Bytes encrypt(const crypto::Key& key, ByteView data) {
  return crypto::ecb(Cipher::kTdes2, Direction::kEncrypt, key, data);
}

Bytes decrypt(const crypto::Key& key, ByteView data) {
  return crypto::ecb(Cipher::kTdes2, Direction::kDecrypt, key, data);
}

Bytes mac(const crypto::Key& key, ByteView data) {
  Bytes whole = crypto::retail_mac(key, Bytes(kBlock), data);
  whole.resize(kMacBytes);
  return whole;
}

constexpr std::array kInternalUses = {
    InternalUse{0x00, KeyType::kEncrypt, encrypt},
    InternalUse{0x01, KeyType::kDecrypt, decrypt},
    InternalUse{0x02, KeyType::kMac, mac},
};

StatusWord check_use(Context& card, const StoredKey& key) {
  return is_permitted(card, key.header.use_right) ? status::kOk : status::kSecurityNotSatisfied;
}

}  // namespace

Answer internal_authenticate(Context& card, const CommandApdu& command) {
  const auto& use = kInternalUses.at(command.p1);
  if (use.type != KeyType::kMac && command.data.size() % kBlock != 0)
    return refused(status::kWrongLength);
  const auto key = find_stored_key(card, use.type, command.p2);
  if (!key) return refused(status::kKeyNotFound);
  if (const auto word = check_use(card, *key); !word.is_ok()) return refused(word);
  return done(use.compute(working_key(*key), command.data));
}

Answer external_authenticate(Context& card, const CommandApdu& command) {
  auto key = find_stored_key(card, KeyType::kAuthenticate, command.p2);
  if (!key) return refused(status::kKeyNotFound);
  if (const auto word = check_use(card, *key); !word.is_ok()) return refused(word);
  if (card.ram.challenge.size() > kBlock) return refused(status::kNoChallenge);
  const auto holds = [&](const crypto::Key& authentic) {
    const auto expected =
        crypto::authentication_cryptogram(crypto::SuiteId::kTdes2, authentic, card.ram.challenge);
    return base::equal_in_constant_time(expected, command.data);
  };
  const StatusWord word = check_stored_key(card, *key, holds, status::kVerificationFailed);
  if (word == status::kVerificationFailed)
    return refused(status::tries_left(layout::tries_left(key->header.counter)));
  if (word.is_ok()) reach_state(card, key->header.post_state);
  return said(word);
}

}  // namespace card::chip
