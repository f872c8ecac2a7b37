// A break of a ceremony: who stays in the room, every card in a bag, two approvals; and back.
#pragma once

#include <string>

#include "keyceremony/scene.h"

namespace keyceremony {

// Asks who stays in the room (two of the people present at least), then for the approvals, then puts
// every card on the table into a bag; the break's line comes last. Called again after a cut it does
// the rest, and on a break it seals what was opened since. Throws kRefused, after three tries, for
// one person or for one who was not called.
void take_break(Scene& scene, const std::string& text);

// Reads the bags back and has those who stayed confirm it, then asks for the approvals. Throws
// kWrongState without a break to end.
void end_break(Scene& scene);

}  // namespace keyceremony
