// A SoftHSM token of one test, in a folder of its own.
#pragma once

#include "base/core/secret.h"
#include "base/crypto/random.h"
#include "base/hsm/token.h"
#include "base/hsm/token_pin.h"
#include "tests/support/temp_folder.h"

namespace support {

inline constexpr const char* kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

struct SoftToken {
  explicit SoftToken(const std::string& label = hsm::kKeyTokenLabel, Medium medium = Medium::kDisk)
      : folder(medium),
        config{kSoftHsm, folder.path() / "token", label},
        pin(hsm::token_pin_of(crypto::random_secret(hsm::kPinSecretBytes))) {
    hsm::Token::initialise(config, pin, hsm::random_so_pin());
  }

  TempFolder folder;
  hsm::TokenConfig config;
  base::SecretBytes pin;
};

}  // namespace support
