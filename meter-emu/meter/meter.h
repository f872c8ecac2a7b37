// The meter as a value: state and event give the new state and what to switch. No clock, no file,
// no card is touched here; whoever drives it saves the new state before he acts on it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/core/county_code.h"
#include "meter-emu/meter/billing.h"
#include "meter-emu/meter/records.h"

namespace meter {

enum class Phase : std::uint8_t {
  kLocking,   // GREY LOCK may have reached the card; the relay is open
  kRunning,   // the card is locked and certified; the relay is closed
  kTripped,   // still locked, the relay is open (no money, outage)
  kSettling,  // amount and time are fixed; DEBIT FOR UNLOCK may have reached the card
};

enum class Relay : std::uint8_t { kOpen, kClosed };

struct Session {
  Phase phase = Phase::kLocking;
  CardNumber card;
  Amount balance;            // copy of the card's
  card::CardSn lock_sn = 0;  // as INITIALIZE FOR GREY LOCK answered it
  card::TerminalSn terminal_sn = 0;
  UtcTime start;
  std::uint32_t price = 0;
  std::uint64_t pulses = 0;
  EndState end_state = EndState::kNormal;
  Amount amount{};  // from here on: when settling
  UtcTime end{};
  std::optional<Release> release{};
  bool operator==(const Session&) const = default;
};

// What a card still owes for energy that flowed after its money had run out.
struct Debt {
  CardNumber card;
  Amount amount;
  bool operator==(const Debt&) const = default;
};

struct Meter {
  std::string number;  // 12 digits
  card::TerminalNumber terminal{};
  base::CountyCode area;
  Tariff tariff;
  Relay relay = Relay::kOpen;
  std::uint64_t total_pulses = 0;
  std::uint64_t fault_pulses = 0;   // belonged to no session
  std::uint64_t closed_pulses = 0;  // of all sessions that left the meter
  std::optional<Session> session{};
  std::deque<UsageRecord> usage{};
  std::deque<SuspendedRecord> suspended{};
  std::deque<SwipeFault> swipe_faults{};
  std::vector<Debt> debts{};
  std::uint32_t usage_seq = 0;  // of the newest
  std::uint32_t suspended_seq = 0;
  std::uint32_t swipe_fault_seq = 0;
  bool operator==(const Meter&) const = default;
};

struct LockDrawn {
  CardNumber card;
  Amount balance;
  card::CardSn lock_sn = 0;
  card::TerminalSn terminal_sn = 0;
  UtcTime at;
};

struct LockCertified {};

struct LockDropped {};  // the card is not locked: nothing has happened

// The security module has made the GMAC of this lock already, for nothing used: the session is settled
// so and never runs.
struct StartGivenUp {
  UtcTime at;
};

struct PulsesCounted {
  std::uint64_t pulses = 0;
};

struct MainsLost {};

struct SettlementFixed {
  UtcTime at;
};

struct ReleaseMade {
  Release release;
};

// The session leaves the meter unpaid and waits for its card among the suspended records.
struct SessionSuspended {
  UtcTime at;
};

// The open or suspended session of this card is paid, or was released by the desk.
struct SessionClosed {
  CardNumber card;
  Payment payment = Payment::kSettled;
  Amount left;
  card::CardSn card_sn = 0;  // as in UsageRecord
};

struct SwipeRefused {
  CardNumber card;
  Amount left;
  FaultCause cause = FaultCause::kWrongArea;
  std::optional<card::TerminalNumber> locked_at;
  UtcTime at;
};

using Event =
    std::variant<LockDrawn, LockCertified, LockDropped, StartGivenUp, PulsesCounted, MainsLost,
                 SettlementFixed, ReleaseMade, SessionSuspended, SessionClosed, SwipeRefused>;

// Throws kWrongState when the event cannot happen in this state, kRefused when the table of
// suspended records is full. Whoever compares the relay before and after knows what to switch.
Meter apply(Meter meter, const Event& event);

// The number of the session's lock as the lock proof of its card shows it.
card::CardSn shown_sn(const Session& session);

// The price of the open session; the tariff's otherwise.
Tariff tariff_of(const Meter& meter, const Session& session);

// How many more pulses the open session may use before its money trips the relay; nothing when no
// session is running.
std::optional<std::uint64_t> pulses_until_trip(const Meter& meter);

Amount debt_of(const Meter& meter, const CardNumber& card);

const SuspendedRecord* suspended_of(const Meter& meter, const CardNumber& card);

// total = closed sessions + open session + suspended sessions + fault energy
bool adds_up(const Meter& meter);

}  // namespace meter
