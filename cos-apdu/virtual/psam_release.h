// The PSAM's part in a forced release (psam_release.h of the terminal has the bytes).
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

CommandTable psam_release_commands();

}  // namespace card::chip
