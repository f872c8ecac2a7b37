// Signed notes (C2SP signed-note 1.0.0): a text and lines of signatures under it, strictly parsed.
//   text (ends in a newline) | newline | lines of  — NAME base64(key id 4 | signature)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/clock.h"
#include "base/crypto/ed25519.h"

namespace audit {

enum class KeyType : std::uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

// NAME+HHHHHHHH+base64(type 1 | key 32)
struct VerifierKey {
  std::string name;
  KeyType type = KeyType::kEd25519;
  crypto::Ed25519Public key{};

  // First four bytes of SHA-256(name | 0A | type | key).
  std::uint32_t id() const;

  // Throws kMalformed: form, unknown type, or an id that is not the key's.
  static VerifierKey parse(std::string_view text);

  bool operator==(const VerifierKey&) const = default;
};

std::string format(const VerifierKey& key);

struct SignatureLine {
  std::string name;
  std::uint32_t key_id = 0;
  base::Bytes signature;  // without the key id
  bool operator==(const SignatureLine&) const = default;
};

struct Note {
  std::string text;
  std::vector<SignatureLine> lines;
  bool operator==(const Note&) const = default;
};

// Throw kMalformed: at most 1,000,000 bytes and 100 lines, UTF-8 without control characters.
Note parse_note(std::string_view bytes);
std::string format(const Note& note);
std::string format(const SignatureLine& line);
SignatureLine parse_signature_line(std::string_view line_without_newline);

enum class Verdict { kAbsent, kGood, kBad };

// Lines of other keys are ignored; one bad line of this key makes the verdict kBad.
Verdict judge(const Note& note, const VerifierKey& key);

// Throws kTampered unless the verdict is kGood.
void require_signed(const Note& note, const VerifierKey& key);

// The witness's claimed time when a cosignature of this key (type 04) is there and holds.
std::optional<base::UtcTime> cosigned_at(const Note& note, const VerifierKey& witness);

// "cosignature/v1" newline "time N" newline text: what a witness signs.
std::string cosigned_bytes(std::string_view text, base::UtcTime time);

SignatureLine log_line(const VerifierKey& key, const crypto::Ed25519Signature& signature);
SignatureLine witness_line(const VerifierKey& key, base::UtcTime time,
                           const crypto::Ed25519Signature& signature);

}  // namespace audit
