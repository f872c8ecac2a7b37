// What a meter does with a card that is held against it: decided from the card's own words and the
// meter's journal, before anything is sent that could change either.
#pragma once

#include <string>

#include "cos-apdu/user_card.h"
#include "meter-emu/meter/meter.h"

namespace meter {

struct CardView {
  CardNumber number;
  base::CountyCode county;
  base::FixedBytes<4> valid_from{};  // CCYYMMDD in BCD
  base::FixedBytes<4> valid_until{};
  Amount balance;
  card::LockProof proof;
};

enum class Action {
  kStart,            // lock the card and run
  kCertify,          // a torn start: the lock proof has the card's MAC2
  kDropLock,         // a torn start that never reached the card; then decide again
  kSettle,           // debit the open session
  kSettleSuspended,  // debit with the GMAC of the suspended record
  kBook,             // the debit has happened, its answer was lost: book it once
  kBookReleased,     // the desk has released the lock
  kClearTac,         // a settled debit whose flag stands; then decide again
  kSuspendOther,     // another card left its session behind; then decide again
  kRefuse,
};

struct Decision {
  Action action = Action::kRefuse;
  std::optional<FaultCause> cause{};  // of a refusal that is recorded
  std::string why{};                  // for the display, when refused
};

Decision decide(const Meter& meter, const CardView& card, UtcTime now);

}  // namespace meter
