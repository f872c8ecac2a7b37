// How a secret travels between two holders of P-256 keys, both cards or a card and a host: AES key
// wrap and CMAC under labelled keys of their agreed x coordinate.
//
//   key n   labelled_key(x, name | n1 | context), n = 01 wrapping, 02 MAC, 03 session
//   sealed  AES-KW(key 01, content) | CMAC(key 02, head | wrapped) 16
//
// `context` says between whom and for what; `head` is sent in clear beside the sealed bytes.
#pragma once

#include <string_view>

#include "base/core/bytes.h"
#include "base/core/secret.h"
#include "base/crypto/p256.h"

namespace card::layout {

using base::Bytes;
using base::ByteView;
using base::FixedBytes;

namespace seal_name {
inline constexpr std::string_view kInstall = "WK/install1";      // context: serial8
inline constexpr std::string_view kComponent = "WK/component1";  // context: fingerprint32 leader1
inline constexpr std::string_view kReveal = "WK/reveal1";        // context: fingerprint32 leader1
inline constexpr std::string_view kCopy = "WK/copy1";            // context: fingerprint32 seats2
inline constexpr std::string_view kPart = "WK/part1";            // context: fingerprint32 seats2
inline constexpr std::string_view kPartBack = "WK/partback1";    // context: fingerprint32 seats2
inline constexpr std::string_view kFreeze = "WK/freeze1";        // context: fingerprint32 seat1
inline constexpr std::string_view kPair = "WK/pair1";            // context: fingerprint32 pair10
inline constexpr std::string_view kOpen = "WK/open1";          // context: pair10 orderHash32 count2
inline constexpr std::string_view kShareIn = "WK/share1";      // context: serial8 slot1
inline constexpr std::string_view kShareOut = "WK/shareout1";  // context: serial8 slot1
}  // namespace seal_name

inline constexpr std::size_t kSealMacBytes = 16;
inline constexpr std::size_t kPointBytes = 65;

constexpr std::size_t sealed_bytes(std::size_t content) {
  return content + 8 + kSealMacBytes;
}

// What two parties agree on for one purpose.
class Sealing {
 public:
  Sealing(const base::SecretBytes& scalar, const crypto::PublicPoint& peer, std::string_view name,
          ByteView context);

  // `content` is a multiple of 8 bytes, at least 16.
  Bytes seal(ByteView head, const base::SecretBytes& content) const;

  // Throws kTampered when the MAC does not hold.
  base::SecretBytes open(ByteView head, ByteView sealed) const;

  FixedBytes<kSealMacBytes> mac(ByteView message) const;

  base::SecretBytes session_key() const { return key(0x03); }

 private:
  base::SecretBytes key(base::Byte number) const;

  base::SecretBytes agreed_;
  std::string_view name_;
  Bytes context_;
};

// To a point, from a key made for this one message: eph65 | sealed.
Bytes seal_to(const crypto::PublicPoint& to, std::string_view name, ByteView context, ByteView head,
              const base::SecretBytes& content);

// Throws kMalformed when eph65 is no point, kTampered when the MAC does not hold.
base::SecretBytes open_sealed_to(const base::SecretBytes& scalar, std::string_view name,
                                 ByteView context, ByteView head, ByteView eph_and_sealed);

}  // namespace card::layout
