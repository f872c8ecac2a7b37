// Who a card is: the record behind GET CARD STATUS, kept in the card's memory.
#pragma once

#include <optional>

#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/virtual/nvm.h"

namespace card::chip {

// pin_tries is not stored here: the PIN record knows it (pin.h).
layout::CardStatus load_identity(const Nvm& nvm);
void store_identity(Nvm& nvm, const layout::CardStatus& identity);

// The record, decoded again only when its bytes are others: every gate asks who the card is.
class KnownIdentity {
 public:
  const layout::CardStatus& of(const Nvm& nvm);

 private:
  FixedBytes<layout::kCardStatusBytes> bytes_{};
  std::optional<layout::CardStatus> decoded_;
};

// How a card's files and keys came into it: a native card has the files and slots of
// layout/card_files.h, an interoperability card was given them by CREATE FILE and WRITE KEY.
enum class CardForm : Byte { kNative = 0x00, kInteroperability = 0x01 };

CardForm card_form(const Nvm& nvm);

inline bool is_interoperability(const Nvm& nvm) {
  return card_form(nvm) == CardForm::kInteroperability;
}

}  // namespace card::chip
