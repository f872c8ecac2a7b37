// The checks of a key on its way into a card.
#include "cos-apdu/virtual/import_block.h"

#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/life_cycle.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

using derivation::ExportHeader;
using derivation::ImportMode;
using derivation::Purpose;
using layout::LifeCycle;

bool version_follows(const std::optional<KeySlot>& current, const ExportHeader& header) {
  switch (header.mode) {
    case ImportMode::kInstall:
      return !current || header.version >= current->version;
    case ImportMode::kUpdate:
      return current && header.version == current->version + 1;
    case ImportMode::kUpdateSkipping:
      return current && header.version > current->version;
    case ImportMode::kRelay:
      return false;
  }
  return false;
}

bool is_first_key(const Nvm& nvm) {
  for (const auto& row : derivation::kPurposes)
    if (row.purpose != Purpose::kTransport && nvm.holds(slot_record(row.purpose))) return false;
  return true;
}

// All keys of a card come from one county; the first says which.
StatusWord join_county(Context& card, const ExportHeader& header) {
  auto identity = card.identity();
  const bool first = is_first_key(card.nvm);
  if (!first && identity.county != header.county) return status::kWrongData;
  identity.county = header.county;
  identity.level = derivation::byte_of(header.level);
  identity.version = header.version;
  identity.generation = header.generation;
  const bool module = identity.kind() != derivation::CardKind::kUser;
  if (module) identity.level = derivation::byte_of(derivation::Level::kDevice);
  store_identity(card.nvm, identity);
  return status::kOk;
}

Answer install(Context& card, const derivation::ImportBlock& block) {
  const auto record = slot_record(block.header.purpose);
  const StatusWord word = judge_succession(load_slot(card.nvm, record), block.header);
  if (!word.is_ok()) return refused(word);
  auto key = open_block(card.nvm, slot_record(Purpose::kTransport), block);
  const StatusWord joined = join_county(card, block.header);
  if (!joined.is_ok()) return refused(joined);
  store_slot(card.nvm, record, slot_of(block.header, std::move(key)));
  begin_personalising(card);
  return done();
}

// In use a key waits in the staged slot: all keys of a version change together.
Answer stage(Context& card, const derivation::ImportBlock& block) {
  if (block.header.mode == ImportMode::kInstall) return refused(status::kConditionNotSatisfied);
  if (block.header.county != card.identity().county) return refused(status::kWrongData);
  auto current = load_slot(card.nvm, slot_record(block.header.purpose));
  if (!current) {  // erased by a restore order: the next version still follows the last
    current.emplace();
    current->version = card.identity().version;
  }
  const auto record = slot_record(block.header.purpose, record::kStagedSlot);
  const auto staged = load_slot(card.nvm, record);
  if (staged) current->seq = std::max(current->seq, staged->seq);
  const StatusWord word = judge_succession(current, block.header);
  if (!word.is_ok()) return refused(word);
  auto key = open_block(card.nvm, slot_record(Purpose::kTransport), block);
  store_slot(card.nvm, record, slot_of(block.header, std::move(key)));
  return done();
}

}  // namespace

StatusWord judge_target(const layout::CardStatus& identity, const ExportHeader& header) {
  const auto flag = identity.has(layout::kFlagLive) ? base::Mode::kLive : base::Mode::kRehearsal;
  const bool ours =
      header.suite == identity.suite && header.target == identity.serial && header.flag == flag;
  return ours ? status::kOk : status::kWrongData;
}

StatusWord judge_succession(const std::optional<KeySlot>& current, const ExportHeader& header) {
  if (!version_follows(current, header)) return status::kKeyVersionUnknown;
  if (current && header.seq <= current->seq) return status::kConditionNotSatisfied;
  return status::kOk;
}

crypto::Key open_block(const Nvm& nvm, RecordId transport, const derivation::ImportBlock& block) {
  const auto slot = load_slot(nvm, transport);
  if (!slot) base::fail(base::Fault::kNotFound, "the card has no transport key");
  return derivation::open_import_block(slot->key, block);
}

KeySlot slot_of(const ExportHeader& header, crypto::Key key) {
  KeySlot slot;
  slot.version = header.version;
  slot.generation = header.generation;
  slot.suite = header.suite;
  slot.level = derivation::byte_of(header.level);
  if (header.flag == base::Mode::kLive) slot.flags |= kSlotLive;
  if (header.exportable == derivation::Exportable::kYes) slot.flags |= kSlotExportable;
  slot.seq = header.seq;
  slot.origin = header.origin;
  slot.key = std::move(key);
  return slot;
}

Answer import_transport_key(Context& card, const derivation::ImportBlock& block) {
  auto identity = card.identity();
  if (identity.life_cycle != LifeCycle::kBlank && identity.life_cycle != LifeCycle::kAllotted)
    return refused(status::kConditionNotSatisfied);
  const auto record = slot_record(Purpose::kTransport);
  const StatusWord word = judge_succession(load_slot(card.nvm, record), block.header);
  if (!word.is_ok()) return refused(word);
  auto key = open_block(card.nvm, record::kStockTransportKey, block);
  store_slot(card.nvm, record, slot_of(block.header, std::move(key)));
  identity.life_cycle = LifeCycle::kAllotted;
  store_identity(card.nvm, identity);
  return done();
}

Answer import_block(Context& card, const CommandApdu& command) {
  const auto block = derivation::decode_import_block(command.data);
  if (derivation::byte_of(block.header.purpose) != command.p2) return refused(status::kWrongP1P2);
  const auto identity = card.identity();
  const StatusWord target = judge_target(identity, block.header);
  if (!target.is_ok()) return refused(target);
  if (block.header.purpose == Purpose::kTransport) return import_transport_key(card, block);
  const auto* row = layout::find_key(identity.kind(), block.header.purpose);
  if (row == nullptr || row->level != block.header.level) return refused(status::kWrongData);
  switch (identity.life_cycle) {
    case LifeCycle::kAllotted:
    case LifeCycle::kPersonalising:
      return install(card, block);
    case LifeCycle::kInUse:
      if (identity.kind() == derivation::CardKind::kUser)
        return refused(status::kConditionNotSatisfied);
      return stage(card, block);
    default:
      return refused(status::kConditionNotSatisfied);
  }
}

}  // namespace card::chip
