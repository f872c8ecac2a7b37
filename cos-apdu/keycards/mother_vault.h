// The home of keys that is an opened mother card: handles are recipes (purpose and factor), resolved
// inside the card at the moment of use; no key ever stands outside it.
#pragma once

#include <map>
#include <optional>

#include "cos-apdu/keycards/open_pair.h"
#include "derivation/key_vault.h"
#include "derivation/vault_rules.h"

namespace card::keycards {

class MotherVault : public derivation::KeyVault {
 public:
  // The pair outlives the vault. Exports and MACs count against its batch order.
  explicit MotherVault(OpenPair& pair) : pair_(pair) {}

  derivation::Holding holding() const override;
  derivation::KeyHandle held(derivation::Purpose purpose) const override;
  derivation::KeyHandle derive(derivation::KeyHandle parent,
                               const derivation::Factor& factor) override;
  crypto::Kcv check_value(derivation::KeyHandle key) override;
  derivation::ImportBlockBytes export_to(derivation::KeyHandle key,
                                         derivation::KeyHandle issuer_transport,
                                         const derivation::ExportHeader& header) override;
  FixedBytes<16> mac(derivation::KeyHandle key, ByteView message) override;
  void verify(derivation::KeyHandle key, ByteView message, const FixedBytes<16>& mac) override;
  derivation::AuditTag tag(derivation::KeyHandle issuer_audit_tag,
                           const derivation::TagInput& input) override;
  void destroy(derivation::KeyHandle key) override;

 private:
  struct Recipe {
    derivation::Purpose purpose;
    std::optional<derivation::Factor> factor;
  };

  Recipe recipe_of(derivation::KeyHandle key) const;
  derivation::KeyIdentity identity_of(const Recipe& recipe) const;

  OpenPair& pair_;
  std::map<std::uint64_t, Recipe> children_;
  std::uint64_t next_ = 0x100;
};

}  // namespace card::keycards
