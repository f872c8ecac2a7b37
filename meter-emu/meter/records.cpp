// Names and check values of the records.
#include "meter-emu/meter/records.h"

namespace meter {

std::string_view name_of(EndState state) {
  switch (state) {
    case EndState::kNormal:
      return "normal";
    case EndState::kOutage:
      return "outage";
    case EndState::kLockedByHand:
      return "locked by hand";
    case EndState::kNoMoney:
      return "no money";
  }
  return "unknown";
}

std::string_view name_of(Payment payment) {
  switch (payment) {
    case Payment::kSettled:
      return "settled";
    case Payment::kSuspended:
      return "suspended";
    case Payment::kReleased:
      return "released";
  }
  return "unknown";
}

std::string_view name_of(FaultCause cause) {
  switch (cause) {
    case FaultCause::kWrongArea:
      return "card of another county";
    case FaultCause::kNotEnoughMoney:
      return "not enough money on the card";
    case FaultCause::kLockedElsewhere:
      return "card is locked at another meter";
    case FaultCause::kNotAuthentic:
      return "card and meter do not authenticate each other";
    case FaultCause::kOutsideValidity:
      return "card is outside its dates";
    case FaultCause::kMeterInUse:
      return "meter is in use by another card";
  }
  return "unknown";
}

std::uint16_t crc16(base::ByteView bytes) {
  std::uint32_t crc = 0xFFFF;
  for (const auto byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xA001U : crc >> 1U;
  }
  return static_cast<std::uint16_t>(crc);
}

std::uint16_t check_of(const UsageRecord& record) {
  base::Writer content;
  content.u32(record.seq)
      .bytes(record.card.bcd())
      .u64(static_cast<std::uint64_t>(record.start.seconds))
      .u64(static_cast<std::uint64_t>(record.end.seconds))
      .bytes(record.used.card_bytes())
      .bytes(record.left.card_bytes())
      .u16(record.card_sn)
      .u64(record.pulses)
      .u64(record.energy)
      .u64(record.zero_crossing)
      .u32(record.price)
      .u8(static_cast<std::uint8_t>(record.end_state))
      .u8(static_cast<std::uint8_t>(record.payment));
  return crc16(content.view());
}

std::uint16_t check_of(const SwipeFault& fault) {
  base::Writer content;
  content.u32(fault.seq)
      .bytes(fault.card.bcd())
      .u64(static_cast<std::uint64_t>(fault.at.seconds))
      .bytes(fault.left.card_bytes())
      .u8(static_cast<std::uint8_t>(fault.cause))
      .bytes(fault.locked_at.value_or(card::TerminalNumber{}));
  return crc16(content.view());
}

}  // namespace meter
