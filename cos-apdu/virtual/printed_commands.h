// The command and file tables of user card, PSAM and ESAM as Markdown: docs/formats/cards.md.
#pragma once

#include <string>

#include "derivation/kind.h"

namespace card::chip {

// One table of all commands that a card of this kind answers, in the order they are searched.
std::string printed_commands(derivation::CardKind kind);

// Its files and its keys.
std::string printed_files(derivation::CardKind kind);

// The whole page.
std::string printed_card_formats();

}  // namespace card::chip
