// Takes a lock off a card step by step, each step beginning with what the card says of its lock.
#pragma once

#include <string>

#include "cos-apdu/reader/held_card.h"
#include "cos-apdu/user_card.h"

namespace card::reader {

// What a user card means by its refusals of money.
inline wellkey_result refusal_result(StatusWord status) {
  if (status == status::kSecurityNotSatisfied) return WELLKEY_PIN_NEEDED;
  if (status == status::kNotEnoughMoney) return WELLKEY_NOT_ENOUGH;
  if (status == status::kMacInvalid) return WELLKEY_MAC_REFUSED;
  return WELLKEY_CARD_REFUSED;
}

// `step` gets the lock proof and returns true when the lock is off; it sets `told` right before it
// sends what takes the lock off. After a lost answer the card is restarted and asked. Throws Failure
// WELLKEY_UNCERTAIN when it was told and cannot be asked any more, and what the link threw when it was
// not told yet.
template <typename Step>
LockProof until_unlocked(HeldCard& card, Step step) {
  constexpr int kSteps = 4;
  bool told = false;
  std::string why;
  for (int at = 0; at < kSteps; ++at) {
    try {
      const LockProof proof = get_lock_proof(card.session());
      if (step(proof, told)) return proof;
    } catch (const Refusal& refusal) {
      throw Failure(refusal_result(refusal.status()), refusal.what());
    } catch (const base::Error& error) {
      if (!told || !is_loss(error)) throw;
      why += (why.empty() ? "" : ", then ") + std::string(error.what());
      try {
        card.restart();
      } catch (const base::Error& again) {
        throw Failure(WELLKEY_UNCERTAIN, why + ", then " + again.what());
      }
    }
  }
  throw Failure(WELLKEY_UNCERTAIN, why);
}

}  // namespace card::reader
