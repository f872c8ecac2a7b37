// One set of purpose keys in the token and in the pure reference.
#pragma once

#include <filesystem>
#include <utility>

#include "derivation/hsm/reception.h"
#include "derivation/hsm/token_vault.h"
#include "derivation/profile.h"
#include "derivation/reference_vault.h"
#include "derivation/tree.h"
#include "tests/hsm/soft_token.h"

namespace support {

inline const derivation::Profile& profile() {
  static const auto loaded = derivation::load_profile(std::filesystem::path(WELLKEY_SOURCE_DIR) /
                                                      "derivation/profiles/hebei-sample.toml");
  return loaded;
}

// One set of purpose keys in both homes; into the token they come as from a card.
struct TwoHomes {
  explicit TwoHomes(crypto::SuiteId suite, const std::filesystem::path& module = kSoftHsm)
      : TwoHomes({.suite = suite, .origin = {1, 2, 3, 4}}, crypto::random_key(suite), module) {}

  TwoHomes(const derivation::Holding& held, crypto::Key combined_key,
           const std::filesystem::path& module = kSoftHsm)
      : holding(held),
        reference(holding),
        combined(std::move(combined_key)),
        token(hsm::TokenConfig{module, soft.config.folder, soft.config.label}, soft.pin) {
    reference.put_all(combined, profile());
    plan = {crypto::sha256(base::bytes_of("a plan")), holding.suite, holding.flag, holding.version,
            holding.origin};
  }

  crypto::Key purpose_key(derivation::Purpose purpose) const {
    return derivation::derive_key(holding.suite, purpose, combined,
                                  profile().purpose_factor(purpose, holding.version));
  }

  derivation::Delivery delivery(derivation::Purpose purpose,
                                const crypto::PublicPoint& point) const {
    const auto key = purpose_key(purpose);
    return derivation::seal_delivery(
        {purpose, holding.suite, holding.flag, holding.version, holding.origin,
         crypto::check_value(derivation::key_suite(holding.suite, purpose), key), plan.plan_id},
        point, key);
  }

  derivation::CheckValueList check_values() {
    derivation::CheckValueList list;
    for (const auto& row : derivation::kPurposes)
      list.at(std::size_t{derivation::byte_of(row.purpose)} - 1) =
          reference.check_value(reference.held(row.purpose));
    return list;
  }

  void deliver_all() {
    derivation::Reception reception(token);
    const auto point = reception.prepare();
    for (const auto& row : derivation::kPurposes)
      reception.receive(
          plan, derivation::decode_delivery(derivation::encode(delivery(row.purpose, point))));
    reception.require_complete(plan, check_values());
    reception.close();
  }

  SoftToken soft{hsm::kKeyTokenLabel, Medium::kMemory};
  derivation::Holding holding;
  derivation::ReferenceVault reference;
  crypto::Key combined;
  hsm::Token token;
  derivation::ReceptionPlan plan;
};

}  // namespace support
