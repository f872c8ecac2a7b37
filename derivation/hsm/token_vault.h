// The home of keys inside a PKCS#11 token.
//
// The token holds one derive-only key per purpose, at the master level. Everything below lives as a
// session object for one verb: a handle of a derived key is a path of factors, walked anew each
// time. Two walks of one path must give one check value, and two MACs of one message one MAC; else
// kTampered.
//
// A module may keep what a destroyed session object took until it is finalised (SoftHSM does), so
// that the token is opened anew after a number of verbs: handles of the vault go on, handles of other
// users of the token's session do not.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/hsm/token.h"
#include "derivation/key_vault.h"
#include "derivation/vault_rules.h"

namespace derivation {

// The label of a purpose's key in the token: "WK 1 load", where 1 is the key version.
std::string token_label(Purpose purpose, std::uint8_t version);

class TokenVault : public KeyVault {
 public:
  static constexpr unsigned kVerbsOfOneOpening = 4096;

  // Finds the holding's purpose keys and checks their rules (kNotFound, kTampered), now and at each
  // opening. The suite must pass its probes (kRefused).
  TokenVault(hsm::Token& token, const Holding& holding,
             unsigned verbs_of_one_opening = kVerbsOfOneOpening);

  Holding holding() const override { return holding_; }

  KeyHandle held(Purpose purpose) const override;
  KeyHandle derive(KeyHandle parent, const Factor& factor) override;
  crypto::Kcv check_value(KeyHandle key) override;
  ImportBlockBytes export_to(KeyHandle key, KeyHandle issuer_transport,
                             const ExportHeader& header) override;

  // Derived keys only: what the token itself holds derives and does nothing else. Not offered for
  // tdes2, whose MACs are made in cards (kRefused).
  base::FixedBytes<16> mac(KeyHandle key, base::ByteView message) override;
  void verify(KeyHandle key, base::ByteView message, const base::FixedBytes<16>& mac) override;
  AuditTag tag(KeyHandle issuer_audit_tag, const TagInput& input) override;
  void destroy(KeyHandle key) override;

 private:
  struct Path {
    KeyIdentity identity;
    std::vector<Factor> factors;                // from the held key down
    std::optional<base::FixedBytes<3>> seen{};  // what an earlier walk gave
  };

  void find_keys();

  // Opens the token anew when it is time; no session object lives then.
  void begin_verb();

  hsm::Session& session() { return token_.session(); }

  const Path& path(KeyHandle handle) const;

  // Looks at what came of a path's walk; throws kTampered unless every walk gives the same.
  crypto::Kcv agreed_check_value(KeyHandle key, hsm::ObjectHandle walked);

  // Walks the path; the last key gets `rules`, those above it only derive.
  hsm::SessionKey walked(const Path& path, const hsm::KeyRules& last);
  hsm::SessionKey child(hsm::ObjectHandle parent, Purpose purpose, const Factor& factor,
                        const hsm::KeyRules& rules);
  hsm::SessionKey order_key(KeyHandle key);

  hsm::Token& token_;
  Holding holding_;
  unsigned verbs_of_one_opening_;
  unsigned verbs_ = 0;
  std::map<Purpose, hsm::ObjectHandle> objects_;
  std::map<std::uint64_t, Path> paths_;
  std::uint64_t next_ = 1;
};

}  // namespace derivation
