// Blocking and unblocking a user card's application and PIN (card reference §3.1), under secure
// messaging with the application maintenance key, PIN unblock key and PIN reload key.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// Of SELECT: 9000, or what the profile says of a blocked application.
StatusWord select_word(const Nvm& nvm);

Answer card_block(Context& card, const CommandApdu& command);
Answer application_block(Context& card, const CommandApdu& command);
Answer application_block_for_ever(Context& card, const CommandApdu& command);

// Three wrong MACs in a row block the application for ever (9303).
Answer application_unblock(Context& card, const CommandApdu& command);

// Data: the enciphered PIN; sets it and its counter. P1 P2 name the PIN as the profile says (6A86);
// the card has one, known as 00 and 01.
Answer pin_unblock(Context& card, const CommandApdu& command);

// newPIN | MAC4 = TAC(reload key, newPIN), no challenge.
Answer reload_pin(Context& card, const CommandApdu& command);

}  // namespace card::chip
