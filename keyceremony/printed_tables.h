// The page of docs/tables about who takes part in a ceremony and what follows what.
#pragma once

#include <string>

namespace keyceremony {

// One whole page in Markdown.
std::string printed_ceremony();

}  // namespace keyceremony
