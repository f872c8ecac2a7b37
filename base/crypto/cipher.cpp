#include "base/crypto/cipher.h"

#include <algorithm>
#include <array>
#include <bit>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "base/core/error.h"
#include "base/crypto/door.h"
#include "base/crypto/openssl_call.h"

namespace crypto {

namespace {

using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

struct CipherRow {
  Cipher cipher;
  std::size_t block;
  std::size_t key;
  const char* ecb;
  const char* cbc;
};

constexpr std::array kCiphers = {
    CipherRow{Cipher::kDes, 8, 8, "DES-EDE3-ECB", "DES-EDE3-CBC"},
    CipherRow{Cipher::kTdes2, 8, 16, "DES-EDE-ECB", "DES-EDE-CBC"},
    CipherRow{Cipher::kAes128, 16, 16, "AES-128-ECB", "AES-128-CBC"},
    CipherRow{Cipher::kAes256, 16, 32, "AES-256-ECB", "AES-256-CBC"},
    CipherRow{Cipher::kSm4, 16, 16, "SM4-ECB", "SM4-CBC"},
};

constexpr const CipherRow& row(Cipher cipher) {
  return kCiphers.at(static_cast<std::size_t>(cipher));
}

// Fetched once for the life of the process: fetching costs more than a short encryption.
EVP_CIPHER* fetched(const char* name) {
  struct Entry {
    const char* name;
    Owned<EVP_CIPHER, EVP_CIPHER_free> cipher;
  };

  static const std::array<Entry, kCiphers.size()* 2> entries = [] {
    std::array<Entry, kCiphers.size() * 2> all;
    std::size_t at = 0;
    for (const CipherRow& one : kCiphers) {
      for (const char* text : {one.ecb, one.cbc}) {
        all.at(at++) = {
            text, Owned<EVP_CIPHER, EVP_CIPHER_free>(EVP_CIPHER_fetch(nullptr, text, nullptr))};
      }
    }
    return all;
  }();
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  check_openssl(found != entries.end() && found->cipher != nullptr, name);
  return found->cipher.get();
}

void run(Cipher cipher, const char* name, Direction direction, const SecretBytes& key, ByteView iv,
         ByteView data, std::span<base::Byte> out) {
  const CipherRow& shape = row(cipher);
  if (key.size() != shape.key) {
    base::fail(base::Fault::kMalformed, "key of {} bytes, expected {}", key.size(), shape.key);
  }
  if (data.size() % shape.block != 0) {
    base::fail(base::Fault::kMalformed, "{} bytes are not whole blocks of {}", data.size(),
               shape.block);
  }
  const CipherContext context(EVP_CIPHER_CTX_new());
  check_openssl(context != nullptr, "cipher context");
  const int encrypt = direction == Direction::kEncrypt ? 1 : 0;
  const ByteView plain_key = key.reveal(SecretDoor::open());
  std::array<base::Byte, 24> tripled{};
  const base::Byte* key_data = plain_key.data();
  if (cipher == Cipher::kDes) {
    for (std::size_t at = 0; at < tripled.size(); ++at) tripled.at(at) = plain_key[at % 8];
    key_data = tripled.data();
  }
  const base::Byte* iv_data = iv.empty() ? nullptr : iv.data();
  const bool ready =
      EVP_CipherInit_ex2(context.get(), fetched(name), key_data, iv_data, encrypt, nullptr) == 1;
  base::wipe(tripled);
  check_openssl(ready, name);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  int written = 0;
  int last = 0;
  check_openssl(EVP_CipherUpdate(context.get(), out.data(), &written, data.data(),
                                 static_cast<int>(data.size())) == 1,
                name);
  check_openssl(EVP_CipherFinal_ex(context.get(), out.data() + written, &last) == 1, name);
}

FixedBytes<16> double_in_field(FixedBytes<16> block, std::size_t size) {
  const base::Byte feedback = size == 16 ? 0x87 : 0x1B;
  base::Byte carry = 0;
  for (std::size_t at = size; at-- > 0;) {
    const auto next = static_cast<base::Byte>(block.at(at) >> 7U);
    block.at(at) = static_cast<base::Byte>(block.at(at) << 1U | carry);
    carry = next;
  }
  if (carry != 0) block.at(size - 1) ^= feedback;
  return block;
}

}  // namespace

std::size_t block_bytes(Cipher cipher) {
  return row(cipher).block;
}

std::size_t key_bytes(Cipher cipher) {
  return row(cipher).key;
}

Bytes ecb(Cipher cipher, Direction direction, const SecretBytes& key, ByteView data) {
  Bytes out(data.size());
  run(cipher, row(cipher).ecb, direction, key, {}, data, out);
  return out;
}

Bytes cbc(Cipher cipher, Direction direction, const SecretBytes& key, ByteView iv, ByteView data) {
  if (iv.size() != row(cipher).block) {
    base::fail(base::Fault::kMalformed, "iv of {} bytes, expected {}", iv.size(),
               row(cipher).block);
  }
  Bytes out(data.size());
  run(cipher, row(cipher).cbc, direction, key, iv, data, out);
  return out;
}

SecretBytes ecb_secret(Cipher cipher, Direction direction, const SecretBytes& key,
                       const SecretBytes& data) {
  SecretBytes out(data.size());
  run(cipher, row(cipher).ecb, direction, key, {}, data.reveal(SecretDoor::open()),
      out.reveal_for_writing(SecretDoor::open()));
  return out;
}

Bytes pad80(ByteView data, std::size_t block) {
  Bytes padded(data.begin(), data.end());
  padded.push_back(0x80);
  padded.resize((padded.size() + block - 1) / block * block, 0x00);
  return padded;
}

Bytes cbc_mac(Cipher cipher, const SecretBytes& key, ByteView iv, ByteView data) {
  const std::size_t block = row(cipher).block;
  const Bytes chain = cbc(cipher, Direction::kEncrypt, key, iv, pad80(data, block));
  return {chain.end() - static_cast<std::ptrdiff_t>(block), chain.end()};
}

Bytes retail_mac(const SecretBytes& key16, ByteView iv8, ByteView data) {
  return retail_mac_of_blocks(key16, iv8, pad80(data, row(Cipher::kDes).block));
}

Bytes retail_mac_of_blocks(const SecretBytes& key16, ByteView iv8, ByteView blocks) {
  if (key16.size() != 16) base::fail(base::Fault::kMalformed, "retail MAC: 16-byte key expected");
  const ByteView key = key16.reveal(SecretDoor::open());
  const SecretBytes left = SecretBytes::copy_of(key.first(8));
  const SecretBytes right = SecretBytes::copy_of(key.last(8));
  const Bytes chain = cbc(Cipher::kDes, Direction::kEncrypt, left, iv8, blocks);
  const ByteView mac = ByteView(chain).last(row(Cipher::kDes).block);
  const Bytes middle = ecb(Cipher::kDes, Direction::kDecrypt, right, mac);
  return ecb(Cipher::kDes, Direction::kEncrypt, left, middle);
}

Bytes cmac(Cipher cipher, const SecretBytes& key, ByteView data) {
  // OpenSSL's CMAC has no SM4, so the last-block rule of SP 800-38B stands here for all ciphers.
  const std::size_t block = row(cipher).block;
  FixedBytes<16> sub_key{};
  Bytes zero(block, 0);
  Bytes first = ecb(cipher, Direction::kEncrypt, key, zero);
  std::copy(first.begin(), first.end(), sub_key.begin());
  sub_key = double_in_field(sub_key, block);
  const bool whole = !data.empty() && data.size() % block == 0;
  if (!whole) sub_key = double_in_field(sub_key, block);
  Bytes message = whole ? Bytes(data.begin(), data.end()) : pad80(data, block);
  for (std::size_t at = 0; at < block; ++at) {
    message[message.size() - block + at] ^= sub_key.at(at);
  }
  const Bytes chain = cbc(cipher, Direction::kEncrypt, key, zero, message);
  base::wipe(first);
  base::wipe(sub_key);
  base::wipe(message);
  return {chain.end() - static_cast<std::ptrdiff_t>(block), chain.end()};
}

SecretBytes with_odd_parity(SecretBytes key) {
  for (base::Byte& byte : key.reveal_for_writing(SecretDoor::open())) {
    const bool odd = std::popcount(static_cast<unsigned>(byte >> 1U)) % 2 != 0;
    byte = static_cast<base::Byte>((byte & 0xFEU) | (odd ? 0U : 1U));
  }
  return key;
}

SecretBytes xor_of(const SecretBytes& a, const SecretBytes& b) {
  if (a.size() != b.size()) base::fail(base::Fault::kMalformed, "secrets of one length expected");
  SecretBytes out = a.duplicate();
  const auto into = out.reveal_for_writing(SecretDoor::open());
  const ByteView with = b.reveal(SecretDoor::open());
  for (std::size_t at = 0; at < into.size(); ++at) into[at] ^= with[at];
  return out;
}

}  // namespace crypto
