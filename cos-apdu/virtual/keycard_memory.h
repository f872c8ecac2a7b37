// What a key card remembers beyond the common records, and what it holds while it has power.
//
// The functions throw base::Error, which the chip answers as a status word: kWrongState 6985,
// kMalformed 6A80, kNotFound 6A88, kTampered 6988.
#pragma once

#include <optional>
#include <vector>

#include "base/crypto/p256.h"
#include "cos-apdu/layout/keycard_orders.h"
#include "cos-apdu/layout/keycard_plan.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/key_slot.h"
#include "derivation/factor.h"

namespace card::chip {

namespace record {
inline constexpr RecordId kPlan = 0x0800;            // layout::PlanParts
inline constexpr RecordId kSetMembers = 0x0801;      // point65 each
inline constexpr RecordId kSeat = 0x0802;            // one byte
inline constexpr RecordId kEndorsedPair = 0x0803;    // pairId8 generation2
inline constexpr RecordId kPairSecrets = 0x0804;     // K_open16 share16
inline constexpr RecordId kPairingPackage = 0x0805;  // until the first opening
inline constexpr RecordId kOpenTries = 0x0806;       // one byte
inline constexpr RecordId kNextAct = 0x0807;         // four bytes
inline constexpr RecordId kSlotsHash = 0x0808;       // of the slots as they were at pairing
inline constexpr RecordId kOfficers = 0x0809;        // point65 each
inline constexpr RecordId kLogKey = 0x080A;          // key32 origin
inline constexpr RecordId kHead = 0x080B;            // layout::Head
inline constexpr RecordId kComponent = 0x0810;       // keycard_component.h
inline constexpr RecordId kRevealedFor = 0x0811;     // hash of the four commitments
inline constexpr RecordId kCommitment = 0x0820;      // + leader
inline constexpr RecordId kFrozen = 0x0828;          // present: the four stand
inline constexpr RecordId kShare = 0x0830;           // + slot
inline constexpr RecordId kPart = 0x0840;            // + leader whose component it is of
inline constexpr RecordId kGathered = 0x0848;        // + leader who gave it
inline constexpr RecordId kDrawnParts = 0x0850;      // two of the three, while the plan stands
// The keys that a mother holds for others, + purpose: key slots. Pairing takes the keys out of them
// (sixteen zeros stay) and keeps them as AES-KW(pairKey, key), 24 bytes. The keys of the card's own,
// level 20, are in the common slots.
inline constexpr RecordId kHeldSlot = 0x0900;
inline constexpr RecordId kPairedKey = 0x0940;
}  // namespace record

// One side of an opening that is under way: everything in it dies with it.
struct Opening {
  crypto::P256Pair ephemeral;
  FixedBytes<16> random{};
  Bytes context;  // pair10 orderHash32 count2
  std::uint16_t count = 0;
  crypto::PublicPoint peer{};
  FixedBytes<16> peer_random{};
  bool peer_proved = false;
};

struct KeycardRam : KindState {
  std::optional<Opening> opening;
  base::SecretBytes session;    // openKey; empty while closed
  base::SecretBytes pair_key;   // the mother's, while open
  std::uint32_t acts_left = 0;  // the control card's
  std::uint32_t last_act = 0;

  std::array<base::SecretBytes, layout::kLeaders> revealed;
  std::optional<FixedBytes<16>> origin;  // of all revealed components
};

KeycardRam& keycard_ram(Context& card);

struct CardSet {
  std::vector<crypto::PublicPoint> members;
  layout::Seat seat;
  crypto::Hash32 fingerprint{};

  // Throws kMalformed for no seat and for an empty one.
  const crypto::PublicPoint& at(layout::Seat wanted) const;
};

layout::PlanParts load_plan(const Context& card);
CardSet load_set(const Context& card);

// The card's own P-256 scalar and point.
base::SecretBytes load_scalar(const Context& card);
crypto::PublicPoint load_point(const Context& card);

struct PairSecrets {
  layout::PairName name;
  crypto::Key open;
  crypto::Key share;
};

PairSecrets load_pair(const Context& card);
void store_pair(Context& card, const PairSecrets& pair);
bool is_paired(const Context& card);

// KT0, and the keys of level 20 that the issuer gave to this very card.
crypto::Key load_stock_transport(const Context& card);
KeySlot load_leaf(const Context& card, derivation::Purpose purpose);

// The mother's own key: in clear before pairing, afterwards under the pair key and so only while
// open.
KeySlot load_own_key(Context& card, derivation::Purpose purpose);

// Own key for eight zero bytes, else the key exactly one level below it (kWrongState otherwise).
struct KeyInUse {
  KeySlot own;
  derivation::Level level;
  crypto::Key key;
};

KeyInUse key_for(Context& card, derivation::Purpose purpose, ByteView factor_or_zeros);

// The transport key below the mother of the card with this serial.
crypto::Key child_transport(Context& card, const derivation::Serial8& serial);

// AES, or SM4 in an sm4 home: for K_open, pair keys and transport MACs.
crypto::SuiteId transport_suite_of(const Context& card);
FixedBytes<16> transport_mac(const Context& card, const crypto::Key& transport, ByteView message);

// Checks a MAC in constant time; throws kTampered.
void require_equal(ByteView expected, ByteView actual, std::string_view what);

base::Mode mode_of(const layout::CardStatus& identity);

// Pieces of a secret, and two secrets in a row.
base::SecretBytes piece_of(const base::SecretBytes& secret, std::size_t at, std::size_t count);
base::SecretBytes joined(const base::SecretBytes& first, const base::SecretBytes& second);

// A secret record.
base::SecretBytes load_secret(const Nvm& nvm, RecordId record);
void store_secret(Nvm& nvm, RecordId record, const base::SecretBytes& secret);

// True when the mother holds keys for others, in clear or not.
bool holds_keys(const Context& card);

// Random bytes of the card as a secret.
base::SecretBytes random_key(const Context& card, std::size_t count);

// An act: the data in front of act4 | mac16, after the control card's authorisation held and the
// act was counted. EXPORT shows its import header itself; every other act hashes its data.
enum class ActHeader { kImportHeader, kHash };
ByteView take_act(Context& card, const CommandApdu& command, ActHeader header);

}  // namespace card::chip
