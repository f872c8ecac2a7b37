// The rules of a swipe, in the order in which they are asked.
#include "meter-emu/meter/swipe_decision.h"

#include <fmt/format.h>

namespace meter {
namespace {

Decision refuse(FaultCause cause, std::string why) {
  return {Action::kRefuse, cause, std::move(why)};
}

bool is_grey(const CardView& card) {
  return card.proof.state == card::LockState::kGrey;
}

// The lock proof speaks of the lock with this number at this meter.
bool is_of_lock(const Meter& meter, const CardView& card, card::CardSn card_sn) {
  return card.proof.terminal == meter.terminal && card.proof.offline_sn == card_sn;
}

bool is_released_by_desk(const CardView& card) {
  return card.proof.type == card::byte_of(card::TransactionType::kGreyUnlockDeposit) ||
         card.proof.type == card::byte_of(card::TransactionType::kGreyUnlockWallet);
}

Decision refuse_locked(const CardView& card) {
  return refuse(FaultCause::kLockedElsewhere,
                fmt::format("the card is locked at meter {}: settle it there or at the desk",
                            base::to_hex(card.proof.terminal)));
}

// A card that is no longer grey was debited with the GMAC that only this meter's module makes, or
// released by the desk.
Decision book(const CardView& card) {
  return {is_released_by_desk(card) ? Action::kBookReleased : Action::kBook};
}

Decision decide_open(const Meter& meter, const Session& session, const CardView& card) {
  const bool is_held = is_grey(card) && is_of_lock(meter, card, shown_sn(session));
  switch (session.phase) {
    case Phase::kLocking:
      return {is_held ? Action::kCertify : Action::kDropLock};
    case Phase::kRunning:
    case Phase::kTripped:
      // Before the GMAC exists nobody but the desk can have ended the lock.
      return {is_held ? Action::kSettle : Action::kBookReleased};
    case Phase::kSettling:
      return is_held ? Decision{Action::kSettle} : book(card);
  }
  return {};
}

Decision decide_suspended(const Meter& meter, const SuspendedRecord& record, const CardView& card) {
  if (!is_grey(card) || !is_of_lock(meter, card, record.usage.card_sn)) return book(card);
  if (record.release) return {Action::kSettleSuspended};
  return refuse(FaultCause::kLockedElsewhere,
                "the start at this meter was torn: the desk must release the card");
}

Decision decide_start(const Meter& meter, const CardView& card, UtcTime now) {
  const auto today = base::card_time(now).date;
  if (card.county != meter.area) {
    return refuse(FaultCause::kWrongArea,
                  fmt::format("the card belongs to county {}, the meter to {}",
                              card.county.digits(), meter.area.digits()));
  }
  if (is_grey(card)) return refuse_locked(card);
  if (card.proof.state == card::LockState::kTacUnread) return {Action::kClearTac};
  if (today < card.valid_from || today > card.valid_until) {
    return refuse(FaultCause::kOutsideValidity, "the card is outside its dates");
  }
  if (card.balance <= debt_of(meter, card.number)) {
    return refuse(FaultCause::kNotEnoughMoney,
                  fmt::format("{} yuan on the card are not enough", base::format(card.balance)));
  }
  if (meter.suspended.size() >= kMostSuspended) {
    return {
        Action::kRefuse, std::nullopt,
        fmt::format("{} suspended sessions wait for their cards: no new start", kMostSuspended)};
  }
  return {Action::kStart};
}

}  // namespace

Decision decide(const Meter& meter, const CardView& card, UtcTime now) {
  if (meter.session && meter.session->card == card.number) {
    return decide_open(meter, *meter.session, card);
  }
  if (const auto* record = suspended_of(meter, card.number)) {
    return decide_suspended(meter, *record, card);
  }
  auto start = decide_start(meter, card, now);
  if (start.action != Action::kStart || !meter.session) return start;
  if (meter.session->phase == Phase::kRunning) {
    return refuse(FaultCause::kMeterInUse, "another card is irrigating here");
  }
  return {Action::kSuspendOther};
}

}  // namespace meter
