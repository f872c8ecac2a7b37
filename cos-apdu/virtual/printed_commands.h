// docs/tables/commands.md: what each kind of card answers, in Markdown.
#pragma once

#include <string>

namespace card::chip {

// Per kind that is no key card, one table of its commands in the order in which they are searched.
std::string printed_commands();

}  // namespace card::chip
