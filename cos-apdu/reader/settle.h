// Debits at the desk: a purchase of its own, and the settlement of a lock that a meter left behind.
#pragma once

#include "cos-apdu/layout/release_package.h"
#include "cos-apdu/reader/psam_card.h"
#include "cos-apdu/user_card.h"

namespace card::reader {

struct PurchaseDone {
  base::Amount balance_before;
  CardSn offline_sn = 0;  // before the purchase
  TerminalSn terminal_sn = 0;
  Mac4 tac{};
  wellkey_result checked = WELLKEY_OK;  // or WELLKEY_TAC_REFUSED, WELLKEY_TAC_UNCHECKED
};

// A lost answer is settled by the card's proof and the PSAM's check of its MAC2. Throws Failure when
// the purchase did not happen (WELLKEY_NOT_ENOUGH, WELLKEY_MAC_REFUSED, WELLKEY_NOT_TRANSACTED: the
// counter did not move), and WELLKEY_UNCERTAIN when the card can no longer be asked.
PurchaseDone purchase(HeldCard& card, PsamCard& psam, const base::CardNumber& number,
                      base::Amount amount, const base::CardTime& at);

// The lock proof after the settlement. A card that was settled so already answers as the first time; a
// lost answer is looked up in the lock proof, and the same command repeated while it says grey.
// Throws Failure: WELLKEY_NOT_LOCKED, WELLKEY_NOT_ENOUGH, WELLKEY_MAC_REFUSED, WELLKEY_UNCERTAIN; the
// link's own error when the card was lost before it was told anything.
LockProof settle(HeldCard& card, const UnlockRequest& request);

// GREY UNLOCK by a county station's order. A lock that was released so already answers as it stands.
// Throws as `settle` does, and WELLKEY_NOT_TRANSACTED when the lock is still there after a tear;
// WELLKEY_TAC_REFUSED and WELLKEY_TAC_UNCHECKED speak of a release that happened.
LockProof release(HeldCard& card, PsamCard& psam, const layout::ReleasePackage& order,
                  const base::CardTime& at, const base::SecretBytes& pin);

}  // namespace card::reader
