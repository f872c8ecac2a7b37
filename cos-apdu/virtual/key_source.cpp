// Where each kind of card keeps its keys.
#include "cos-apdu/virtual/key_source.h"

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/file_system.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/key_file.h"

namespace card::chip {
namespace {

using derivation::CardKind;
using derivation::Purpose;

struct KeyUseRow {
  KeyUse use;
  std::optional<Purpose> slot;
  KeyType type;
  StatusWord absent;
};

constexpr std::array kKeyUses = {
    KeyUseRow{KeyUse::kLoad, Purpose::kLoad, KeyType::kLoad, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kPurchase, Purpose::kPurchase, KeyType::kPurchase,
              status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kUnload, Purpose::kUnload, KeyType::kUnload, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kGreyUnlock, Purpose::kUnload, KeyType::kUnload, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kOverdraft, std::nullopt, KeyType::kOverdraft, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kTac, Purpose::kTac, KeyType::kTac, status::kKeyNotFound},
    KeyUseRow{KeyUse::kPinUnblock, Purpose::kPinUnblock, KeyType::kPinUnblock,
              status::kKeyNotFound},
    KeyUseRow{KeyUse::kPinReload, Purpose::kPinReload, KeyType::kPinReload, status::kKeyNotFound},
    KeyUseRow{KeyUse::kMaintenance, Purpose::kMaintenance, KeyType::kLine, status::kKeyNotFound},
};

constexpr bool rows_stand_in_order() {
  for (std::size_t i = 0; i < kKeyUses.size(); ++i)
    if (static_cast<std::size_t>(kKeyUses.at(i).use) != i) return false;
  return true;
}

static_assert(rows_stand_in_order());

const KeyUseRow& row_of(KeyUse use) {
  return kKeyUses.at(static_cast<std::size_t>(use));
}

// The numbered slot of a native card; nullopt when the card has none of this use and index.
std::optional<RecordId> native_record(const Context& card, KeyUse use, Byte index) {
  const auto& row = row_of(use);
  const bool counted = row.absent == status::kKeyVersionUnknown;
  if (!row.slot || index != (counted ? kFirstKey : kOnlyKey)) return std::nullopt;
  const auto kind = card.identity().kind();
  const bool module = kind == CardKind::kPsam || kind == CardKind::kEsam;
  return slot_record(module && use == KeyUse::kMaintenance ? layout::control_purpose(kind)
                                                           : *row.slot);
}

FoundKey ready(KeySlot slot) {
  return {.status = slot.tries_left == 0 ? status::kAuthenticationBlocked : status::kOk,
          .suite = slot.suite,
          .version = slot.version,
          .algorithm = static_cast<Byte>(slot.suite),
          .tries_left = slot.tries_left,
          .key = std::move(slot.key)};
}

StatusWord readiness(Context& card, const KeyHeader& header) {
  if (!is_permitted(card, header.use_right)) return status::kSecurityNotSatisfied;
  return layout::is_exhausted(header.counter) ? status::kAuthenticationBlocked : status::kOk;
}

FoundKey find_in_key_file(Context& card, KeyUse use, Byte index) {
  const auto key = find_stored_key(card, row_of(use).type, index);
  if (!key) return {.status = row_of(use).absent};
  return {.status = readiness(card, key->header),
          .suite = crypto::SuiteId::kTdes2,
          .version = key->header.version,
          .algorithm = key->header.algorithm,
          .tries_left = static_cast<Byte>(layout::tries_left(key->header.counter)),
          .key = working_key(*key)};
}

void restore_in_key_file(Context& card, KeyUse use) {
  for (auto& key : stored_keys(card, row_of(use).type)) {
    key.header.counter = layout::restored(key.header.counter);
    store_key(card.nvm, key);
  }
}

}  // namespace

FoundKey find_key(Context& card, KeyUse use, Byte index) {
  if (is_interoperability(card.nvm)) return find_in_key_file(card, use, index);
  const auto record = native_record(card, use, index);
  auto slot = record ? load_slot(card.nvm, *record) : std::nullopt;
  if (!slot) return {.status = row_of(use).absent};
  return ready(std::move(*slot));
}

StatusWord check_with_key(Context& card, KeyUse use, Byte index,
                          const std::function<bool(const FoundKey&)>& holds, StatusWord wrong) {
  const auto found = find_key(card, use, index);
  if (!found.is_ok()) return found.status;
  if (is_interoperability(card.nvm)) {
    auto key = find_stored_key(card, row_of(use).type, index);
    if (!key) return row_of(use).absent;
    return check_stored_key(
        card, *key, [&](const crypto::Key&) { return holds(found); }, wrong);
  }
  const auto slot_holds = [&](const KeySlot&) { return holds(found); };
  const auto record = native_record(card, use, index);
  return record ? check_with_tries(card, *record, slot_holds, wrong) : row_of(use).absent;
}

Byte tries_left(Context& card, KeyUse use, Byte index) {
  return find_key(card, use, index).tries_left;
}

void restore_tries(Context& card, KeyUse use) {
  if (is_interoperability(card.nvm)) return restore_in_key_file(card, use);
  const Byte index = row_of(use).absent == status::kKeyVersionUnknown ? kFirstKey : kOnlyKey;
  const auto record = native_record(card, use, index);
  if (!record) return;
  auto slot = load_slot(card.nvm, *record);
  if (!slot) return;
  slot->tries_left = kKeyTries;
  store_slot(card.nvm, *record, *slot);
}

}  // namespace card::chip
