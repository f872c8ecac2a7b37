// The token's permission to look at secrets: PINs on their way into C_Login and C_InitPIN.
#pragma once

#include "base/core/secret.h"

namespace hsm {

struct SecretDoor {
  static base::SecretAccess open() { return {}; }
};

}  // namespace hsm
