// What a person's card signs in a ceremony, and the key that answers for it in the transcript.
#pragma once

#include "keyceremony/scene.h"

namespace keyceremony {

using Signature = base::FixedBytes<64>;

// Notes the public key of this card, unless the journal has it.
void note_point(Scene& scene, const HeldCard& held);

// planId | step | hash under the keeper's PIN. Throws kTampered when the card's key is not the one
// that the journal has.
Signature signed_by(Scene& scene, const HeldCard& held, base::Byte step,
                    const crypto::Hash32& hash);

// Signs the transcript and notes it.
void sign_as(Scene& scene, const Person& person, const crypto::Hash32& transcript);

}  // namespace keyceremony
