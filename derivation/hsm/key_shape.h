// How the keys of a suite look in a token.
#pragma once

#include <string>

#include "base/crypto/suite.h"
#include "base/hsm/key_rules.h"
#include "derivation/purpose.h"

namespace derivation {

hsm::Usage derive_usage(crypto::SuiteId suite, Purpose purpose);

// A key that only derives.
hsm::KeyRules parent_rules(crypto::SuiteId suite, Purpose purpose, hsm::Lifetime lifetime,
                           const std::string& label);

}  // namespace derivation
