// Where each kind of card keeps its keys.
#include "cos-apdu/virtual/key_source.h"

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/key_check.h"

namespace card::chip {
namespace {

using derivation::CardKind;
using derivation::Purpose;

struct KeyUseRow {
  KeyUse use;
  std::optional<Purpose> slot;
  StatusWord absent;
};

constexpr std::array kKeyUses = {
    KeyUseRow{KeyUse::kLoad, Purpose::kLoad, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kPurchase, Purpose::kPurchase, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kUnload, Purpose::kUnload, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kGreyUnlock, Purpose::kUnload, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kOverdraft, std::nullopt, status::kKeyVersionUnknown},
    KeyUseRow{KeyUse::kTac, Purpose::kTac, status::kKeyNotFound},
    KeyUseRow{KeyUse::kPinUnblock, Purpose::kPinUnblock, status::kKeyNotFound},
    KeyUseRow{KeyUse::kPinReload, Purpose::kPinReload, status::kKeyNotFound},
    KeyUseRow{KeyUse::kMaintenance, Purpose::kMaintenance, status::kKeyNotFound},
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

}  // namespace

FoundKey find_key(Context& card, KeyUse use, Byte index) {
  const auto record = native_record(card, use, index);
  auto slot = record ? load_slot(card.nvm, *record) : std::nullopt;
  if (!slot) return {.status = row_of(use).absent};
  return ready(std::move(*slot));
}

StatusWord check_with_key(Context& card, KeyUse use, Byte index,
                          const std::function<bool(const FoundKey&)>& holds, StatusWord wrong) {
  const auto found = find_key(card, use, index);
  if (!found.is_ok()) return found.status;
  const auto slot_holds = [&](const KeySlot&) { return holds(found); };
  return check_with_tries(card, *native_record(card, use, index), slot_holds, wrong);
}

Byte tries_left(Context& card, KeyUse use, Byte index) {
  return find_key(card, use, index).tries_left;
}

void restore_tries(Context& card, KeyUse use) {
  const Byte index = row_of(use).absent == status::kKeyVersionUnknown ? kFirstKey : kOnlyKey;
  const auto record = native_record(card, use, index);
  auto slot = record ? load_slot(card.nvm, *record) : std::nullopt;
  if (!slot) return;
  slot->tries_left = kKeyTries;
  store_slot(card.nvm, *record, *slot);
}

}  // namespace card::chip
