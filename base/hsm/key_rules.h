// What a key in a token may do. Every rule is written into the object and read back; a readable key
// cannot be asked for.
#pragma once

#include <cstdint>
#include <string>

#include "base/core/bytes.h"

namespace hsm {

// Names an object of the token while its session lives.
struct ObjectHandle {
  unsigned long value = 0;
  bool operator==(const ObjectHandle&) const = default;
};

enum class KeyType : std::uint8_t { kAes128, kAes256, kDes2 };

// One usage per key, and the one mechanism that it is allowed.
enum class Usage : std::uint8_t {
  kDeriveAes,   // AES_ECB_ENCRYPT_DATA
  kDeriveDes3,  // DES3_ECB_ENCRYPT_DATA
  kWrap,        // AES_KEY_WRAP
  kUnwrap,      // AES_KEY_WRAP
  kSign,        // AES_CMAC
};

enum class Lifetime : std::uint8_t { kSession, kToken };

// kWrapped: sensitive, but may leave the token wrapped under another key.
enum class Extraction : std::uint8_t { kNever, kWrapped };

struct KeyRules {
  KeyType type = KeyType::kAes128;
  Usage usage = Usage::kDeriveAes;
  Lifetime lifetime = Lifetime::kSession;
  Extraction extraction = Extraction::kNever;
  std::string label;
};

std::size_t bytes_of(KeyType type);

}  // namespace hsm
