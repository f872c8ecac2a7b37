// `wellkey card show`: every card in every reader, or in one.
#pragma once

#include <string>

#include "base/core/clock.h"

namespace card::show {

enum class Output { kText, kJson };

// `reader` empty: all readers. Prints every card with its reader's name, and returns 0. Throws kNotFound
// when there is no reader, no reader of that name, or no card; kUnavailable without the PC/SC service.
int show_cards(const std::string& reader, Output output, base::UtcTime now);

}  // namespace card::show
