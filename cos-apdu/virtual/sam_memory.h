// What PSAM and ESAM share: county keys by version, the card's leaf key, terminal number and
// counters.
#pragma once

#include <optional>

#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/purse.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/key_slot.h"

namespace card::chip {

// The active or the previous key of this version and algorithm; nullopt: 9403.
std::optional<RecordId> county_slot(const Nvm& nvm, derivation::Purpose purpose, Byte version,
                                    Byte algorithm);

// The user card's key below a county key. Throws kMalformed (6A80) when the eight bytes are not the
// end of a user card's number.
crypto::Key leaf_key(const KeySlot& county, ByteView card_factor);

// File 16.
TerminalNumber terminal_number(const Nvm& nvm);

// Ten wrong values in a row block: `guard` counts down durably before the comparison (6983 at
// zero), `restore` after success.
StatusWord guard_tries(Context& card, RecordId counter);
void restore_tries(Context& card, RecordId counter);

}  // namespace card::chip
