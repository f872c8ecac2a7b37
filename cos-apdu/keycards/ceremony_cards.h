// The cards in which four people make one key that nobody holds (key-protocol §6).
//
// Order of the verbs: make_key_pair, install_transport_key, set_pin on every card; put_plan,
// put_set on every card of the set and the fingerprints compared by people; then per leader a
// component and its commit; put_commitment x 4 and freeze; reveal and put_revealed x 4; combine.
#pragma once

#include <array>
#include <vector>

#include "base/crypto/words.h"
#include "cos-apdu/keycards/key_card.h"
#include "derivation/delivery.h"
#include "derivation/factor.h"

namespace card::keycards {

using Commitments = std::array<crypto::Hash32, layout::kLeaders>;

// The word of the master control card to one leader card that all four commitments are fixed.
struct FrozenCommitments {
  Commitments commitments{};
  FixedBytes<16> mac{};
};

// A component under the key agreed between leader card and master control card:
//   originId16 wrapped56 mac16
struct SealedComponent {
  FixedBytes<88> bytes{};
};

// A part of a component on its way to or from another leader's card:
//   originId16 dealing8 wrapped56 mac16
struct SealedPart {
  FixedBytes<96> bytes{};
};

class LeaderCard : public KeyCard {
 public:
  using KeyCard::KeyCard;

  // PIN. Random inside the card; nobody sees it. Refused when the card holds a component.
  void generate_component();

  // PIN. Typed words, dice or hex: encrypted here to the card's key. The header must be the set's: mode,
  // index, suite and set tag (6A80). `origin_id` is zero for a new key; a recovery gives the first
  // 16 bytes of the plan id of the key's birth. Answers check value method 02, for the holder's
  // eyes only.
  FixedBytes<5> put_component(const crypto::ComponentHeader& header,
                              const FixedBytes<16>& origin_id, const base::SecretBytes& component);

  // PIN. For another card of this leader in the set, a spare or a successor's: ciphertext under the
  // key agreed between the two.
  SealedComponent copy_for(layout::Seat taker);
  void take_copy(const SealedComponent& copy, layout::Seat from);

  // PIN, under a plan that says three of four (kWrongState otherwise). Each of the other three leaders'
  // own cards holds one part of this component; asked again, the same part. Under another plan the
  // component is parted anew.
  SealedPart part_for(layout::Seat taker);
  void take_part(const SealedPart& part, layout::Seat from);

  // The same. For the new card at a seat whose component is lost, which holds it again with the third
  // part; answers how many are there. kMalformed for a part of another dealing than those before.
  SealedPart give_part(layout::Seat to);
  unsigned gather_part(const SealedPart& part, layout::Seat from);

  // PIN. Answers the same commitment until the plan changes.
  crypto::Hash32 commit();

  // PIN. Refused (kTampered) unless the MAC is the master control card's and our own commitment is
  // among the four. May be repeated for the same four. After it, this card takes no other four
  // under this plan.
  SealedComponent reveal(const FrozenCommitments& frozen);

  // PIN. Erases the component for ever, and the parts of the others (an aborted ceremony, a replaced
  // leader).
  void erase_component();
};

using PurposeFactors = std::array<derivation::FactorValue, derivation::kPurposes.size()>;
using CheckValues = std::array<crypto::Kcv, derivation::kPurposes.size()>;

// "method 01 | check value" of all purposes in order: what the card signs and the log records.
crypto::Hash32 hash_of(const CheckValues& values);

struct SignedCheckValues {
  CheckValues values{};
  FixedBytes<64> signature{};  // over signed_digest(planId, kStepCheckValues, hash_of(values))
};

// The mother card of the master control pair (kind 23) while it is made: Q_mcc of the set.
class MasterControlCard : public KeyCard {
 public:
  using KeyCard::KeyCard;

  // PIN. `leader` 1 to 4. Another value for the same leader is refused until the plan changes.
  void put_commitment(unsigned leader, const crypto::Hash32& commitment);

  // PIN. Refused while a commitment is missing. For the leader card at this seat (own card or
  // spare); freezes at the first call.
  FrozenCommitments freeze(layout::Seat leader_card);

  // PIN. Held in volatile memory: after a cut the leaders reveal again. kTampered when the component
  // is not the one committed to, kRefused when it is of another origin than the others.
  void put_revealed(layout::Seat leader_card, const SealedComponent& component);

  // PIN. All four revealed: XOR, the derivation bound to set and origin, one key per purpose by its
  // factor; components and combined master are erased. The factors come from the scheme profile,
  // whose hash the plan id covers; the card itself cannot read a profile, so the station's word (and
  // the transcript) stands for the factors. Refused when two components are equal or the sum is
  // zero, and when keys are already there.
  CheckValues combine(const PurposeFactors& factors, std::uint8_t version);

  // PIN; before pairing, or while the pair is open. The card's list under its own signature.
  SignedCheckValues signed_check_values();

  // PIN; before pairing, or while the pair is open. Only to the token whose key hash is in the plan
  // (kRefused otherwise, and when the plan names none).
  derivation::Delivery deliver(derivation::Purpose purpose, const crypto::PublicPoint& token);
};

}  // namespace card::keycards
