// A blank tool, modify or restore card takes its package and goes into use.
#pragma once

#include "cos-apdu/layout/field_package.h"
#include "cos-apdu/session.h"

namespace card::fieldcards {

// May be repeated with the same package after a tear; a card that it has issued already is left as it
// is. Throws kConflict for another card's package and for a card that is in use with another grant.
void issue_field_card(Session& card, const layout::FieldPackage& package);

}  // namespace card::fieldcards
