// A PSAM or an ESAM moves to its next key version: import blocks first, the switch last, so that a
// tear at any place is resumed by doing it again.
#pragma once

#include "cos-apdu/layout/field_package.h"
#include "cos-apdu/session.h"

namespace card::fieldcards {

// True when the card's key of the block's purpose, active or staged, is the block's already.
bool holds_block(Session& card, const derivation::ImportBlockBytes& block);

// Leaves out what the card has taken before; nothing at all when it stands at the package's version.
// Throws kConflict for a package that is for another card, Refusal for what the card refuses (9403 when
// the version does not follow, 6988 for a changed byte); the links' own errors pass through, and then
// the same call again finds out what was done.
void update_keys(Session& card, const layout::KeyPackage& package);

}  // namespace card::fieldcards
