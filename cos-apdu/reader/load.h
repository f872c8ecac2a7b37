// One top-up between a user card and the PSAM, and what became of it when an answer was lost.
#pragma once

#include "cos-apdu/reader/psam_card.h"
#include "cos-apdu/user_card.h"

namespace card::reader {

// Enough to recognise the top-up on the card afterwards, in this process or in another.
struct LoadClaim {
  base::CardNumber card;
  base::Amount amount;
  base::CardTime at;
  TerminalNumber terminal{};
  base::Amount balance_before;
  CardSn sn_before = 0;
  Byte key_version = 0;
  Byte algorithm = 0;
};

// Verifies the holder's PIN on a card that has one; an empty PIN is nobody's.
void present_pin(HeldCard& card, const base::SecretBytes& pin);

struct LoadOutcome {
  wellkey_outcome outcome = WELLKEY_OUTCOME_UNKNOWN;
  base::Amount balance_after;  // as the claim says, when done
  Mac4 tac{};
};

// Asks the card: its proof for the claim's counter with a TAC that the PSAM verifies, else where its
// counter stands, else its own records. Changes nothing on the card. Throws what the cards and the
// link throw; then nothing more is known than before.
LoadOutcome outcome_of(HeldCard& card, PsamCard& psam, const LoadClaim& claim,
                       const base::SecretBytes& pin);

// Lets the card book the load. When its answer is lost or odd, asks the card (restarting it when it
// has to) as long as it is there; kOutcomeUnknown only when it is not, or cannot tell.
// `why` receives the card's own words when it did not simply say yes.
LoadOutcome credit(HeldCard& card, PsamCard& psam, const LoadClaim& claim, const Mac4& mac2,
                   const base::SecretBytes& pin, std::string& why);

}  // namespace card::reader
