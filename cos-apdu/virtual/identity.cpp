// Storage of the identity record.
#include "cos-apdu/virtual/identity.h"

#include "cos-apdu/virtual/records.h"

namespace card::chip {

layout::CardStatus load_identity(const Nvm& nvm) {
  return layout::decode_card_status(nvm.get(record::kIdentity));
}

void store_identity(Nvm& nvm, const layout::CardStatus& identity) {
  nvm.put(record::kIdentity, layout::encode(identity));
}

CardForm card_form(const Nvm& nvm) {
  return nvm.holds(record::kCardForm) ? CardForm::kInteroperability : CardForm::kNative;
}

}  // namespace card::chip
