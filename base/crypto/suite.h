// The three cipher suites of cards and keys, as data: one record, one set of rules.
//
//              tdes2 (00)                     sm4 (04), aes128 (05)
// diversify    E(K, F8) | E(K, not F8),       E(K, F8 | not F8)
//              then odd parity
// session key  8 bytes, E(K, block8)          16 bytes, E(K, X | 80 | 00…)
// MAC          DES-CBC, padded, left 4        CMAC, left 4
// TAC          the same under KL xor KR       CMAC under the whole key
// check value  E(K, 0), left 3 (method 01); CMAC(0), left 5 (method 02, components only)
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

using base::Bytes;
using base::ByteView;
using base::FixedBytes;
using base::SecretBytes;

enum class SuiteId : std::uint8_t { kTdes2 = 0x00, kSm4 = 0x04, kAes128 = 0x05 };

struct Suite {
  SuiteId id;
  std::string_view name;
  std::size_t block_bytes;
  std::size_t session_key_bytes;
};

inline constexpr std::array kSuites = {
    Suite{SuiteId::kTdes2, "tdes2", 8, 8},
    Suite{SuiteId::kSm4, "sm4", 16, 16},
    Suite{SuiteId::kAes128, "aes128", 16, 16},
};

// All throw kMalformed for what is not in the table.
const Suite& suite(SuiteId id);
SuiteId parse_suite(std::string_view name);
SuiteId suite_of_byte(std::uint8_t id);

inline constexpr std::size_t kKeyBytes = 16;

// Every long-lived key is 16 bytes; the type says that it is one.
using Key = SecretBytes;

Key random_key(SuiteId id);

// F8 is public; see derivation/factor.h for which eight bytes are factors at all.
Key diversify(SuiteId id, const Key& key, const FixedBytes<8>& factor);

// `block` is X of the table: 4 + 2 + 2 bytes for purse sessions, 4 bytes for the grey lock's second
// step. For tdes2 X is filled to eight bytes with 80 00…; a grey-lock second step (key of 8 bytes)
// is single DES.
SecretBytes session_key(SuiteId id, const SecretBytes& key, ByteView block);

FixedBytes<4> mac4(SuiteId id, const SecretBytes& session_key, ByteView data);
FixedBytes<4> tac4(SuiteId id, const Key& tac_key, ByteView data);

// Challenge-response: E(K, challenge), the challenge filled with zeros to one block.
Bytes authentication_cryptogram(SuiteId id, const Key& key, ByteView challenge);

// The transport sub-keys of a card (key-protocol.md §4): B(KT, 31 | 0…), B(KT, 32 | 0…). KT is AES,
// or SM4 in an sm4 home, never two-key 3DES.
struct TransportKeys {
  Key encipher;
  Key authenticate;
};

TransportKeys transport_keys(SuiteId id, const Key& transport);

// RFC 3394 with AES-128 (SM4 in an sm4 home): 16 bytes become 24. unwrap throws kTampered.
Bytes wrap(SuiteId id, const Key& wrapping, const SecretBytes& content);
SecretBytes unwrap(SuiteId id, const Key& wrapping, ByteView wrapped);

// CMAC with the suite's 16-byte-block cipher (AES for tdes2), 16 bytes.
FixedBytes<16> cmac16(SuiteId id, const Key& key, ByteView data);

// Public: what a log and a screen may show of a key.
struct Kcv {
  FixedBytes<3> value{};
  bool operator==(const Kcv&) const = default;
};

// Throws kTampered for an all-zero value: no key has one.
Kcv check_value(SuiteId id, const Key& key);
Kcv kcv_of_bytes(ByteView three_bytes);
std::string format(const Kcv& kcv);

// Method 02, five bytes; for a component, and for its holder's eyes only.
FixedBytes<5> component_check_value(SuiteId id, const SecretBytes& component);

}  // namespace crypto
