// Secure messaging per suite.
#include "cos-apdu/secure_messaging.h"

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "cos-apdu/door.h"

namespace card {
namespace {

using crypto::Cipher;
using crypto::Direction;

constexpr std::size_t kTdesBlock = 8;
constexpr Byte kPadStart = 0x80;

Cipher cipher_of(crypto::SuiteId suite) {
  return suite == crypto::SuiteId::kSm4 ? Cipher::kSm4 : Cipher::kAes128;
}

Bytes filled(ByteView challenge, std::size_t size) {
  Bytes out(challenge.begin(), challenge.end());
  out.resize(size);
  return out;
}

void check_challenge(crypto::SuiteId suite, std::size_t size) {
  const bool good = suite == crypto::SuiteId::kTdes2 ? size == 4 || size == 8 : size == 16;
  if (!good)
    base::fail(base::Fault::kMalformed, "secure messaging: challenge of {} bytes, expected {}",
               size, sm_challenge_bytes(suite));
}

// LD1 | data | padding back to data.
std::optional<base::SecretBytes> without_frame(ByteView plain, std::size_t block) {
  if (plain.empty() || plain.front() + 1U > plain.size()) return std::nullopt;
  const std::size_t length = plain.front();
  const ByteView tail = plain.subspan(1 + length);
  if (tail.size() > block) return std::nullopt;
  for (std::size_t i = 0; i < tail.size(); ++i)
    if (tail[i] != (i == 0 ? kPadStart : 0)) return std::nullopt;
  return base::SecretBytes::copy_of(plain.subspan(1, length));
}

}  // namespace

Bytes sm_mac(crypto::SuiteId suite, const crypto::Key& key, ByteView challenge, ByteView padded) {
  if (suite == crypto::SuiteId::kTdes2) {
    Bytes whole = crypto::retail_mac_of_blocks(key, filled(challenge, kTdesBlock), padded);
    whole.resize(sm_mac_bytes(suite));
    return whole;
  }
  const auto keys = crypto::transport_keys(suite, key);
  const auto whole = crypto::cmac16(suite, keys.authenticate, base::concat({challenge, padded}));
  return {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(sm_mac_bytes(suite))};
}

Bytes sm_encrypt_blocks(crypto::SuiteId suite, const crypto::Key& key, ByteView challenge,
                        ByteView blocks) {
  if (suite == crypto::SuiteId::kTdes2)
    return crypto::ecb(Cipher::kTdes2, Direction::kEncrypt, key, blocks);
  const auto keys = crypto::transport_keys(suite, key);
  const Cipher cipher = cipher_of(suite);
  const Bytes iv = crypto::ecb(cipher, Direction::kEncrypt, keys.encipher, challenge);
  return crypto::cbc(cipher, Direction::kEncrypt, keys.encipher, iv, blocks);
}

SecureMessaging::SecureMessaging(crypto::SuiteId suite, const crypto::Key& key, Bytes challenge)
    : suite_(suite), key_(key), challenge_(std::move(challenge)) {
  check_challenge(suite_, challenge_.size());
}

Bytes SecureMessaging::mac(ByteView message) const {
  if (suite_ == crypto::SuiteId::kTdes2)
    return sm_mac(suite_, key_, challenge_, crypto::pad80(message, kTdesBlock));
  return sm_mac(suite_, key_, challenge_, message);
}

Bytes SecureMessaging::decrypt_blocks(ByteView cipher_text) const {
  if (suite_ == crypto::SuiteId::kTdes2)
    return crypto::ecb(Cipher::kTdes2, Direction::kDecrypt, key_, cipher_text);
  const auto keys = crypto::transport_keys(suite_, key_);
  const Cipher cipher = cipher_of(suite_);
  const Bytes iv = crypto::ecb(cipher, Direction::kEncrypt, keys.encipher, challenge_);
  return crypto::cbc(cipher, Direction::kDecrypt, keys.encipher, iv, cipher_text);
}

Bytes SecureMessaging::encrypt(ByteView plain) const {
  const std::size_t block = crypto::suite(suite_).block_bytes;
  base::WipedBytes framed{static_cast<Byte>(plain.size())};
  framed.insert(framed.end(), plain.begin(), plain.end());
  const bool always_padded = suite_ != crypto::SuiteId::kTdes2;
  if (always_padded || framed.size() % block != 0) framed.push_back(kPadStart);
  while (framed.size() % block != 0) framed.push_back(0);
  return sm_encrypt_blocks(suite_, key_, challenge_, framed);
}

std::optional<base::SecretBytes> SecureMessaging::decrypt(ByteView cipher_text) const {
  const std::size_t block = crypto::suite(suite_).block_bytes;
  if (cipher_text.empty() || cipher_text.size() % block != 0) return std::nullopt;
  Bytes plain = decrypt_blocks(cipher_text);
  auto out = without_frame(plain, block);
  base::wipe(plain);
  return out;
}

Bytes SecureMessaging::command_under_mac(const CommandApdu& command, ByteView data) const {
  const std::size_t lc = data.size() + sm_mac_bytes(suite_);
  if (lc > kShortData)
    base::fail(base::Fault::kMalformed, "{}: {} data bytes with their MAC, expected at most {}",
               command.name, lc, kShortData);
  return base::Writer()
      .u8(command.cla)
      .u8(command.ins)
      .u8(command.p1)
      .u8(command.p2)
      .u8(static_cast<Byte>(lc))
      .bytes(data)
      .take();
}

CommandApdu SecureMessaging::with_mac(CommandApdu command) const {
  const Bytes code = mac(command_under_mac(command, command.data));
  command.with(code);
  return command;
}

CommandApdu SecureMessaging::enciphered(const CommandApdu& command) const {
  CommandApdu out = command;
  out.data.clear();
  out.with(encrypt(command.data));
  return with_mac(std::move(out));
}

std::optional<base::WipedBytes> SecureMessaging::checked(const CommandApdu& command) const {
  const std::size_t code_bytes = sm_mac_bytes(suite_);
  if (command.data.size() < code_bytes) return std::nullopt;
  const ByteView all = command.data;
  const ByteView data = all.first(all.size() - code_bytes);
  if (!base::equal_in_constant_time(mac(command_under_mac(command, data)), all.last(code_bytes)))
    return std::nullopt;
  return base::WipedBytes(data.begin(), data.end());
}

std::optional<base::SecretBytes> SecureMessaging::deciphered(const CommandApdu& command) const {
  const auto data = checked(command);
  if (!data) return std::nullopt;
  return decrypt(*data);
}

CommandApdu SecureMessaging::protect(const CommandApdu& command, Protection protection) const {
  CommandApdu out = command;
  switch (protection) {
    case Protection::kMac:
      return with_mac(std::move(out));
    case Protection::kEnciphered:
      out.data.clear();
      return out.with(encrypt(command.data));
    case Protection::kEncipheredMac:
      return enciphered(command);
    default:
      base::fail(base::Fault::kMalformed, "{}: not a protection of secure messaging", command.name);
  }
}

std::optional<base::WipedBytes> SecureMessaging::unprotect(const CommandApdu& command,
                                                           Protection protection) const {
  if (protection == Protection::kMac) return checked(command);
  if (protection != Protection::kEnciphered && protection != Protection::kEncipheredMac)
    base::fail(base::Fault::kMalformed, "not a protection of secure messaging");
  const bool bare = protection == Protection::kEnciphered;
  const auto plain = bare ? decrypt(command.data) : deciphered(command);
  if (!plain) return std::nullopt;
  const ByteView bytes = plain->reveal(SecretDoor::open());
  return base::WipedBytes(bytes.begin(), bytes.end());
}

CommandApdu SecureMessaging::enciphered_read(CommandApdu command, Byte wanted) const {
  Bytes block{wanted, kPadStart};
  block.resize(crypto::suite(suite_).block_bytes);
  command.data.clear();
  command.with(sm_encrypt_blocks(suite_, key_, challenge_, block));
  return with_mac(std::move(command));
}

std::optional<Byte> SecureMessaging::wanted(const CommandApdu& command) const {
  const auto cipher_text = checked(command);
  const std::size_t block = crypto::suite(suite_).block_bytes;
  if (!cipher_text || cipher_text->size() != block) return std::nullopt;
  const Bytes plain = decrypt_blocks(*cipher_text);
  Bytes expected{plain.front(), kPadStart};
  expected.resize(block);
  if (!base::equal(plain, expected)) return std::nullopt;
  return plain.front();
}

Bytes SecureMessaging::answer_with_mac(ByteView data) const {
  return base::concat({data, mac(data)});
}

Bytes SecureMessaging::enciphered_answer(ByteView data) const {
  return answer_with_mac(encrypt(data));
}

Bytes SecureMessaging::checked_answer(ByteView answer) const {
  const std::size_t code_bytes = sm_mac_bytes(suite_);
  if (answer.size() < code_bytes)
    base::fail(base::Fault::kTampered, "secure messaging: the answer has no MAC");
  const ByteView data = answer.first(answer.size() - code_bytes);
  if (!base::equal_in_constant_time(mac(data), answer.last(code_bytes)))
    base::fail(base::Fault::kTampered, "secure messaging: the answer's MAC does not hold");
  return {data.begin(), data.end()};
}

base::SecretBytes SecureMessaging::deciphered_answer(ByteView answer) const {
  auto plain = decrypt(checked_answer(answer));
  if (!plain) base::fail(base::Fault::kTampered, "secure messaging: the answer's padding is wrong");
  return std::move(*plain);
}

}  // namespace card
