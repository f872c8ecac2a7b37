// Storage of the identity record.
#include "cos-apdu/virtual/identity.h"

#include "cos-apdu/virtual/records.h"

namespace card::chip {

layout::CardStatus load_identity(const Nvm& nvm) {
  return layout::decode_card_status(nvm.get(record::kIdentity));
}

const layout::CardStatus& KnownIdentity::of(const Nvm& nvm) {
  const ByteView stored = nvm.get(record::kIdentity);
  if (!decoded_ || !base::equal(stored, bytes_)) {
    decoded_ = layout::decode_card_status(stored);
    bytes_ = base::fixed<layout::kCardStatusBytes>(stored);
  }
  return *decoded_;
}

void store_identity(Nvm& nvm, const layout::CardStatus& identity) {
  nvm.put(record::kIdentity, layout::encode(identity));
}

CardForm card_form(const Nvm& nvm) {
  return nvm.holds(record::kCardForm) ? CardForm::kInteroperability : CardForm::kNative;
}

}  // namespace card::chip
