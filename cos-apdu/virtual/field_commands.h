// The command tables of the field cards, and of their side in an ESAM.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// Of tool, modify and restore card; empty for every other kind.
CommandTable field_commands(derivation::CardKind kind);

CommandTable field_meter_commands();

}  // namespace card::chip
