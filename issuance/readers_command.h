// issuance readers: what is in the readers, told by the cards themselves.
#pragma once

#include <CLI/CLI.hpp>

namespace issuance {

// Needs no station. The command throws kUnavailable when the PC/SC service does not answer or a card
// is mute, kNotFound when there is no reader.
void add_readers(CLI::App& app);

}  // namespace issuance
