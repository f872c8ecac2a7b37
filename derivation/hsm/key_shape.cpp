// How the keys of a suite look in a token.
#include "derivation/hsm/key_shape.h"

#include "derivation/tree.h"

namespace derivation {

hsm::Usage derive_usage(crypto::SuiteId suite, Purpose purpose) {
  return key_suite(suite, purpose) == crypto::SuiteId::kTdes2 ? hsm::Usage::kDeriveDes3
                                                              : hsm::Usage::kDeriveAes;
}

hsm::KeyRules parent_rules(crypto::SuiteId suite, Purpose purpose, hsm::Lifetime lifetime,
                           const std::string& label) {
  const auto type = key_suite(suite, purpose) == crypto::SuiteId::kTdes2 ? hsm::KeyType::kDes2
                                                                         : hsm::KeyType::kAes128;
  return {type, derive_usage(suite, purpose), lifetime, hsm::Extraction::kNever, label};
}

}  // namespace derivation
