// Life-cycle and version switches.
#include "cos-apdu/virtual/life_cycle.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/records.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using derivation::CardKind;
using layout::LifeCycle;

bool keys_are_complete(const Nvm& nvm, CardKind kind) {
  for (const auto& row : layout::keys_of(kind))
    if (row.presence == layout::Presence::kRequired && !nvm.holds(slot_record(row.purpose)))
      return false;
  return true;
}

// What may still be written in use may also still be missing.
bool files_are_complete(const Nvm& nvm, CardKind kind) {
  for (const auto& row : layout::files_of(kind))
    if (row.writing == layout::FileWriting::kOnce &&
        !nvm.holds(static_cast<RecordId>(record::kFile + row.sfi)))
      return false;
  return true;
}

// An optional key that the card does not hold need not follow.
bool every_county_key_is_staged(const Nvm& nvm, CardKind kind, Byte version) {
  for (const auto& row : layout::keys_of(kind)) {
    const bool left_out =
        row.presence == layout::Presence::kOptional && !nvm.holds(slot_record(row.purpose));
    if (row.level != derivation::Level::kCounty || left_out) continue;
    const auto staged = load_slot(nvm, slot_record(row.purpose, record::kStagedSlot));
    if (!staged || staged->version != version) return false;
  }
  return true;
}

void move_slot(Nvm& nvm, RecordId from, RecordId to) {
  const ByteView value = nvm.get(from);
  const base::WipedBytes copy(value.begin(), value.end());
  nvm.put(to, copy);
}

}  // namespace

void begin_personalising(Context& card) {
  auto identity = card.identity();
  if (identity.life_cycle != LifeCycle::kAllotted) return;
  identity.life_cycle = LifeCycle::kPersonalising;
  store_identity(card.nvm, identity);
}

Answer switch_to_use(Context& card, const CommandApdu& command) {
  const auto order = check_order(card, command);
  if (!order.status.is_ok()) return refused(order.status);
  auto identity = card.identity();
  const bool pin_missing = identity.kind() == CardKind::kPsam && !card.nvm.holds(record::kPin);
  if (pin_missing || !keys_are_complete(card.nvm, identity.kind()) ||
      !files_are_complete(card.nvm, identity.kind()))
    return refused(status::kConditionNotSatisfied);
  identity.life_cycle = LifeCycle::kInUse;
  store_identity(card.nvm, identity);
  begin_counting(card);
  if (identity.kind() == CardKind::kUser) {
    card.nvm.erase(slot_record(derivation::Purpose::kTransport));
    card.nvm.erase(record::kStockTransportKey);
  }
  return done();
}

Answer switch_version(Context& card, const CommandApdu& command) {
  auto identity = card.identity();
  const Byte version = command.p2;
  const auto holds = [&](const KeySlot& slot) {
    const auto expected =
        crypto::cmac16(slot.suite, slot.key, switch_message(identity.serial, version));
    return base::equal_in_constant_time(expected, command.data);
  };
  const auto control = slot_record(layout::control_purpose(identity.kind()));
  const StatusWord word = check_with_tries(card, control, holds, status::kMacWrong);
  if (!word.is_ok()) return refused(word);
  if (!every_county_key_is_staged(card.nvm, identity.kind(), version))
    return refused(status::kConditionNotSatisfied);
  for (const auto& row : layout::keys_of(identity.kind())) {
    const auto staged_record = slot_record(row.purpose, record::kStagedSlot);
    const auto staged = load_slot(card.nvm, staged_record);
    if (!staged || staged->version != version) continue;
    if (row.level == derivation::Level::kCounty) retire_key(card.nvm, row.purpose);
    move_slot(card.nvm, staged_record, slot_record(row.purpose));
    card.nvm.erase(staged_record);
    identity.generation = staged->generation;
  }
  identity.version = version;
  store_identity(card.nvm, identity);
  return done();
}

}  // namespace card::chip
