// An attribute template that owns its values.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/core/bytes.h"
#include "base/hsm/cryptoki.h"
#include "base/hsm/key_rules.h"
#include "base/hsm/mechanisms.h"

namespace hsm {

enum class Flag : bool { kOff = false, kOn = true };

class Template {
 public:
  Template() = default;
  Template(Template&&) = default;
  Template& operator=(Template&&) = default;
  Template(const Template&) = delete;  // the attributes point into the values
  Template& operator=(const Template&) = delete;

  Template& flag(CK_ATTRIBUTE_TYPE type, Flag value);
  Template& number(CK_ATTRIBUTE_TYPE type, CK_ULONG value);
  Template& text(CK_ATTRIBUTE_TYPE type, std::string_view value);
  Template& bytes(CK_ATTRIBUTE_TYPE type, base::ByteView value);

  // PKCS#11 takes pointers to what it only reads.
  CK_ATTRIBUTE* data() const { return const_cast<CK_ATTRIBUTE*>(attributes_.data()); }

  CK_ULONG size() const { return attributes_.size(); }

  const std::vector<CK_ATTRIBUTE>& attributes() const { return attributes_; }

 private:
  std::deque<base::Bytes> values_;  // a deque does not move what it holds
  std::vector<CK_ATTRIBUTE> attributes_;
};

// The order counts in SoftHSM: all usages explicit (unstated ones default to true after unwrap and
// derive), then ALLOWED_MECHANISMS, COPYABLE=false, and MODIFIABLE=false last. An empty label is not
// written: SoftHSM would encrypt it, and decrypt it whenever it is read back.
Template secret_key_template(const KeyRules& rules, const MechanismMap& mechanisms);

// The same with the length, for calls that make a key: the length is not part of what a DES key
// shows afterwards.
Template generation_template(const KeyRules& rules, const MechanismMap& mechanisms);

// What a call that makes a key asks for, and what the key reads back.
struct KeyShape {
  Template asked;
  Template expected;
};

// Those of keys without a label are made once and kept.
std::shared_ptr<const KeyShape> shape_of(const KeyRules& rules, const MechanismMap& mechanisms);

// The same with a value that everybody may know (probes).
Template creation_template(const KeyRules& rules, const MechanismMap& mechanisms,
                           base::ByteView value);

// The one readable object: three bytes, for a check value.
Template check_value_template();

// A private key of one usage (CKA_SIGN or CKA_DERIVE) and one mechanism, in the token for good.
Template private_key_template(CK_KEY_TYPE type, CK_ATTRIBUTE_TYPE usage,
                              CK_MECHANISM_TYPE mechanism, std::string_view label);
Template public_key_template(CK_KEY_TYPE type, base::ByteView curve, std::string_view label);

// The one mechanism that a key of this usage is allowed.
Mechanism mechanism_of(Usage usage);

}  // namespace hsm
