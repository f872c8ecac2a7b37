// The ciphers' permission to look at secrets.
#pragma once

#include "base/core/secret.h"

namespace crypto {

struct SecretDoor {
  static base::SecretAccess open() { return {}; }
};

}  // namespace crypto
