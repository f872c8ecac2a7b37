// What a ceremony's cards are bound to: the plan's identity and the set's fingerprint
// (key-protocol §6), computed by the cards and by whoever checks them.
//
//   planId       = SHA-256("WK/plan1" | flags1 | suite1 | setId16 | profileHash32 | tokenKeyHash32 |
//                  planTextHash32)
//   flags        bit 0 live, bit 1 three of the four leaders suffice to rebuild the key
//   fingerprint  = SHA-256("WK/set1" | planId | Q of each member, in order)
//
// Order of members: mother, control, leaders 1 to 4, spares of leaders 1 to 4, and the cards of
// leaders 1 to 4 whose seat goes to somebody else. From the first spare on a seat may be empty: 65
// zeros, never at the end. A stock, provincial, county or user pair is a set of two.
#pragma once

#include <optional>
#include <span>

#include "base/core/bytes.h"
#include "base/core/mode.h"
#include "base/crypto/hash.h"
#include "base/crypto/p256.h"
#include "base/crypto/suite.h"

namespace card::layout {

using base::Bytes;
using base::ByteView;
using base::FixedBytes;

// How many of the four leaders must come to rebuild the key. With three the components are parted
// among the leaders, which the cards do under such a plan only.
enum class Threshold : base::Byte { kFour = 0, kThree = 2 };

struct PlanParts {
  base::Mode mode = base::Mode::kRehearsal;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  FixedBytes<16> set_id{};
  crypto::Hash32 profile_hash{};
  crypto::Hash32 token_key_hash{};  // zeros when no token receives keys
  crypto::Hash32 plan_text_hash{};
  Threshold threshold = Threshold::kFour;
  bool operator==(const PlanParts&) const = default;
};

inline constexpr std::size_t kPlanPartsBytes = 114;

// flags1 suite1 setId16 profileHash32 tokenKeyHash32 planTextHash32
Bytes encode(const PlanParts& parts);

// Throws kMalformed.
PlanParts decode_plan_parts(ByteView bytes);

crypto::Hash32 plan_id(const PlanParts& parts);

inline constexpr std::size_t kLeaders = 4;
inline constexpr std::size_t kPairMembers = 2;
inline constexpr std::size_t kLeaderCopies = 3;
inline constexpr std::size_t kMostMembers = kPairMembers + kLeaderCopies * kLeaders;

inline constexpr crypto::PublicPoint kEmptySeat{};

// Where a card stands in its set.
enum class Seat : base::Byte { kMother = 0, kControl = 1, kFirstLeader = 2 };

constexpr std::size_t position_of(Seat seat) {
  return static_cast<std::size_t>(seat);
}

// Which of the cards that hold one component.
inline constexpr unsigned kOwnCopy = 0;
inline constexpr unsigned kSpareCopy = 1;
inline constexpr unsigned kPredecessorCopy = 2;

// `leader` 1 to 4.
constexpr Seat leader_seat(unsigned leader, unsigned copy = kOwnCopy) {
  return static_cast<Seat>(kPairMembers + copy * kLeaders + leader - 1);
}

constexpr bool is_leader(Seat seat) {
  return position_of(seat) >= kPairMembers && position_of(seat) < kMostMembers;
}

// The number of the component that the card at this seat holds, 1 to 4.
constexpr unsigned leader_of(Seat seat) {
  return static_cast<unsigned>((position_of(seat) - kPairMembers) % kLeaders) + 1;
}

crypto::Hash32 set_fingerprint(const crypto::Hash32& plan_id,
                               std::span<const crypto::PublicPoint> members);

// SHA-256("WK/commit1" | planId | fingerprint | leader1 | nonce32 | component16)
crypto::Hash32 commitment(const crypto::Hash32& plan_id, const crypto::Hash32& fingerprint,
                          unsigned leader, ByteView nonce32, const base::SecretBytes& component);

// What SIGN signs: SHA-256(planId | step1 | hash32).
crypto::Hash32 signed_digest(const crypto::Hash32& plan_id, base::Byte step,
                             const crypto::Hash32& hash);

// Steps that mean the same in every plan; a ceremony's own steps stay below E0.
inline constexpr base::Byte kStepVoidPair = 0xFE;
inline constexpr base::Byte kStepCheckValues = 0xFD;

}  // namespace card::layout
