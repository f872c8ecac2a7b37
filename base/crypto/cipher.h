// Raw ciphers by name; everything above speaks in suites.
#pragma once

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

using base::Bytes;
using base::ByteView;
using base::FixedBytes;
using base::SecretBytes;

enum class Cipher { kDes, kTdes2, kAes128, kAes256, kSm4 };
enum class Direction { kEncrypt, kDecrypt };

std::size_t block_bytes(Cipher cipher);
std::size_t key_bytes(Cipher cipher);

// No padding: `data` is whole blocks (kMalformed otherwise). DES is EDE with K|K|K, because the
// default provider of OpenSSL 3 has no single DES.
Bytes ecb(Cipher cipher, Direction direction, const SecretBytes& key, ByteView data);
Bytes cbc(Cipher cipher, Direction direction, const SecretBytes& key, ByteView iv, ByteView data);

// The same where the result is a secret.
SecretBytes ecb_secret(Cipher cipher, Direction direction, const SecretBytes& key,
                       const SecretBytes& data);

// 80 00… to a multiple of `block`; a whole block is added to what is already a multiple.
Bytes pad80(ByteView data, std::size_t block);

// CBC-MAC of the padded data, whole last block.
Bytes cbc_mac(Cipher cipher, const SecretBytes& key, ByteView iv, ByteView data);

// ISO/IEC 9797-1 algorithm 3 under a two-key 3DES key, 8 bytes.
Bytes retail_mac(const SecretBytes& key16, ByteView iv8, ByteView data);
// The same over whole blocks that the caller padded.
Bytes retail_mac_of_blocks(const SecretBytes& key16, ByteView iv8, ByteView blocks);

// NIST SP 800-38B; 16 bytes, or 8 for a 3DES key.
Bytes cmac(Cipher cipher, const SecretBytes& key, ByteView data);

// RFC 3394 under AES or SM4; content a multiple of 8 bytes, at least 16.
Bytes key_wrap(Cipher cipher, const SecretBytes& wrapping, const SecretBytes& content);
SecretBytes key_unwrap(Cipher cipher, const SecretBytes& wrapping, ByteView wrapped);

SecretBytes with_odd_parity(SecretBytes key);
SecretBytes xor_of(const SecretBytes& a, const SecretBytes& b);

}  // namespace crypto
