// Bytes that people read aloud or type: hash words (public) and component words (secret).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace crypto {

// PGP word list: even positions two syllables, odd positions three. For hashes of plans and sets.
std::string hash_words(base::ByteView bytes);

inline constexpr std::size_t kComponentWords = 20;

// What the header of a component says (key-protocol.md §6.3); all of it is public.
struct ComponentHeader {
  std::uint32_t set_tag = 0;  // first 20 bits of SHA-256(setId)
  std::uint8_t version = 1;   // 4 bits
  bool live = false;          // 1 bit
  std::uint8_t index = 0;     // 4 bits, 1 to 4
  std::uint8_t total = 4;     // 4 bits
  std::uint8_t suite = 0;     // 4 bits: the low nibble of the suite byte
  bool operator==(const ComponentHeader&) const = default;
};

std::uint32_t set_tag_of(base::ByteView set_id);

struct WordedComponent {
  ComponentHeader header;
  base::SecretBytes value;  // 16 bytes
};

// 17 words of header and value, 3 of RS1024 with the customisation string "wellkey".
// Word numbers 0 to 1023, each in two bytes, inside a secret.
base::SecretBytes component_words(const ComponentHeader& header, const base::SecretBytes& value);

// One word as typed (the whole word, or its first four letters) to its number; -1 when it is not in
// the list. The text is a secret.
int word_number(const base::SecretBytes& typed);
std::string_view word_text(std::size_t number);

// The words to a component; throws kTampered when the checksum does not hold, kMalformed when the
// header's zero bits are not zero. Never corrects.
WordedComponent component_of_words(const base::SecretBytes& numbers);

// Shows the words of a component, numbered, as one secret text of lines.
base::SecretBytes printed_words(const base::SecretBytes& numbers);

}  // namespace crypto
