// A ceremony that is given up: its cards go into bags, and everybody whose card works signs what
// there is, so that a stranger can check an end that nobody wanted as he checks a close.
#pragma once

#include <string>

#include "keyceremony/scene.h"

namespace keyceremony {

// Seals every card on the table and notes "given-up" with the reason and what else is to be told.
// Nothing but the abort follows that line.
void give_up(Scene& scene, const std::string& reason, const Facts& told);

// One line for each person: his signature over the journal up to "given-up", or why there is none.
// Called again it does what is left. Throws kUnavailable when terminal, reader or disk fail; what a
// single card does wrong is noted and keeps nobody from going on.
void sign_what_there_is(Scene& scene);

// The line "given-up" with this reason; nullptr when there is none.
const Record* given_up(const Journal& journal, const std::string& reason);

}  // namespace keyceremony
