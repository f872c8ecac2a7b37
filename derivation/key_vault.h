// A home of keys: seven verbs on handles, none of which returns a key.
#pragma once

#include <cstdint>

#include "base/core/bytes.h"
#include "base/core/error.h"
#include "base/core/mode.h"
#include "base/crypto/suite.h"
#include "derivation/audit_tag.h"
#include "derivation/factor.h"
#include "derivation/import_block.h"
#include "derivation/level.h"
#include "derivation/purpose.h"

namespace derivation {

// Names a key inside the vault that gave it; 0 names none.
struct KeyHandle {
  std::uint64_t value = 0;
  bool operator==(const KeyHandle&) const = default;
};

// What a vault holds of its own: one key per purpose, at one level.
struct Holding {
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  base::Mode flag = base::Mode::kRehearsal;
  Level level = Level::kMaster;
  std::uint8_t version = 1;
  std::uint16_t generation = 1;
  base::FixedBytes<3> county{};  // zeros above the county level
  base::FixedBytes<4> origin{};  // first four bytes of originId
};

// Every verb throws kNotFound for a handle that this vault did not give or that is destroyed,
// kRefused for what the home does not allow, kTampered when a check inside the home fails, and
// kUnavailable when the home does not answer.
class KeyVault {
 public:
  KeyVault() = default;
  KeyVault(const KeyVault&) = delete;
  KeyVault& operator=(const KeyVault&) = delete;
  virtual ~KeyVault() = default;

  virtual Holding holding() const = 0;

  // The vault's own key of a purpose; it cannot be destroyed. Throws kNotFound.
  virtual KeyHandle held(Purpose purpose) const = 0;

  // Exactly one level down (level.h), else kRefused. The child lives until destroy, or as long as
  // the vault.
  virtual KeyHandle derive(KeyHandle parent, const Factor& factor) = 0;

  // Method 01: E(K, 0), left three bytes.
  virtual crypto::Kcv check_value(KeyHandle key) = 0;

  // Wraps `key` for the card header.target under KT = D(issuer_transport, target serial), where
  // issuer_transport is the transport key of the mother that the blank is allotted to. suite,
  // purpose and level of the header must be the key's (kRefused).
  virtual ImportBlockBytes export_to(KeyHandle key, KeyHandle issuer_transport,
                                     const ExportHeader& header) = 0;

  // CMAC, 16 bytes. Only for purposes that authenticate orders (`authenticates_orders`); kRefused
  // otherwise.
  virtual base::FixedBytes<16> mac(KeyHandle key, base::ByteView message) = 0;

  // Throws kTampered when the MAC does not hold.
  virtual void verify(KeyHandle key, base::ByteView message, const base::FixedBytes<16>& mac) = 0;

  // The audit tag that the card of `input` must have computed, under the leaf below
  // `issuer_audit_tag` of the card's own serial or number.
  virtual AuditTag tag(KeyHandle issuer_audit_tag, const TagInput& input) = 0;

  // Throws kRefused for a key that the vault holds of its own.
  virtual void destroy(KeyHandle key) = 0;
};

// Orders, parameters and void notices carry a CMAC under one of these; money keys never sign bytes
// that a caller chose.
constexpr bool authenticates_orders(Purpose purpose) {
  switch (purpose) {
    case Purpose::kCardControl:
    case Purpose::kMeterParameters:
    case Purpose::kPsamControl:
    case Purpose::kEsamControl:
      return true;
    default:
      return false;
  }
}

// A derived key that is destroyed when it goes out of scope.
class DerivedKey {
 public:
  DerivedKey(KeyVault& vault, KeyHandle parent, const Factor& factor)
      : vault_(vault), handle_(vault.derive(parent, factor)) {}

  DerivedKey(const DerivedKey&) = delete;
  DerivedKey& operator=(const DerivedKey&) = delete;

  ~DerivedKey() {
    try {
      vault_.destroy(handle_);
    } catch (const base::Error&) {  // a vault that has gone away has taken its keys with it
    }
  }

  KeyHandle handle() const { return handle_; }

 private:
  KeyVault& vault_;
  KeyHandle handle_;
};

}  // namespace derivation
