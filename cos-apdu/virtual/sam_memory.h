// What PSAM and ESAM share: keys by version, the card's leaf key, terminal number and counters.
//
// A module keeps five versions of a county key, the active one and four before it, so that a county
// may change its keys without recalling its cards. File 01 of an ESAM may narrow that
// (layout/sam_files.h).
#pragma once

#include <optional>

#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/purse.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/key_slot.h"

namespace card::chip {

// nullopt: 9403.
std::optional<RecordId> key_of_version(const Nvm& nvm, derivation::Purpose purpose, Byte version);

// Also of this algorithm, and of a version that the module still serves.
std::optional<RecordId> county_slot(const Nvm& nvm, derivation::Purpose purpose, Byte version,
                                    Byte algorithm);

// The same with the key itself.
std::optional<KeySlot> county_key(const Nvm& nvm, derivation::Purpose purpose, Byte version,
                                  Byte algorithm);

// The active key becomes the newest of the four before it, the oldest is forgotten.
void retire_key(Nvm& nvm, derivation::Purpose purpose);

// All versions, also the staged one.
void forget_key(Nvm& nvm, derivation::Purpose purpose);

// The user card's key below a county key. Throws kMalformed (6A80) when the eight bytes are not the
// end of a user card's number.
crypto::Key leaf_key(const KeySlot& county, ByteView card_factor);

// File 16.
TerminalNumber terminal_number(const Nvm& nvm);

// File 18 of a module that goes into use: its terminal number begins at 1.
void begin_counting(Context& card);

// Ten wrong values in a row block: `guard` counts down durably before the comparison (6983 at
// zero), `restore` after success.
StatusWord guard_tries(Context& card, RecordId counter);
void restore_tries(Context& card, RecordId counter);
bool tries_are_used_up(const Nvm& nvm, RecordId counter);

}  // namespace card::chip
