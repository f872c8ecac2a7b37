// The keys in the key files of an interoperability card, in the card's memory:
//   keyHeader7 number1 value (8 or 16; a PIN as salt16 | SHA-256(salt | PIN)32)
#pragma once

#include <functional>

#include "base/crypto/suite.h"
#include "cos-apdu/layout/key_types.h"
#include "cos-apdu/virtual/command.h"

namespace card::chip {

using layout::KeyHeader;
using layout::KeyType;

struct StoredKey {
  RecordId place = 0;
  KeyHeader header{};
  Byte number = 0;
  base::SecretBytes value{};
};

// In the current directory.
std::optional<StoredKey> find_stored_key(Context& card, KeyType type, Byte number);
std::vector<StoredKey> stored_keys(Context& card, KeyType type);

// Key 39/00 of the current directory, or of the nearest one above that has one.
std::optional<StoredKey> find_control_key(Context& card);

void store_key(Nvm& nvm, const StoredKey& key);

// 6A82 without a key file, 6982 when its add right does not hold (the first key of a card without a
// control key asks for none), 6A86 when the number is taken,
// 6A84 when the file is full (key length + 8 bytes each).
StatusWord add_key(Context& card, layout::KeyEntry entry);

// A new value and header under the number of `old`.
void replace_key(Context& card, const StoredKey& old, layout::KeyEntry entry);

// Sixteen bytes; a key of eight stands twice, which makes 3DES single DES and the retail MAC a
// DES-CBC MAC.
crypto::Key working_key(const StoredKey& key);

// Counts the key's counter down and stores that before `holds` runs; restores and stores it when it
// holds, so that an authentic command that is refused later costs no try. 6983 without tries left,
// else `wrong`.
StatusWord check_stored_key(Context& card, StoredKey& key,
                            const std::function<bool(const crypto::Key&)>& holds, StatusWord wrong);

// The value of a PIN key.
base::SecretBytes pin_value(Context& card, ByteView pin);
bool pin_matches(const StoredKey& key, ByteView pin);

}  // namespace card::chip
