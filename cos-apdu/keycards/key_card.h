// What every key card understands, and the blank it comes from.
//
// Errors of all calls: kWrongState for 6982, 6985 and 6901 (PIN, life cycle or order of steps),
// kTampered for 6988 and 9302 (a MAC, commitment or signature does not hold), kNotFound for 6A88,
// kRefused for everything else; `what` is the command's name with the status word in words. Errors
// of the link pass through. No call is repeated by itself.
#pragma once

#include <span>

#include "base/crypto/p256.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/keycards/read_status.h"
#include "cos-apdu/layout/keycard_plan.h"
#include "derivation/audit_tag.h"

namespace card::keycards {

// The card's own tag over everything that was written into it, and the hash it covers.
struct CardTag {
  crypto::Hash32 slots{};
  derivation::AuditTag tag{};
};

// A card of any kind before its keys are in (also PSAM, ESAM and user cards).
class Blank {
 public:
  // The session outlives the object.
  explicit Blank(Session& session) : session_(session) {}

  layout::CardStatus status() { return read_status(session_); }

  // Once in a card's life: it makes its P-256 key inside.
  crypto::PublicPoint make_key_pair();
  crypto::PublicPoint public_point();

  // manufactured → blank: the stock transport key KT0, from OpenPair::export_transport_key. Fixes
  // for ever whether the card is live or for rehearsal.
  void install_transport_key(const layout::InstallPackage& package);

  // One key, by the slot that the block names. A transport key of level 20 (OpenPair::rebase) makes
  // a blank card an allotted one.
  void import_block(const derivation::ImportBlockBytes& block);

  // The first PIN, ASCII digits, 4 to 12; refused once the card is in use.
  void set_pin(const base::SecretBytes& digits);

  // Computed by the card (key-protocol §11).
  CardTag tag();

 protected:
  Session& session() { return session_; }

 private:
  Session& session_;
};

// Leader, role, mother and control cards.
class KeyCard : public Blank {
 public:
  using Blank::Blank;

  // kRefused with the tries that are left, or that the PIN is blocked.
  void verify_pin(const base::SecretBytes& digits);
  void change_pin(const base::SecretBytes& old_digits, const base::SecretBytes& new_digits);

  // The card computes the plan id from the parts and keeps it; throws kTampered when it differs from
  // ours. Refused when the plan's mode is not the card's, for a mother that holds keys, a pair that
  // exists, and a leader card whose component belongs to another set id. A new plan forgets the set
  // and its commitments; the same plan again changes nothing.
  crypto::Hash32 put_plan(const layout::PlanParts& parts);

  // All points of the set in the order of layout/keycard_plan.h; the card looks for its own and
  // takes its seat. Answers the fingerprint that the card computed: for people to read aloud.
  // Refused when the card is not a member, stands twice, or has a kind that cannot sit there, and once
  // the set has begun its work under this plan; the same set again changes nothing.
  crypto::Hash32 put_set(std::span<const crypto::PublicPoint> members);
  crypto::Hash32 set_fingerprint();

  // PIN. The signature over SHA-256(planId | step | hash), planId being the one in the card. The step
  // kStepCheckValues is the master control card's own (kRefused).
  FixedBytes<64> sign(base::Byte step, const crypto::Hash32& hash);

  // Both cards of a stock or master control pair, before pairing: two to four officers' points, two
  // of whom can void the pair.
  void put_officers(std::span<const crypto::PublicPoint> officers);

  // The station's log key and origin, once, before the card is in use.
  void put_log_key(const crypto::Ed25519Public& key, std::string_view origin);

  // The card checks the signature (6988) and that the size does not fall (6985).
  void put_head(const layout::SignedHead& head);
  layout::Head head();

  // in use → void, for ever. Refused when pair, generation or proof are not this card's.
  void apply_void_order(const layout::VoidOrder& order);
};

}  // namespace card::keycards
