// Debits at the desk: a purchase of its own, and the settlement of a lock that a meter left behind.
#pragma once

#include "cos-apdu/reader/psam_card.h"
#include "cos-apdu/user_card.h"

namespace card::reader {

struct PurchaseDone {
  base::Amount balance_before;
  CardSn offline_sn = 0;  // before the purchase
  TerminalSn terminal_sn = 0;
  Mac4 tac{};
};

// A lost answer is settled by the card's proof and the PSAM's check of its MAC2. Throws Failure:
// WELLKEY_NOT_ENOUGH, WELLKEY_NOT_TRANSACTED (the counter did not move), WELLKEY_UNCERTAIN.
PurchaseDone purchase(HeldCard& card, PsamCard& psam, const base::CardNumber& number,
                      base::Amount amount, const base::CardTime& at);

// The lock proof after the settlement. A card that was settled so already answers as the first time; a
// lost answer is looked up in the lock proof, and the same command repeated while it says grey.
// Throws Failure: WELLKEY_NOT_LOCKED, WELLKEY_NOT_ENOUGH, WELLKEY_MAC_REFUSED, WELLKEY_UNCERTAIN.
LockProof settle(HeldCard& card, const UnlockRequest& request);

}  // namespace card::reader
