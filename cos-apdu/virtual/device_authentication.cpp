// The check of a device's cryptogram.
#include "cos-apdu/virtual/device_authentication.h"

#include "cos-apdu/virtual/key_check.h"

namespace card::chip {

StatusWord check_device(Context& card, derivation::Purpose purpose, ByteView cryptogram) {
  const auto holds = [&](const KeySlot& slot) {
    const auto expected =
        crypto::authentication_cryptogram(slot.suite, slot.key, card.ram.challenge);
    return base::equal_in_constant_time(expected, cryptogram);
  };
  const auto record = slot_record(purpose);
  const StatusWord word = check_with_tries(card, record, holds, status::kVerificationFailed);
  if (word != status::kVerificationFailed) return word;
  return tries_word(card.nvm, record);
}

}  // namespace card::chip
