// One key of a card with everything the card remembers about it. The slot's number is the purpose
// byte: record kSlot + purpose (also kStagedSlot, kPreviousSlot, kStockTransportKey).
//   version1 generation2 suite1 level1 flags1 triesLeft1 seq4 origin4 key16, 31 bytes
#pragma once

#include <optional>

#include "base/crypto/suite.h"
#include "cos-apdu/virtual/nvm.h"
#include "cos-apdu/virtual/records.h"
#include "derivation/purpose.h"

namespace card::chip {

inline constexpr Byte kKeyTries = 3;

// Bits of KeySlot::flags.
inline constexpr Byte kSlotLive = 0x01;
inline constexpr Byte kSlotExportable = 0x02;

struct KeySlot {
  Byte version = 0;
  std::uint16_t generation = 0;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  Byte level = 0;
  Byte flags = 0;
  Byte tries_left = kKeyTries;
  std::uint32_t seq = 0;
  FixedBytes<4> origin{};  // first four bytes of originId, as the import block said
  crypto::Key key;
};

constexpr RecordId slot_record(derivation::Purpose purpose, RecordId base = record::kSlot) {
  return static_cast<RecordId>(base + derivation::byte_of(purpose));
}

// What tells one version of a key from another; the key stays where it is.
struct SlotHead {
  Byte version = 0;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
};

std::optional<SlotHead> slot_head(const Nvm& nvm, RecordId record);
std::optional<KeySlot> load_slot(const Nvm& nvm, RecordId record);
void store_slot(Nvm& nvm, RecordId record, const KeySlot& slot);

crypto::Kcv check_value_of(const KeySlot& slot, derivation::Purpose purpose);

// The headers and check values of all filled slots in ascending order, hashed into the audit tag:
// purpose1 version1 generation2 suite1 level1 flags1 checkValue3 each.
Bytes slot_summary(const Nvm& nvm, RecordId base = record::kSlot);

}  // namespace card::chip
