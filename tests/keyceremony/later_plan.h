// The text of a plan for a later ceremony of the same people, and the answers that it needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "keyceremony/journal.h"
#include "tests/keyceremony/emulated_room.h"

namespace room {

keyceremony::Journal journal_of(const EmulatedRoom& given, const keyceremony::Plan& plan);

// The fifteen check values of a journal.
std::vector<std::string> values_in(const keyceremony::Journal& journal);

// The plan of `given` with another master control pair.
std::string text_with_another_pair(EmulatedRoom& given);

// `text` with the bags into which a ceremony put every card but those of the pair.
std::string text_with_sealed_bags(EmulatedRoom& given, std::string text);

// The plan of `given`, which is closed, with another pair and a table [recovery] or [drill]: every
// leader's component is in his card.
std::string rebuilding_text(EmulatedRoom& given, std::string_view table);

// Another card in a leader's place.
std::string with_card(EmulatedRoom& given, const std::string& text, unsigned leader,
                      std::string_view serial, std::string_view suffix = "");

// A rebuilding text whose leaders leave their spares in the safe.
std::string without_spares(const EmulatedRoom& given, std::string text);

}  // namespace room
