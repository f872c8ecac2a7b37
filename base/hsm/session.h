// A logged-in session and what it does with keys. No call returns the value of a key.
//
// A token is not believed where it can be asked twice: rules are read back, a handle that was given
// before is no new object, a length beyond the room is no length. What does not hold is kTampered.
#pragma once

#include <set>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/secret.h"
#include "base/crypto/ed25519.h"
#include "base/crypto/p256.h"
#include "base/hsm/key_rules.h"
#include "base/hsm/module.h"

namespace hsm {

class Template;
struct PairShape;

class Session {
 public:
  // Logs the user in, and looks whether he is. A wrong PIN throws kRefused.
  Session(const Module& module, unsigned long slot, const base::SecretBytes& pin);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Each makes an object with exactly these rules, reads every attribute back and compares; a
  // difference destroys the object and throws kTampered. So does a handle of another object, which
  // is left alone.
  ObjectHandle generate(const KeyRules& rules);
  ObjectHandle derive(ObjectHandle parent, Usage parent_usage, base::ByteView data,
                      const KeyRules& rules);
  ObjectHandle unwrap(ObjectHandle unwrapping, base::ByteView wrapped, const KeyRules& rules);

  // For known-answer probes with values that everybody may know.
  ObjectHandle import_public_value(base::ByteView value, const KeyRules& rules);

  // AES-KW. The wrapped key must have Extraction::kWrapped (kRefused).
  base::Bytes wrap(ObjectHandle wrapping, ObjectHandle key);

  base::FixedBytes<16> cmac(ObjectHandle key, base::ByteView message);

  // Made again and compared here, because a token that finds every MAC right cannot be told from an
  // honest one. Throws kTampered when it does not hold.
  void require_cmac(ObjectHandle key, base::ByteView message, const base::FixedBytes<16>& mac);

  // E(K, 0), left three bytes: a three-byte derive, because SoftHSM's own check value is wrong for
  // derived keys. Never more: the whole block would give the CMAC sub-keys away. Throws kTampered
  // for zeros.
  base::FixedBytes<3> check_value(ObjectHandle key, Usage usage);

  // A P-256 pair for agreement, in the token. Throws kConflict when the label is taken.
  crypto::PublicPoint generate_agreement_pair(const std::string& label);

  // The point, after an agreement with a key of our own gave on both sides the same: nobody else's
  // point is taken for the token's.
  crypto::PublicPoint agreement_point(const std::string& label);

  // ECDH without key derivation, into an AES-256 session key that only derives.
  ObjectHandle agree(const std::string& label, const crypto::PublicPoint& peer);

  // Destroys private and public part; what is not there is not an error.
  void destroy_pair(const std::string& label);

  // An Ed25519 pair in the token. Throws kConflict when the label is taken.
  crypto::Ed25519Public generate_signing_pair(const std::string& label);

  // The point, after a signature of the token verified under it.
  crypto::Ed25519Public signing_point(const std::string& label);

  // Verified under the token's point before it leaves.
  crypto::Ed25519Signature sign(const std::string& label, base::ByteView message);

  // Exactly one secret key with this label; throws kNotFound, or kConflict for more.
  ObjectHandle find_secret_key(const std::string& label);
  bool has_object(const std::string& label);

  // Throws kTampered unless the object's attributes are exactly these.
  void require_rules(ObjectHandle key, const KeyRules& rules);

  void destroy(ObjectHandle key);

  // Tries what a key that only derives must refuse: to be read, to encrypt, to be changed, copied or
  // wrapped. Throws kTampered when the token lets one of them pass.
  void require_closed(ObjectHandle key, ObjectHandle wrapping);

  // Throws kTampered when the handle of a destroyed key still answers.
  void require_gone(ObjectHandle key);

 private:
  std::vector<ObjectHandle> find(unsigned long object_class, const std::string& label);
  base::Bytes attribute(ObjectHandle object, unsigned long type);
  ObjectHandle find_one(unsigned long object_class, const std::string& label);
  void require_attributes(ObjectHandle object, const Template& expected);
  void require_user();
  void finish_what_is_left();
  void start_signing(unsigned long mechanism, ObjectHandle key);
  void start_finding(Template& wanted);
  ObjectHandle fresh(unsigned long made);
  bool carries_label_of(const Template& expected, ObjectHandle object);
  ObjectHandle proved(unsigned long made, const Template& expected);
  void generate_pair(const PairShape& shape, const std::string& label);
  crypto::Ed25519Public told_signing_point(const std::string& label);
  base::Bytes public_point(const std::string& label, std::size_t count);

  unsigned long number_of(Usage usage) const;

  FunctionList& functions_;
  MechanismMap mechanisms_;
  unsigned long handle_ = 0;
  std::set<unsigned long> known_;  // of objects that were made here and are not destroyed
};

// A session object that is destroyed when it goes out of scope.
class SessionKey {
 public:
  SessionKey(Session& session, ObjectHandle handle) : session_(&session), handle_(handle) {}

  SessionKey(SessionKey&& other) noexcept : session_(other.session_), handle_(other.handle_) {
    other.session_ = nullptr;
  }

  // What was held goes with `other`.
  SessionKey& operator=(SessionKey&& other) noexcept;
  SessionKey(const SessionKey&) = delete;
  SessionKey& operator=(const SessionKey&) = delete;
  ~SessionKey();

  ObjectHandle handle() const { return handle_; }

 private:
  Session* session_;
  ObjectHandle handle_;
};

}  // namespace hsm
