// The permission of an emulated chip to look into its own memory.
#pragma once

#include "base/core/secret.h"

namespace card {

struct ChipMemoryDoor {
  static base::SecretAccess open() { return {}; }
};

}  // namespace card
