// The head of the station's log as a key card knows it, and the card's own audit tag.
#include "base/core/card_number.h"
#include "base/core/error.h"
#include "base/crypto/ed25519.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"
#include "derivation/audit_tag.h"

namespace card::chip::keycard {
namespace {

using derivation::CardKind;
using derivation::Purpose;

constexpr std::size_t kLogKeyBytes = 32;
constexpr std::size_t kMostOriginBytes = 100;
constexpr Byte kApplicationFile = 0x15;

FixedBytes<8> origin_hash(std::string_view origin) {
  const auto hash = crypto::sha256(base::bytes_of(origin));
  return base::fixed<8>(ByteView(hash).first(8));
}

// Exactly as large as before only if it is the same head.
bool grows(const Context& card, const layout::SignedHead& head) {
  const ByteView before = card.nvm.get(record::kHead);
  if (before.empty()) return true;
  const auto known = layout::decode_head(before);
  return head.size > known.size || (head.size == known.size && head.root == known.root);
}

crypto::Hash32 slots_hash(const Context& card) {
  const ByteView at_pairing = card.nvm.get(record::kSlotsHash);
  if (!at_pairing.empty()) return base::fixed<32>(at_pairing);
  return crypto::sha256(slot_summary(card.nvm));
}

// A user card is known by its number, which its keys were made from; any other card by its serial.
derivation::Factor factor_of(const Context& card) {
  const auto identity = card.identity();
  if (identity.kind() != CardKind::kUser) return derivation::Factor::of_device(identity.serial);
  const auto& file = *layout::find_file(CardKind::kUser, kApplicationFile);
  const Bytes content = file_content(card.nvm, file.sfi, file.size);
  return derivation::Factor::of_user_card(layout::decode_application_info(content).number);
}

}  // namespace

Answer put_log_key(Context& card, const CommandApdu& command) {
  if (card.nvm.holds(record::kLogKey)) return refused(status::kConditionNotSatisfied);
  if (command.data.size() > kLogKeyBytes + kMostOriginBytes) return refused(status::kWrongLength);
  card.nvm.put(record::kLogKey, command.data);
  return done();
}

Answer put_head(Context& card, const CommandApdu& command) {
  const ByteView stored = card.nvm.get(record::kLogKey);
  if (stored.empty()) return refused(status::kKeyNotFound);
  const auto head = layout::decode_signed_head(command.data);
  const auto key = base::fixed<kLogKeyBytes>(stored.first(kLogKeyBytes));
  if (base::text_of(stored.subspan(kLogKeyBytes)) != head.origin)
    return refused(status::kWrongData);
  const auto note = base::bytes_of(layout::checkpoint_note(head));
  if (!crypto::verify(key, note, head.signature)) return refused(status::kMacWrong);
  if (!grows(card, head)) return refused(status::kConditionNotSatisfied);
  card.nvm.put(record::kHead,
               layout::encode(layout::Head{origin_hash(head.origin), head.size, head.root}));
  return done();
}

Answer get_head(Context& card, const CommandApdu&) {
  const ByteView head = card.nvm.get(record::kHead);
  if (head.empty()) return refused(status::kKeyNotFound);
  return done({head.begin(), head.end()});
}

Answer get_tag(Context& card, const CommandApdu&) {
  const auto slot = load_slot(card.nvm, slot_record(Purpose::kAuditTag));
  if (!slot) return refused(status::kKeyNotFound);
  const auto identity = card.identity();
  derivation::TagInput input{.card = factor_of(card),
                             .level = derivation::level_of_byte(identity.level)};
  input.county = identity.county;
  input.version = identity.version;
  input.generation = identity.generation;
  input.slots = slots_hash(card);
  const auto tag = derivation::audit_tag(slot->suite, slot->key, input);
  return done(base::concat({input.slots, tag}));
}

}  // namespace card::chip::keycard
