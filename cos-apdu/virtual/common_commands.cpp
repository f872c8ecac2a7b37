// The commands of every card, and which tables each kind of card has.
#include "base/crypto/p256.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/field_commands.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/import_block.h"
#include "cos-apdu/virtual/key_slot.h"
#include "cos-apdu/virtual/life_cycle.h"
#include "cos-apdu/virtual/pin.h"
#include "cos-apdu/virtual/psam_release.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

using derivation::CardKind;

constexpr std::size_t kPointBytes = 65;

Answer get_card_status(Context& card, const CommandApdu&) {
  auto identity = card.identity();
  identity.pin_tries = pin_tries(card).value_or(layout::kNoPin);
  if (card.ram.pair_open) identity.flags |= layout::kFlagOpenNow;
  return done(layout::encode(identity));
}

Answer get_key_info(Context& card, const CommandApdu& command) {
  const auto purpose = derivation::purpose_of_byte(command.p2);
  const bool staged = command.p1 == static_cast<Byte>(SlotSide::kStaged);
  const auto slot =
      load_slot(card.nvm, slot_record(purpose, staged ? record::kStagedSlot : record::kSlot));
  if (!slot) return refused(status::kKeyNotFound);
  return done(encode(KeyInfo{.version = slot->version,
                             .generation = slot->generation,
                             .suite = slot->suite,
                             .level = slot->level,
                             .flags = slot->flags,
                             .tries_left = slot->tries_left,
                             .seq = slot->seq,
                             .check_value = check_value_of(*slot, purpose)}));
}

Answer get_challenge(Context& card, const CommandApdu& command) {
  const auto wanted = command.le.value_or(0);
  if (wanted != 4 && wanted != 8 && wanted != 16) return refused(status::kWrongLength);
  card.ram.next_challenge = card.random(wanted);
  return done(card.ram.next_challenge);
}

Answer generate_key_pair(Context& card, const CommandApdu&) {
  if (card.nvm.holds(record::kP256Scalar)) return refused(status::kConditionNotSatisfied);
  const auto pair = crypto::P256Pair::generate();
  card.nvm.put(record::kP256Scalar, pair.scalar.reveal(ChipMemoryDoor::open()));
  card.nvm.put(record::kP256Point, pair.point);
  return done({pair.point.begin(), pair.point.end()});
}

Answer get_public_point(Context& card, const CommandApdu&) {
  const ByteView point = card.nvm.get(record::kP256Point);
  if (point.size() != kPointBytes) return refused(status::kKeyNotFound);
  return done({point.begin(), point.end()});
}

constexpr Phases kImporting = phase(layout::LifeCycle::kBlank) | kPersonalisable | kInUse;

// ISO/IEC 7816-4 and the card reference §3.1; ours where no clause is named.
constexpr std::array kCommands = {
    Command{
        0x00, 0x84, exactly(0x00, 0x00), "GET CHALLENGE", {0, 0}, kAlways, kNoGate, get_challenge},
    Command{0x80,
            0xCA,
            exactly(0x01, 0x00),
            "GET CARD STATUS",
            {0, 0},
            kAlways,
            kNoGate,
            get_card_status},
};

// Native cards: one PIN, files by order, keys by import block. An interoperability card has its own
// rows.
constexpr std::array kNativeCommands = {
    Command{0x00, 0x20, exactly(0x00, 0x00), "VERIFY PIN", {2, 8}, kAlive, kNoGate, verify_pin},
    Command{0x00,
            0x46,
            exactly(0x00, 0x00),
            "GENERATE KEY PAIR",
            {0, 0},
            phase(layout::LifeCycle::kManufactured),
            kNoGate,
            generate_key_pair},
    Command{0x00,
            0x46,
            exactly(0x01, 0x00),
            "GET PUBLIC POINT",
            {0, 0},
            kAlways,
            kNoGate,
            get_public_point},
    Command{0x04,
            0xD6,
            any_params(),
            "UPDATE BINARY",
            {17, 255},
            kPersonalisable | kInUse,
            kNoGate,
            update_binary},
    Command{0x80, 0x5E, exactly(0x01, 0x00), "PIN CHANGE", {3, 17}, kAlive, kNoGate, change_pin},
    Command{0x80, 0xCA, any_p2(0x02), "GET KEY INFO", {0, 0}, kAlways, kNoGate, get_key_info},
    Command{
        0x80, 0xCA, any_p2(0x03), "GET STAGED KEY INFO", {0, 0}, kAlways, kNoGate, get_key_info},
    Command{0x84, 0xD8, any_p2(0x00), "IMPORT BLOCK", {72, 72}, kImporting, kNoGate, import_block},
};

// Kinds whose files and life cycle stand in layout/card_files.h.
constexpr std::array kLifeCycleCommands = {
    Command{0x84,
            0xF1,
            exactly(0x00, 0x00),
            "SWITCH TO USE",
            {16, 16},
            phase(layout::LifeCycle::kPersonalising),
            kNoGate,
            switch_to_use},
};

constexpr std::array kVersionCommands = {
    Command{0x84, 0xF1, any_p2(0x01), "SWITCH VERSION", {16, 16}, kInUse, kNoGate, switch_version},
};

}  // namespace

CommandTable common_commands() {
  return kCommands;
}

CommandTable native_commands() {
  return kNativeCommands;
}

CommandTable life_cycle_commands() {
  return kLifeCycleCommands;
}

CommandTable version_commands() {
  return kVersionCommands;
}

std::vector<CommandTable> tables_of(CardKind kind, CardForm form) {
  if (form == CardForm::kInteroperability)
    return {user_card_commands(), interoperability_commands(), protected_reading_commands(),
            file_commands(), common_commands()};
  std::vector<CommandTable> out;
  switch (kind) {
    case CardKind::kUser:
      out = {user_card_commands(), life_cycle_commands(), protected_reading_commands()};
      break;
    case CardKind::kPsam:
      out = {psam_commands(), psam_release_commands(), life_cycle_commands(), version_commands()};
      break;
    case CardKind::kEsam:
      out = {esam_commands(), field_meter_commands(), life_cycle_commands(), version_commands()};
      break;
    case CardKind::kTool:
      out = {field_commands(kind), version_commands()};
      break;
    case CardKind::kModify:
    case CardKind::kRestore:
      out = {field_commands(kind)};
      break;
    default:
      out = {keycard_commands(kind)};
  }
  for (const auto& table :
       {file_commands(), common_commands(), native_commands(), keycard_common_commands()})
    out.push_back(table);
  return out;
}

}  // namespace card::chip
