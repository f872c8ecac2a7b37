// The pure home: the same sums as token and mother card, in locked memory. For tests and emulated
// modules; no product program derives live keys with it.
#pragma once

#include <map>

#include "base/crypto/suite.h"
#include "derivation/key_vault.h"
#include "derivation/profile.h"
#include "derivation/vault_rules.h"

namespace derivation {

class ReferenceVault : public KeyVault {
 public:
  explicit ReferenceVault(const Holding& holding) : holding_(holding) {}

  // Puts a key at the holding's own level; throws kConflict when the purpose has one.
  void put(Purpose purpose, crypto::Key key);

  // All fifteen master purpose keys below a combined master; the holding is at master level.
  void put_all(const crypto::Key& combined, const Profile& profile);

  Holding holding() const override { return holding_; }

  KeyHandle held(Purpose purpose) const override;
  KeyHandle derive(KeyHandle parent, const Factor& factor) override;
  crypto::Kcv check_value(KeyHandle key) override;
  ImportBlockBytes export_to(KeyHandle key, KeyHandle issuer_transport,
                             const ExportHeader& header) override;
  base::FixedBytes<16> mac(KeyHandle key, base::ByteView message) override;
  void verify(KeyHandle key, base::ByteView message, const base::FixedBytes<16>& mac) override;
  AuditTag tag(KeyHandle issuer_audit_tag, const TagInput& input) override;
  void destroy(KeyHandle key) override;

 private:
  struct Entry {
    KeyIdentity identity;
    crypto::Key key;
  };

  const Entry& entry(KeyHandle handle) const;

  Holding holding_;
  std::map<Purpose, std::uint64_t> held_;
  std::map<std::uint64_t, Entry> entries_;
  std::uint64_t next_ = 1;
};

}  // namespace derivation
