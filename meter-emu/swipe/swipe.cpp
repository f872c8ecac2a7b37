// The steps behind each decision.
#include "meter-emu/swipe/swipe.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/esam.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/user_card.h"

namespace meter {
namespace {

using base::Fault;

constexpr auto kWallet = card::Purse::kWallet;
constexpr card::Byte kApplicationFile = 0x15;
// Each decision that is followed by another look at the card removes its own reason.
constexpr int kMostLooks = 6;

// A card that is grey at another meter by now holds what its lock before left.
card::CardSn last_ended(const card::LockProof& proof) {
  const int open = proof.state == card::LockState::kGrey ? 1 : 0;
  return static_cast<card::CardSn>(proof.offline_sn - open);
}

// What needs no card: meter, security module and journal.
class Module {
 public:
  Module(Meter& meter, card::Session& esam, const Surroundings& around)
      : meter_(meter), esam_(esam), around_(around) {}

  // The journal first, then whatever follows.
  void happen(const Event& event) {
    auto next = apply(meter_, event);
    around_.journal(next);
    meter_ = std::move(next);
  }

  // Amount and GMAC, each journalled; does nothing twice.
  void fix_settlement() {
    if (meter_.session->phase != Phase::kSettling) happen(SettlementFixed{around_.now});
    if (meter_.session->release) return;
    const auto& session = *meter_.session;
    const auto terminal_sn = session.terminal_sn + 1;
    const auto card_sn = shown_sn(session);
    auto pair = card::get_gmac(esam_, terminal_sn);
    if (!pair) {
      pair = card::credit_sam_for_grey_debit(
          esam_,
          {card::TransactionType::kUnlockWallet, session.card.factor8(), card_sn, session.amount});
    }
    happen(ReleaseMade{{card_sn, terminal_sn, pair->gmac, pair->sam_tac}});
  }

  // A module that certified a lock takes no new one; of a lock that came to nothing it must be
  // freed, and it refuses to be when it certified none.
  void free_of_lock() {
    const auto& session = *meter_.session;
    try {
      card::credit_sam_for_grey_debit(
          esam_,
          {card::TransactionType::kUnlockWallet, session.card.factor8(), session.lock_sn, {}});
    } catch (const base::Error& error) {
      if (error.fault() != Fault::kRefused) throw;
    }
  }

  void suspend() {
    if (!meter_.session) base::fail(Fault::kWrongState, "no session is open");
    if (meter_.session->phase == Phase::kLocking) {
      free_of_lock();
    } else {
      fix_settlement();
    }
    happen(SessionSuspended{around_.now});
  }

 private:
  Meter& meter_;
  card::Session& esam_;
  const Surroundings& around_;
};

class Swipe {
 public:
  Swipe(Meter& meter, card::Session& card, card::Session& esam, const Surroundings& around)
      : meter_(meter), card_(card), esam_(esam), now_(around.now), module_(meter, esam, around) {}

  SwipeReport run() {
    for (int look = 0; look < kMostLooks; ++look) {
      const auto card = read_card(card_);
      if (auto report = act(card, decide(meter_, card, now_))) return *report;
    }
    base::fail(Fault::kWrongState, "the card's lock state does not settle");
  }

 private:
  // Nothing: look at the card again.
  std::optional<SwipeReport> act(const CardView& card, const Decision& decision) {
    switch (decision.action) {
      case Action::kStart:
        return start(card);
      case Action::kCertify:
        return certify(card, card.proof.mac2);
      case Action::kDropLock:
        module_.free_of_lock();
        module_.happen(LockDropped{});
        return std::nullopt;
      case Action::kSettle:
        module_.fix_settlement();
        return debit(card, meter_.session->amount, meter_.session->end, *meter_.session->release);
      case Action::kSettleSuspended: {
        const auto record = *suspended_of(meter_, card.number);
        return debit(card, record.usage.used, record.usage.end, *record.release);
      }
      case Action::kBook:
        return book(card, Payment::kSettled);
      case Action::kBookReleased:
        return book(card, Payment::kReleased);
      case Action::kClearTac:
        return clear_tac(card);
      case Action::kSuspendOther:
        module_.suspend();
        return std::nullopt;
      case Action::kRefuse:
        return refuse(card, decision);
    }
    return std::nullopt;
  }

  SwipeReport refuse(const CardView& card, const Decision& decision) {
    if (decision.cause) {
      const bool is_locked = card.proof.state == card::LockState::kGrey;
      module_.happen(SwipeRefused{card.number, card.balance, *decision.cause,
                                  is_locked ? std::optional(card.proof.terminal) : std::nullopt,
                                  now_});
    }
    return {SwipeResult::kRefused, {}, card.balance, decision.why};
  }

  SwipeReport refuse_as_foreign(const CardView& card, const std::string& what) {
    module_.happen(LockDropped{});
    return refuse(card, {Action::kRefuse, FaultCause::kNotAuthentic,
                         fmt::format("card and meter do not authenticate each other: {}", what)});
  }

  SwipeReport start(const CardView& card) {
    const auto at = base::card_time(now_);
    const auto init = card::init_grey_lock(card_, kWallet, card::kFirstKey, meter_.terminal);
    card::SamGreyLockRequest request;
    request.card_random = init.key.random;
    request.offline_sn = init.offline_sn;
    request.balance = init.balance;
    request.at = at;
    request.key_version = init.key.version;
    request.algorithm = init.key.algorithm;
    request.card_factor = card.number.factor8();
    const auto draw = card::init_sam_grey_lock(esam_, request);
    module_.happen(LockDrawn{card.number, init.balance, init.offline_sn, draw.terminal_sn, now_});
    card::GreyLockAnswer locked;
    try {
      locked = card::grey_lock(card_, {draw.terminal_sn, draw.terminal_random, at, draw.mac1});
    } catch (const base::Error& error) {
      if (error.fault() != Fault::kRefused) throw;
      return refuse_as_foreign(card, error.what());
    }
    return certify(card, locked.mac2);
  }

  SwipeReport certify(const CardView& card, const card::Mac4& mac2) {
    switch (card::certify_sam_grey_lock(esam_, mac2)) {
      case card::Certification::kDoesNotHold:
        return refuse_as_foreign(card, "the card's MAC does not hold");
      case card::Certification::kAlreadyDone:
        return give_up(card);
      case card::Certification::kCertified:
        break;
    }
    module_.happen(LockCertified{});
    return {SwipeResult::kStarted,
            {},
            card.balance,
            fmt::format("pump on, {} yuan on the card", base::format(card.balance))};
  }

  // Freeing the module of this lock was cut off before its journal entry.
  SwipeReport give_up(const CardView& card) {
    module_.happen(StartGivenUp{now_});
    module_.fix_settlement();
    return debit(card, {}, now_, *meter_.session->release);
  }

  SwipeReport debit(const CardView& card, Amount amount, UtcTime at, const Release& release) {
    card::debit_for_unlock(card_, kWallet,
                           {amount, release.offline_sn, meter_.terminal, release.terminal_sn,
                            base::card_time(at), release.gmac});
    return close(card,
                 {card.number, Payment::kSettled, card.balance.minus(amount), release.offline_sn},
                 amount);
  }

  // A settlement of this meter whose last step was lost ends here; the next swipe starts the pump.
  std::optional<SwipeReport> clear_tac(const CardView& card) {
    card::clear_tac_unread(card_);
    if (card.proof.terminal != meter_.terminal) return std::nullopt;
    return settled(card.proof.amount, card.balance);
  }

  SwipeReport settled(Amount amount, Amount left) {
    return {SwipeResult::kSettled, amount, left,
            fmt::format("pump off, {} yuan used, {} yuan left", base::format(amount),
                        base::format(left))};
  }

  SwipeReport book(const CardView& card, Payment payment) {
    if (meter_.session && meter_.session->card == card.number) module_.fix_settlement();
    const auto* waiting = suspended_of(meter_, card.number);
    const auto amount = waiting != nullptr ? waiting->usage.used : meter_.session->amount;
    return close(card, {card.number, payment, card.balance, last_ended(card.proof)}, amount);
  }

  SwipeReport close(const CardView& card, const SessionClosed& event, Amount amount) {
    module_.happen(event);
    if (event.payment == Payment::kReleased) {
      return {SwipeResult::kReleased, {}, event.left, "the desk has released this card"};
    }
    // A lock proof read before the debit says grey.
    const bool is_locked_elsewhere = card.proof.offline_sn != event.card_sn;
    if (card.proof.state != card::LockState::kClear && !is_locked_elsewhere) {
      card::clear_tac_unread(card_);
    }
    return settled(amount, event.left);
  }

  Meter& meter_;
  card::Session& card_;
  card::Session& esam_;
  UtcTime now_;
  Module module_;
};

}  // namespace

SwipeReport swipe(Meter& meter, card::Session& card, card::Session& esam,
                  const Surroundings& around) {
  return Swipe(meter, card, esam, around).run();
}

void suspend_session(Meter& meter, card::Session& esam, const Surroundings& around) {
  Module(meter, esam, around).suspend();
}

CardView read_card(card::Session& card) {
  card::select_by_name(card, card::layout::kPurseAid);
  const auto info = card::layout::decode_application_info(card::read_file(card, kApplicationFile));
  return {info.number,
          info.county,
          info.valid_from,
          info.valid_until,
          card::get_balance(card, kWallet),
          card::get_lock_proof(card)};
}

}  // namespace meter
