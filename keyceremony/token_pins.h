// How the PINs of the tokens outlive a role card that is lost: a spare holds the same halves, and a
// change makes the halves on the lost card worthless.
//
// A change is cut-safe: both new halves are on the cards, in slots of their own, before the token
// takes the new PIN, and move to their slots when it has. Until then the old PIN opens.
#pragma once

#include <string>

#include "base/hsm/token.h"
#include "keyceremony/officers.h"

namespace keyceremony {

// The officers with the spare in the place of the card that was lost; the keeper stays. Throws
// kNotFound when neither officer has the lost card, kRefused when the spare is no role card or the
// other officer's.
Officers with_spare(const Officers& officers, const derivation::Serial8& lost,
                    const derivation::Serial8& spare);

// Both halves of one officer onto his spare card, each card under its own PIN, side by side in two
// readers. What the spare held is replaced.
void copy_shares(CardTable& cards, const HeldCard& officer, const HeldCard& spare);

// A new PIN for the token, its halves on the officers' cards, side by side in two readers; answers
// it. After a cut it goes on with the PIN of the change that was cut. Throws what Token throws; the
// old PIN then still opens.
base::SecretBytes change_token_pin(CardTable& cards, const Officers& officers, ShareSlot slot,
                                   const hsm::TokenConfig& config);

}  // namespace keyceremony
