// The ESAM in a meter: its side of the grey lock, and who may speak to the meter
// (card reference §4.6, §4.7, §6; key-protocol §9).
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/device_authentication.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/sam_crypt.h"
#include "cos-apdu/virtual/sam_lock.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using derivation::Purpose;

constexpr RecordId kRestoreSeq = record::kSam + 0x20;

// What the meter may let a device prove: tool, handheld and parameter keys, never a purse key.
bool authenticates_devices(Byte purpose) {
  return purpose == derivation::byte_of(Purpose::kTool) ||
         purpose == derivation::byte_of(Purpose::kHandheld) ||
         purpose == derivation::byte_of(Purpose::kMeterParameters);
}

// P2 = purpose; the cryptogram over the challenge of the previous command.
Answer external_authenticate(Context& card, const CommandApdu& command) {
  if (!authenticates_devices(command.p2)) return refused(status::kConditionNotSatisfied);
  return said(check_device(card, derivation::purpose_of_byte(command.p2), command.data));
}

// P2 = 0B, the handheld's key: the cryptogram over the caller's challenge. A block of the caller's
// choice under the tool or parameter key would make the proof of a tool card.
Answer internal_authenticate(Context& card, const CommandApdu& command) {
  if (command.p2 != derivation::byte_of(Purpose::kHandheld))
    return refused(status::kConditionNotSatisfied);
  const auto slot = load_slot(card.nvm, slot_record(Purpose::kHandheld));
  if (!slot) return refused(status::kKeyNotFound);
  return done(crypto::authentication_cryptogram(slot->suite, slot->key, command.data));
}

// seq4 settledSN4 CMAC16 of a restore order (card_commands.h): erases the county's keys.
Answer restore(Context& card, const CommandApdu& command) {
  const auto identity = card.identity();
  RestoreOrder order{.target = identity.serial, .version = command.p2};
  base::Reader in(command.data, "restore order");
  order.seq = in.u32();
  order.settled_sn = in.u32();
  order.mac = in.fixed<16>();
  const ByteView last = card.nvm.get(kRestoreSeq);
  const bool old = !last.empty() && order.seq <= base::Reader(last).u32();
  const bool settled = !lock_is_open(card.nvm) && order.settled_sn == next_terminal_sn(card.nvm);
  if (old || !settled || order.version != identity.version)
    return refused(status::kConditionNotSatisfied);
  const auto holds = [&](const KeySlot& slot) {
    const auto mac = crypto::cmac16(slot.suite, slot.key, restore_message(order));
    return base::equal_in_constant_time(mac, order.mac);
  };
  const StatusWord word =
      check_with_tries(card, slot_record(Purpose::kEsamControl), holds, status::kMacWrong);
  if (!word.is_ok()) return refused(word);
  for (const auto& row : layout::keys_of(identity.kind()))
    if (row.level == derivation::Level::kCounty) forget_key(card.nvm, row.purpose);
  card.nvm.put(kRestoreSeq, base::Writer().u32(order.seq).view());
  return done();
}

constexpr std::array kCommands = {
    // One diversification level only: a second factor makes the length wrong.
    in_use(0xE0, 0x40, exactly(0x00, 0x00), "INIT SAM GREY LOCK", {28, 28}, kNoGate,
           init_sam_grey_lock),
    in_use(0xE0, 0x42, exactly(0x00, 0x00), "CERTIFICATE SAM GREY LOCK", {4, 4}, kNoGate,
           certify_sam_grey_lock),
    in_use(0xE0, 0x44, exactly(0x00, 0x00), "CREDIT SAM FOR GREY DEBIT", {15, 15}, kNoGate,
           credit_sam_for_grey_debit),
    in_use(0xE0, 0x46, exactly(0x00, 0x00), "GET GMAC", {4, 4}, kNoGate, get_gmac),
    in_use(0x80, 0x1A, any_params(), "INIT FOR DESCRYPT", {0, 255}, kNoGate, init_for_descrypt),
    in_use(0x80, 0xFA, any_p1(0x00), "DES CRYPT", {1, 255}, kNoGate, des_crypt),
    in_use(0x00, 0x82, any_p2(0x00), "EXTERNAL AUTHENTICATE", {8, 16}, kChallengeGate,
           external_authenticate),
    in_use(0x00, 0x88, any_p2(0x00), "INTERNAL AUTHENTICATE", {4, 16}, kNoGate,
           internal_authenticate),
    in_use(0x84, 0xF2, any_p2(0x00), "RESTORE", {24, 24}, kNoGate, restore),
};

}  // namespace

CommandTable esam_commands() {
  return kCommands;
}

}  // namespace card::chip
