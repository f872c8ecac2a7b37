// Who a card is: the record behind GET CARD STATUS, kept in the card's memory.
#pragma once

#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/virtual/nvm.h"

namespace card::chip {

// pin_tries is not stored here: the PIN record knows it (pin.h).
layout::CardStatus load_identity(const Nvm& nvm);
void store_identity(Nvm& nvm, const layout::CardStatus& identity);

}  // namespace card::chip
