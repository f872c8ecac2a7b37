// One function per event.
#include "meter-emu/meter/meter.h"

#include <algorithm>
#include <numeric>

#include "base/core/error.h"

namespace meter {
namespace {

using base::Fault;

template <typename... Phases>
Session& require_session(Meter& meter, const char* event, Phases... allowed) {
  if (!meter.session || ((meter.session->phase != allowed) && ...)) {
    base::fail(Fault::kWrongState, "{}: the meter has no session in the right phase", event);
  }
  return *meter.session;
}

void set_debt(Meter& meter, const CardNumber& card, Amount amount) {
  std::erase_if(meter.debts, [&](const Debt& debt) { return debt.card == card; });
  if (amount > Amount()) meter.debts.push_back({card, amount});
}

Amount due_of(const Meter& meter, const Session& session) {
  return cost_of(session.pulses, tariff_of(meter, session)).plus(debt_of(meter, session.card));
}

UsageRecord usage_of(const Meter& meter, const Session& session) {
  const auto tariff = tariff_of(meter, session);
  const auto debt = debt_of(meter, session.card);
  const auto room = session.balance > debt ? session.balance.minus(debt) : Amount();
  const auto paid = std::min(session.pulses, pulses_reaching(room, tariff));
  UsageRecord record{0,           session.card,   session.start,
                     session.end, session.amount, session.balance.minus(session.amount)};
  record.card_sn = shown_sn(session);
  record.pulses = session.pulses;
  record.energy = centi_kwh_of(session.pulses, tariff);
  record.zero_crossing = centi_kwh_of(session.pulses - paid, tariff);
  record.price = session.price;
  record.end_state = session.end_state;
  return record;
}

void on(Meter& meter, const LockDrawn& event) {
  if (meter.session) base::fail(Fault::kWrongState, "lock drawn: a session is open");
  Session session{Phase::kLocking,   event.card, event.balance,     event.lock_sn,
                  event.terminal_sn, event.at,   meter.tariff.price};
  meter.session = session;
}

void on(Meter& meter, const LockCertified&) {
  require_session(meter, "lock certified", Phase::kLocking).phase = Phase::kRunning;
  meter.relay = Relay::kClosed;
}

void on(Meter& meter, const LockDropped&) {
  require_session(meter, "lock dropped", Phase::kLocking);
  meter.session.reset();
}

void on(Meter& meter, const StartGivenUp& event) {
  auto& session = require_session(meter, "start given up", Phase::kLocking);
  session.phase = Phase::kSettling;
  session.end = event.at;
}

void on(Meter& meter, const PulsesCounted& event) {
  meter.total_pulses += event.pulses;
  if (!meter.session || meter.session->phase == Phase::kLocking ||
      meter.session->phase == Phase::kSettling) {
    meter.fault_pulses += event.pulses;
    return;
  }
  auto& session = *meter.session;
  session.pulses += event.pulses;
  if (session.phase == Phase::kRunning && due_of(meter, session) >= session.balance) {
    session.phase = Phase::kTripped;
    session.end_state = EndState::kNoMoney;
    meter.relay = Relay::kOpen;
  }
}

void on(Meter& meter, const MainsLost&) {
  meter.relay = Relay::kOpen;
  if (!meter.session || meter.session->phase != Phase::kRunning) return;
  meter.session->phase = Phase::kTripped;
  meter.session->end_state = EndState::kOutage;
}

void on(Meter& meter, const SettlementFixed& event) {
  auto& session = require_session(meter, "settlement fixed", Phase::kRunning, Phase::kTripped);
  session.phase = Phase::kSettling;
  session.amount = std::min(due_of(meter, session), session.balance);
  session.end = event.at;
  meter.relay = Relay::kOpen;
}

void on(Meter& meter, const ReleaseMade& event) {
  require_session(meter, "release made", Phase::kSettling).release = event.release;
}

void on(Meter& meter, const SessionSuspended& event) {
  auto& session = require_session(meter, "suspended", Phase::kLocking, Phase::kSettling);
  if (meter.suspended.size() >= kMostSuspended) {
    base::fail(Fault::kRefused, "{} suspended sessions wait for their cards: no room for another",
               kMostSuspended);
  }
  if (session.phase == Phase::kLocking) session.end = event.at;
  SuspendedRecord record{usage_of(meter, session), session.release};
  record.usage.seq = ++meter.suspended_seq;
  record.usage.payment = Payment::kSuspended;
  set_debt(meter, session.card, due_of(meter, session).minus(session.amount));
  meter.suspended.push_back(record);
  meter.session.reset();
}

void book(Meter& meter, UsageRecord record, const SessionClosed& event) {
  record.seq = ++meter.usage_seq;
  record.payment = event.payment;
  record.left = event.left;
  record.card_sn = event.card_sn;
  meter.closed_pulses += record.pulses;
  push_ring(meter.usage, record, kMostUsage);
}

void on(Meter& meter, const SessionClosed& event) {
  if (meter.session && meter.session->card == event.card) {
    auto& session = require_session(meter, "closed", Phase::kSettling);
    const auto record = usage_of(meter, session);
    set_debt(meter, event.card, due_of(meter, session).minus(session.amount));
    book(meter, record, event);
    meter.session.reset();
    return;
  }
  const auto found = std::ranges::find(
      meter.suspended, event.card, [](const SuspendedRecord& record) { return record.usage.card; });
  if (found == meter.suspended.end()) {
    base::fail(Fault::kWrongState, "closed: the card has no session here");
  }
  const auto record = found->usage;
  meter.suspended.erase(found);
  book(meter, record, event);
}

void on(Meter& meter, const SwipeRefused& event) {
  push_ring(meter.swipe_faults,
            SwipeFault{++meter.swipe_fault_seq, event.card, event.at, event.left, event.cause,
                       event.locked_at},
            kMostSwipeFaults);
}

}  // namespace

Meter apply(Meter meter, const Event& event) {
  std::visit([&](const auto& one) { on(meter, one); }, event);
  return meter;
}

card::CardSn shown_sn(const Session& session) {
  return static_cast<card::CardSn>(session.lock_sn + 1);
}

Tariff tariff_of(const Meter& meter, const Session& session) {
  auto tariff = meter.tariff;
  tariff.price = session.price;
  return tariff;
}

std::optional<std::uint64_t> pulses_until_trip(const Meter& meter) {
  if (!meter.session || meter.session->phase != Phase::kRunning) return std::nullopt;
  const auto& session = *meter.session;
  const auto room = session.balance.minus(debt_of(meter, session.card));
  return pulses_reaching(room, tariff_of(meter, session)) - session.pulses;
}

Amount debt_of(const Meter& meter, const CardNumber& card) {
  const auto found = std::ranges::find(meter.debts, card, &Debt::card);
  return found == meter.debts.end() ? Amount() : found->amount;
}

const SuspendedRecord* suspended_of(const Meter& meter, const CardNumber& card) {
  for (const auto& record : meter.suspended) {
    if (record.usage.card == card) return &record;
  }
  return nullptr;
}

bool adds_up(const Meter& meter) {
  const auto waiting = std::accumulate(
      meter.suspended.begin(), meter.suspended.end(), std::uint64_t{0},
      [](std::uint64_t sum, const SuspendedRecord& record) { return sum + record.usage.pulses; });
  const auto open = meter.session ? meter.session->pulses : 0;
  return meter.total_pulses == meter.closed_pulses + open + waiting + meter.fault_pulses;
}

}  // namespace meter
