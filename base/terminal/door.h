// The keyboard's and the screen's permission to look at secrets.
#pragma once

#include "base/core/secret.h"

namespace terminal {

struct SecretDoor {
  static base::SecretAccess open() { return {}; }
};

}  // namespace terminal
