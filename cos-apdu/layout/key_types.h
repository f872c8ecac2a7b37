// The keys of an interoperability card's key files: types, rights, error counters, and the forms in
// which WRITE KEY carries them.
//
// Type byte: 30 to 3F, + 40 updates need a MAC, + C0 updates are enciphered and need a MAC.
// Rights are access bytes (access.h). An error counter byte has the tries at most in its high and
// those left in its low half; FF counts nothing.
#pragma once

#include <array>
#include <string_view>

#include "cos-apdu/layout/access.h"
#include "cos-apdu/secure_messaging.h"

namespace card::layout {

using base::Bytes;
using base::ByteView;

enum class KeyType : Byte {
  kEncrypt = 0x30,
  kDecrypt = 0x31,
  kMac = 0x32,
  kTac = 0x34,
  kLine = 0x36,
  kPinUnblock = 0x37,
  kPinReload = 0x38,
  kAuthenticate = 0x39,  // number 00 is the control key of its directory
  kPin = 0x3A,
  kOverdraft = 0x3C,
  kUnload = 0x3D,
  kPurchase = 0x3E,
  kLoad = 0x3F,
};

// What the fourth and fifth byte of a key's data are.
enum class KeyFields {
  kVersionAlgorithm,
  kCounter,  // FF, error counter
  kStateCounter,
};

struct KeyTypeRow {
  KeyType type;
  std::string_view name;
  std::string_view chinese;
  KeyFields fields;
  std::array<std::size_t, 2> lengths;  // either one; of a PIN least and most
};

inline constexpr std::array kKeyTypes = {
    KeyTypeRow{KeyType::kEncrypt, "encrypt", "DES加密", KeyFields::kVersionAlgorithm, {8, 16}},
    KeyTypeRow{KeyType::kDecrypt, "decrypt", "DES解密", KeyFields::kVersionAlgorithm, {8, 16}},
    KeyTypeRow{KeyType::kMac, "MAC", "DES MAC", KeyFields::kVersionAlgorithm, {8, 16}},
    KeyTypeRow{KeyType::kTac, "TAC", "内部密钥", KeyFields::kVersionAlgorithm, {16, 16}},
    KeyTypeRow{KeyType::kLine, "line protection", "文件线路保护", KeyFields::kCounter, {8, 16}},
    KeyTypeRow{KeyType::kPinUnblock, "PIN unblock", "解锁口令", KeyFields::kCounter, {8, 16}},
    KeyTypeRow{KeyType::kPinReload, "PIN reload", "重装口令", KeyFields::kCounter, {16, 16}},
    KeyTypeRow{
        KeyType::kAuthenticate, "authenticate", "外部认证", KeyFields::kStateCounter, {8, 16}},
    KeyTypeRow{KeyType::kPin, "PIN", "口令", KeyFields::kStateCounter, {2, 8}},
    KeyTypeRow{
        KeyType::kOverdraft, "overdraft", "修改透支", KeyFields::kVersionAlgorithm, {16, 16}},
    KeyTypeRow{KeyType::kUnload, "unload", "圈提与解灰", KeyFields::kVersionAlgorithm, {16, 16}},
    KeyTypeRow{
        KeyType::kPurchase, "purchase", "消费与灰锁", KeyFields::kVersionAlgorithm, {16, 16}},
    KeyTypeRow{KeyType::kLoad, "load", "圈存", KeyFields::kVersionAlgorithm, {16, 16}},
};

inline constexpr Byte kThreeOfThree = 0x33;
inline constexpr Byte kNoLimit = 0xFF;

constexpr unsigned tries_left(Byte counter) {
  return counter & 0x0FU;
}

constexpr bool is_exhausted(Byte counter) {
  return counter != kNoLimit && tries_left(counter) == 0;
}

constexpr Byte counted_down(Byte counter) {
  return counter == kNoLimit || is_exhausted(counter) ? counter : static_cast<Byte>(counter - 1U);
}

constexpr Byte restored(Byte counter) {
  return static_cast<Byte>((counter & 0xF0U) | (counter >> 4U));
}

struct KeyHeader {
  KeyType type = KeyType::kAuthenticate;
  Protection updating = Protection::kPlain;
  Byte use_right = kAccessAlways;
  Byte change_right = kAccessAlways;
  Byte version = 0;
  Byte algorithm = 0;
  Byte post_state = 0;  // low half: what the directory register becomes
  Byte counter = kThreeOfThree;

  bool operator==(const KeyHeader&) const = default;
};

// type1 use1 change1 version1 algorithm1 postState1 counter1, the type with its modifiers
inline constexpr std::size_t kKeyHeaderBytes = 7;
Bytes encode(const KeyHeader& header);
KeyHeader decode_key_header(ByteView bytes);

struct KeyEntry {
  KeyHeader header{};
  Byte number = 0;
  base::SecretBytes value{};
};

// P1 and P2 of WRITE KEY. Type 01 adds a key, whose type stands in the data.
struct KeyTarget {
  Byte type = 0;
  Byte number = 0;
};

inline constexpr Byte kAddKey = 0x01;

// The data of WRITE KEY in clear, in two makers' forms that their length tells apart:
//   FMCOS  type1 use1 change1 fields2 key    13 or 21 bytes, PIN 7 to 13
//   Huada  version1 algorithm1 counter1 state1 key16    20 bytes
enum class KeyForm { kFmcos, kHuada };

constexpr KeyForm key_form_of(std::size_t data_bytes) {
  return data_bytes == 20 ? KeyForm::kHuada : KeyForm::kFmcos;
}

// Type numbers of the Huada form; rights are open, updates enciphered with MAC. Throws kMalformed
// (6A80): unknown type, a length that the type has not, a type other than P1 says, a counter of
// more tries left than there are.
KeyEntry decode_key_entry(KeyTarget target, ByteView data);

struct HuadaTypeRow {
  Byte theirs;
  KeyType type;
  Byte first_number;  // ours is this and theirs together
  std::string_view name;
};

// Composite purchase, block and unblock keys have no type of their own here.
inline constexpr std::array kHuadaTypes = {
    HuadaTypeRow{0x03, KeyType::kPurchase, 0x10, "composite purchase"},
    HuadaTypeRow{0x04, KeyType::kPinUnblock, 0x00, "PIN unblock"},
    HuadaTypeRow{0x05, KeyType::kPinReload, 0x00, "PIN reload"},
    HuadaTypeRow{0x06, KeyType::kPurchase, 0x00, "purchase"},
    HuadaTypeRow{0x07, KeyType::kLoad, 0x00, "load"},
    HuadaTypeRow{0x08, KeyType::kTac, 0x00, "TAC"},
    HuadaTypeRow{0x09, KeyType::kUnload, 0x00, "unload"},
    HuadaTypeRow{0x0A, KeyType::kOverdraft, 0x00, "overdraft"},
    HuadaTypeRow{0x33, KeyType::kLine, 0x10, "application block"},
    HuadaTypeRow{0x34, KeyType::kLine, 0x20, "application unblock"},
    HuadaTypeRow{0x36, KeyType::kLine, 0x00, "maintenance"},
    HuadaTypeRow{0x39, KeyType::kAuthenticate, 0x00, "control"},
    HuadaTypeRow{0x50, KeyType::kLine, 0x30, "application maintenance"},
};

}  // namespace card::layout
