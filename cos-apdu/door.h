// The permission to put a secret (a PIN, a component) into a command on its way to a card.
#pragma once

#include "base/core/secret.h"

namespace card {

struct SecretDoor {
  static base::SecretAccess open() { return {}; }
};

}  // namespace card
