// The ESAM in a meter: its side of the grey lock, and who may speak to the meter
// (card reference §4.6, §4.7, §6; key-protocol §9).
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"
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
  const auto holds = [&](const KeySlot& slot) {
    const auto expected =
        crypto::authentication_cryptogram(slot.suite, slot.key, card.ram.challenge);
    return base::equal_in_constant_time(expected, command.data);
  };
  const auto record = slot_record(derivation::purpose_of_byte(command.p2));
  const StatusWord word = check_with_tries(card, record, holds, status::kVerificationFailed);
  if (word != status::kVerificationFailed) return said(word);
  return refused(status::tries_left(load_slot(card.nvm, record)->tries_left));
}

// P2 = purpose; the cryptogram over the caller's challenge.
Answer internal_authenticate(Context& card, const CommandApdu& command) {
  if (!authenticates_devices(command.p2)) return refused(status::kConditionNotSatisfied);
  const auto slot = load_slot(card.nvm, slot_record(derivation::purpose_of_byte(command.p2)));
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
  for (const auto& row : layout::keys_of(identity.kind())) {
    if (row.level != derivation::Level::kCounty) continue;
    for (const RecordId base : {record::kSlot, record::kStagedSlot, record::kPreviousSlot})
      card.nvm.erase(slot_record(row.purpose, base));
  }
  card.nvm.put(kRestoreSeq, base::Writer().u32(order.seq).view());
  return done();
}

constexpr std::array kCommands = {
    // One diversification level only: a second factor makes the length wrong.
    Command{0xE0,
            0x40,
            exactly(0x00, 0x00),
            "INIT SAM GREY LOCK",
            {28, 28},
            kInUse,
            kNoGate,
            init_sam_grey_lock},
    Command{0xE0,
            0x42,
            exactly(0x00, 0x00),
            "CERTIFICATE SAM GREY LOCK",
            {4, 4},
            kInUse,
            kNoGate,
            certify_sam_grey_lock},
    Command{0xE0,
            0x44,
            exactly(0x00, 0x00),
            "CREDIT SAM FOR GREY DEBIT",
            {15, 15},
            kInUse,
            kNoGate,
            credit_sam_for_grey_debit},
    Command{0xE0, 0x46, exactly(0x00, 0x00), "GET GMAC", {4, 4}, kInUse, kNoGate, get_gmac},
    Command{0x00,
            0x82,
            any_p2(0x00),
            "EXTERNAL AUTHENTICATE",
            {8, 16},
            kInUse,
            kChallengeGate,
            external_authenticate},
    Command{0x00,
            0x88,
            any_p2(0x00),
            "INTERNAL AUTHENTICATE",
            {4, 16},
            kInUse,
            kNoGate,
            internal_authenticate},
    Command{0x84, 0xF2, any_p2(0x00), "RESTORE", {24, 24}, kInUse, kNoGate, restore},
};

}  // namespace

CommandTable esam_commands() {
  return kCommands;
}

}  // namespace card::chip
