// Storage of key slots.
#include "cos-apdu/virtual/key_slot.h"

#include "cos-apdu/virtual/door.h"
#include "derivation/tree.h"

namespace card::chip {

std::optional<SlotHead> slot_head(const Nvm& nvm, RecordId record) {
  const ByteView bytes = nvm.get(record);
  if (bytes.empty()) return std::nullopt;
  base::Reader in(bytes, "key slot");
  SlotHead head{.version = in.u8()};
  in.u16();
  head.suite = crypto::suite_of_byte(in.u8());
  return head;
}

std::optional<KeySlot> load_slot(const Nvm& nvm, RecordId record) {
  const ByteView bytes = nvm.get(record);
  if (bytes.empty()) return std::nullopt;
  base::Reader in(bytes, "key slot");
  KeySlot slot;
  slot.version = in.u8();
  slot.generation = in.u16();
  slot.suite = crypto::suite_of_byte(in.u8());
  slot.level = in.u8();
  slot.flags = in.u8();
  slot.tries_left = in.u8();
  slot.seq = in.u32();
  slot.origin = in.fixed<4>();
  slot.key = base::SecretBytes::copy_of(in.take(crypto::kKeyBytes));
  in.finish();
  return slot;
}

void store_slot(Nvm& nvm, RecordId record, const KeySlot& slot) {
  base::Writer head;
  head.u8(slot.version).u16(slot.generation).u8(static_cast<Byte>(slot.suite)).u8(slot.level);
  head.u8(slot.flags).u8(slot.tries_left).u32(slot.seq).bytes(slot.origin);
  const ByteView key = slot.key.reveal(ChipMemoryDoor::open());
  base::WipedBytes bytes;
  bytes.reserve(head.view().size() + key.size());
  bytes.insert(bytes.end(), head.view().begin(), head.view().end());
  bytes.insert(bytes.end(), key.begin(), key.end());
  nvm.put(record, bytes);
}

crypto::Kcv check_value_of(const KeySlot& slot, derivation::Purpose purpose) {
  return crypto::check_value(derivation::key_suite(slot.suite, purpose), slot.key);
}

Bytes slot_summary(const Nvm& nvm, RecordId base) {
  base::Writer out;
  for (const auto& row : derivation::kPurposes) {
    const auto slot = load_slot(nvm, slot_record(row.purpose, base));
    if (!slot) continue;
    out.u8(derivation::byte_of(row.purpose)).u8(slot->version).u16(slot->generation);
    out.u8(static_cast<Byte>(slot->suite)).u8(slot->level).u8(slot->flags);
    out.bytes(check_value_of(*slot, row.purpose).value);
  }
  return out.take();
}

}  // namespace card::chip
