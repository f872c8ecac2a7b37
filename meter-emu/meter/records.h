// What the meter remembers and gives to the handheld and the desk. Every record has a running
// sequence number in its list and a CRC-16, so that a gap, a double and a change are seen.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "base/core/amount.h"
#include "base/core/card_number.h"
#include "base/core/clock.h"
#include "cos-apdu/purse.h"

namespace meter {

using base::Amount;
using base::CardNumber;
using base::UtcTime;

inline constexpr std::size_t kMostUsage = 1000;
inline constexpr std::size_t kMostSuspended = 20;
inline constexpr std::size_t kMostSwipeFaults = 20;

enum class EndState : std::uint8_t { kNormal = 0, kOutage = 1, kLockedByHand = 3, kNoMoney = 4 };

// How the money of a session was got.
enum class Payment : std::uint8_t {
  kSettled = 0,    // debited on the card with this meter's GMAC
  kSuspended = 1,  // still on the card
  kReleased = 2,   // the desk released the lock; its books have the amount
};

struct UsageRecord {
  std::uint32_t seq = 0;
  CardNumber card;
  UtcTime start;
  UtcTime end;
  Amount used;
  Amount left;
  card::CardSn card_sn = 0;  // offline SN of the last lock ended when the card held `left`
  std::uint64_t pulses = 0;
  std::uint64_t energy = 0;         // 0.01 kWh
  std::uint64_t zero_crossing = 0;  // 0.01 kWh of it, after the money had run out
  std::uint32_t price = 0;          // 0.0001 yuan per kWh, as at the start
  EndState end_state = EndState::kNormal;
  Payment payment = Payment::kSettled;
  bool operator==(const UsageRecord&) const = default;
};

// What the desk needs to settle a suspended session on the card without a key of its own.
struct Release {
  card::CardSn offline_sn = 0;  // as the card's lock proof shows it
  card::TerminalSn terminal_sn = 0;
  card::Mac4 gmac{};
  card::Mac4 sam_tac{};
  bool operator==(const Release&) const = default;
};

struct SuspendedRecord {
  UsageRecord usage;               // `end` is the moment of suspension, `card_sn` the open lock
  std::optional<Release> release;  // nothing when the lock was torn before the card was certified
  bool operator==(const SuspendedRecord&) const = default;
};

enum class FaultCause : std::uint8_t {
  kWrongArea = 1,
  kNotEnoughMoney = 2,
  kLockedElsewhere = 3,
  kNotAuthentic = 4,
  kOutsideValidity = 5,
  kMeterInUse = 6,
};

struct SwipeFault {
  std::uint32_t seq = 0;
  CardNumber card;
  UtcTime at;
  Amount left;
  FaultCause cause = FaultCause::kWrongArea;
  std::optional<card::TerminalNumber> locked_at;
  bool operator==(const SwipeFault&) const = default;
};

std::string_view name_of(EndState state);
std::string_view name_of(Payment payment);
std::string_view name_of(FaultCause cause);

// CRC-16/MODBUS: reflected polynomial A001, start FFFF; of "123456789" it is 4B37.
std::uint16_t crc16(base::ByteView bytes);

// CRC of seq4 card10 start8 end8 used4 left4 cardSN2 pulses8 energy8 crossing8 price4 end1 payment1.
std::uint16_t check_of(const UsageRecord& record);
// CRC of seq4 card10 at8 left4 cause1 lockedAt6 (zeros when nowhere).
std::uint16_t check_of(const SwipeFault& fault);

// Overwrites the oldest.
template <typename Record>
void push_ring(std::deque<Record>& ring, Record record, std::size_t most) {
  ring.push_back(std::move(record));
  if (ring.size() > most) ring.pop_front();
}

}  // namespace meter
