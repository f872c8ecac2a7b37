// Cryptograms by which a module and a device prove a key to each other.
#pragma once

#include "cos-apdu/virtual/command.h"
#include "derivation/purpose.h"

namespace card::chip {

// The device's cryptogram over the challenge of the previous command: 63Cx, 6983, 6A88 no such key.
StatusWord check_device(Context& card, derivation::Purpose purpose, ByteView cryptogram);

}  // namespace card::chip
