// The text of a plan for a later ceremony of the same people, and the answers that it needs.
#pragma once

#include <string>

#include "tests/keyceremony/emulated_room.h"

namespace room {

// The plan of `given` with another master control pair.
std::string text_with_another_pair(EmulatedRoom& given);

// `text` with the bags into which a ceremony put every card but those of the pair.
std::string text_with_sealed_bags(EmulatedRoom& given, std::string text);

}  // namespace room
