// Which number a token knows each mechanism by: PKCS#11's own, unless a map file says otherwise.
//
// A map says what a maker's manual says, and is believed as little as the token: whether a number is
// the mechanism that we mean is decided by the proof of its row, each time the token is opened.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/crypto/hash.h"

namespace hsm {

// The order is that of the table below.
enum class Mechanism : std::uint8_t {
  kDeriveAes,
  kDeriveDes3,
  kKeyWrap,
  kCmac,
  kAesKey,
  kDes2Key,
  kP256Pair,
  kAgreement,
  kEd25519Pair,
  kEd25519Signature,
};

struct MechanismRow {
  Mechanism mechanism;
  std::string_view field;  // of the map file
  std::uint32_t number;    // PKCS#11 3.0
  std::string_view name;   // of that number
  std::string_view proof;  // what must hold before a key is trusted to it
};

inline constexpr std::array kMechanisms = {
    MechanismRow{Mechanism::kDeriveAes, "derive-aes", 0x1104, "CKM_AES_ECB_ENCRYPT_DATA",
                 "known answers of suite aes128: child, check value"},
    MechanismRow{Mechanism::kDeriveDes3, "derive-des3", 0x1102, "CKM_DES3_ECB_ENCRYPT_DATA",
                 "known answers of suite tdes2: child, check value"},
    MechanismRow{Mechanism::kKeyWrap, "key-wrap", 0x2109, "CKM_AES_KEY_WRAP",
                 "known answer of RFC 3394, and the way back"},
    MechanismRow{Mechanism::kCmac, "cmac", 0x108A, "CKM_AES_CMAC", "known answer of SP 800-38B"},
    MechanismRow{Mechanism::kAesKey, "aes-key", 0x1080, "CKM_AES_KEY_GEN",
                 "the key's rules read back"},
    MechanismRow{Mechanism::kDes2Key, "des2-key", 0x0130, "CKM_DES2_KEY_GEN",
                 "the key's rules read back"},
    MechanismRow{Mechanism::kP256Pair, "p256-pair", 0x1040, "CKM_EC_KEY_PAIR_GEN",
                 "an agreement with a key of ours"},
    MechanismRow{Mechanism::kAgreement, "agreement", 0x1050, "CKM_ECDH1_DERIVE",
                 "an agreement with a key of ours"},
    MechanismRow{Mechanism::kEd25519Pair, "ed25519-pair", 0x1055, "CKM_EC_EDWARDS_KEY_PAIR_GEN",
                 "a signature that verifies here"},
    MechanismRow{Mechanism::kEd25519Signature, "ed25519-signature", 0x1057, "CKM_EDDSA",
                 "a signature that verifies here"},
};

// Beside station.toml.
inline constexpr const char* kMechanismFile = "mechanisms.toml";

class MechanismMap {
 public:
  static constexpr int kFormat = 1;

  // PKCS#11's own numbers.
  MechanismMap();

  // TOML: `format = 1`, and a table `mechanisms` with a number for each field that differs. `source`
  // names the file in errors. Throws kMalformed for all errors at once, by file, line and field;
  // kRefused for a newer format.
  static MechanismMap parse(std::string_view text, const std::string& source);

  // PKCS#11's own numbers where there is no such file.
  static MechanismMap of_file(const std::filesystem::path& path);

  unsigned long number(Mechanism mechanism) const {
    return numbers_.at(static_cast<std::size_t>(mechanism));
  }

  // SHA-256 of "wellkey mechanisms 1\n" and one line "field=0x%08X\n" a row, in the order of the
  // table.
  crypto::Hash32 hash() const;

  bool operator==(const MechanismMap&) const = default;

 private:
  std::array<std::uint32_t, kMechanisms.size()> numbers_{};
};

}  // namespace hsm
