// One swipe: the conversation of user card, security module and meter, from the card's first word
// to the relay. Every step is saved before the next command may change a card, so that after a cut
// at any point the next swipe of the same card ends with what was used paid exactly once.
#pragma once

#include <functional>
#include <string>

#include "cos-apdu/session.h"
#include "meter-emu/meter/swipe_decision.h"

namespace meter {

enum class SwipeResult { kStarted, kSettled, kReleased, kRefused };

struct SwipeReport {
  SwipeResult result = SwipeResult::kRefused;
  Amount amount{};  // taken from the card
  Amount left{};
  std::string text;  // for the display
};

// Makes the state durable before it returns.
using Journal = std::function<void(const Meter&)>;

struct Surroundings {
  Journal journal;
  UtcTime now;
};

// Errors of a link (device lost, uncertain) pass through; the journal is right then, and the card
// is to be swiped again. A card that is refused is recorded and reported, not thrown.
SwipeReport swipe(Meter& meter, card::Session& card, card::Session& esam,
                  const Surroundings& around);

// The open session, whose card is not here, becomes a suspended record with the GMAC for its desk.
// Throws kWrongState when there is none, kRefused when the table of suspended records is full.
void suspend_session(Meter& meter, card::Session& esam, const Surroundings& around);

// Number, dates, balance and lock of a user card. Throws kRefused for one that is blocked or of
// another application.
CardView read_card(card::Session& card);

}  // namespace meter
