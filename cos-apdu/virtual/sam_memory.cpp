// The shared memory of PSAM and ESAM.
#include "cos-apdu/virtual/sam_memory.h"

#include "base/core/error.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/psam_acts.h"
#include "cos-apdu/virtual/sam_lock.h"
#include "derivation/factor.h"

namespace card::chip {
namespace {

constexpr Byte kSamTries = 10;
constexpr Byte kParameterFile = 0x01;
constexpr Byte kTerminalFile = 0x16;

// Newest first; the purpose byte has four bits.
constexpr std::array<RecordId, 4> kOlderSlots = {
    record::kPreviousSlot, record::kPreviousSlot + 0x10, record::kPreviousSlot + 0x20,
    record::kPreviousSlot + 0x30};

void move_slot(Nvm& nvm, RecordId from, RecordId to) {
  const ByteView value = nvm.get(from);
  if (value.empty()) return;
  const base::WipedBytes copy(value.begin(), value.end());
  nvm.put(to, copy);
}

// Zero, every version, where the module has no such file or nothing is written there.
Byte least_version(const Nvm& nvm) {
  const ByteView file = nvm.get(static_cast<RecordId>(record::kFile + kParameterFile));
  return file.size() > layout::kLeastVersionOffset ? file[layout::kLeastVersionOffset] : Byte{0};
}

}  // namespace

std::optional<RecordId> key_of_version(const Nvm& nvm, derivation::Purpose purpose, Byte version) {
  const auto has_version = [&](RecordId id) {
    const auto head = slot_head(nvm, id);
    return head && head->version == version;
  };
  if (has_version(slot_record(purpose))) return slot_record(purpose);
  for (const RecordId older : kOlderSlots)
    if (has_version(slot_record(purpose, older))) return slot_record(purpose, older);
  return std::nullopt;
}

std::optional<RecordId> county_slot(const Nvm& nvm, derivation::Purpose purpose, Byte version,
                                    Byte algorithm) {
  const auto id = key_of_version(nvm, purpose, version);
  if (!id || version < least_version(nvm)) return std::nullopt;
  const auto head = slot_head(nvm, *id);
  return head && static_cast<Byte>(head->suite) == algorithm ? id : std::nullopt;
}

std::optional<KeySlot> county_key(const Nvm& nvm, derivation::Purpose purpose, Byte version,
                                  Byte algorithm) {
  const auto id = county_slot(nvm, purpose, version, algorithm);
  return id ? load_slot(nvm, *id) : std::nullopt;
}

void retire_key(Nvm& nvm, derivation::Purpose purpose) {
  for (std::size_t i = kOlderSlots.size() - 1; i > 0; --i)
    move_slot(nvm, slot_record(purpose, kOlderSlots.at(i - 1)),
              slot_record(purpose, kOlderSlots.at(i)));
  move_slot(nvm, slot_record(purpose), slot_record(purpose, kOlderSlots.front()));
}

void forget_key(Nvm& nvm, derivation::Purpose purpose) {
  nvm.erase(slot_record(purpose));
  nvm.erase(slot_record(purpose, record::kStagedSlot));
  for (const RecordId older : kOlderSlots) nvm.erase(slot_record(purpose, older));
}

crypto::Key leaf_key(const KeySlot& county, ByteView card_factor) {
  const auto factor = derivation::Factor::of_bytes(card_factor);
  if (factor.level() != derivation::Level::kUser)
    base::fail(base::Fault::kMalformed, "card factor: it is not that of a user card");
  return crypto::diversify(county.suite, county.key, factor.bytes());
}

TerminalNumber terminal_number(const Nvm& nvm) {
  return base::fixed<6>(file_content(nvm, kTerminalFile, 6));
}

void begin_counting(Context& card) {
  const auto kind = card.identity().kind();
  if (kind == derivation::CardKind::kPsam) store_counters(card.nvm, {});
  if (kind == derivation::CardKind::kEsam) store_terminal_sn(card.nvm, 1);
}

bool tries_are_used_up(const Nvm& nvm, RecordId counter) {
  const ByteView stored = nvm.get(counter);
  return !stored.empty() && stored.front() == 0;
}

StatusWord guard_tries(Context& card, RecordId counter) {
  if (tries_are_used_up(card.nvm, counter)) return status::kAuthenticationBlocked;
  const ByteView stored = card.nvm.get(counter);
  const Byte left = stored.empty() ? kSamTries : stored.front();
  card.nvm.put(counter, Bytes{static_cast<Byte>(left - 1)});
  card.commit_now();
  return status::kOk;
}

void restore_tries(Context& card, RecordId counter) {
  card.nvm.put(counter, Bytes{kSamTries});
}

}  // namespace card::chip
