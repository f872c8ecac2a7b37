// The page of docs/tables about the states of pairs and of their keys.
#pragma once

#include <string>

namespace issuance {

// One whole page in Markdown.
std::string printed_key_states();

}  // namespace issuance
