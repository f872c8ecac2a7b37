// The small records that travel between key cards: endorsements, void orders, heads of the log and
// packages in which one card sends a key to another.
#pragma once

#include <cstdint>
#include <string>

#include "base/core/bytes.h"
#include "base/core/secret.h"
#include "base/crypto/ed25519.h"
#include "base/crypto/hash.h"
#include "base/crypto/p256.h"
#include "derivation/serial.h"

namespace card::layout {

using base::Bytes;
using base::ByteView;
using base::FixedBytes;

using PairId = FixedBytes<8>;

// One pair of mother and control card; a replacement is a new pair of a higher generation.
struct PairName {
  PairId id{};
  std::uint16_t generation = 1;
  bool operator==(const PairName&) const = default;
};

inline constexpr std::size_t kPairNameBytes = 10;

// Wrong control cards in a row, until a mother card takes none any more.
inline constexpr base::Byte kOpenTries = 10;

Bytes encode(const PairName& pair);

// The parent level's word for a set of two cards, made for one of them:
//   fingerprint32 pairId8 generation2 CMAC16
// CMAC under KTmac of the target's transport key over "WK/endorse1" | the 42 bytes before.
struct Endorsement {
  crypto::Hash32 fingerprint{};
  PairName pair;
  FixedBytes<16> mac{};
};

inline constexpr std::size_t kEndorsementBytes = 58;

Bytes mac_input(const Endorsement& endorsement);
Bytes encode(const Endorsement& endorsement);
Endorsement decode_endorsement(ByteView bytes);  // throws kMalformed

// pairId8 generation2 logIndex8, followed by its proof:
//   a lower pair: CMAC16 over "WK/void1" | the 18 bytes, under the card-control leaf that the
//   parent gave to this very card;
//   the stock and the master control pair: signatures of two officers, 2 x (number1 signature64),
//   over signed_digest(planId, kStepVoidPair, SHA-256("WK/void1" | the 18 bytes)).
struct VoidOrder {
  PairName pair;
  std::uint64_t log_index = 0;
  Bytes proof;
};

inline constexpr std::size_t kVoidOrderBodyBytes = 18;
inline constexpr std::size_t kOfficerSignatureBytes = 65;
inline constexpr std::size_t kVoidOrderOfficers = 2;

Bytes void_order_body(const VoidOrder& order);

// "WK/void1" | pairId8 | generation2 | logIndex8
Bytes void_order_message(const VoidOrder& order);
crypto::Hash32 void_order_hash(const VoidOrder& order);

// How far the station's log has grown, signed by its key:
//   size8 root32 signature64 origin
// The signature covers the checkpoint note "origin\nsize\nbase64(root)\n".
struct SignedHead {
  std::string origin;  // 1 to 100 bytes
  std::uint64_t size = 0;
  crypto::Hash32 root{};
  crypto::Ed25519Signature signature{};
};

Bytes encode(const SignedHead& head);
SignedHead decode_signed_head(ByteView bytes);  // throws kMalformed
std::string checkpoint_note(const SignedHead& head);

// What a card keeps and tells: SHA-256(origin) left 8, size8, root32.
struct Head {
  FixedBytes<8> origin_hash{};
  std::uint64_t size = 0;
  crypto::Hash32 root{};
  bool operator==(const Head&) const = default;
};

inline constexpr std::size_t kHeadBytes = 48;

Bytes encode(const Head& head);
Head decode_head(ByteView bytes);  // throws kMalformed

// What AUTHORISE and the mother agree on for every act but EXPORT, whose header is the import block's
// own: SHA-256("WK/act1" | INS | P1 | P2 | data before act4).
crypto::Hash32 act_header(base::Byte ins, base::Byte p1, base::Byte p2, ByteView data);

// The control card's word for one act, under the opening's key: CMAC (AES in every suite) over
// header32 | act4.
FixedBytes<16> act_authorisation(const base::SecretBytes& opening_key, ByteView header32,
                                 std::uint32_t act);

enum class PairSide : base::Byte { kMother = 0x01, kControl = 0x02 };

// What both cards sent in one opening.
struct OpeningExchange {
  crypto::PublicPoint mother{};
  crypto::PublicPoint control{};
  FixedBytes<16> mother_random{};
  FixedBytes<16> control_random{};
};

// What a side proves K_open over, by a CMAC of the transport cipher:
//   side1 | pairId8 | generation2 | Qm65 | Qc65 | Rm16 | Rc16
Bytes opening_message(PairSide side, const PairName& pair, const OpeningExchange& exchange);

// A blank's stock transport key on its way (INSTALL TRANSPORT KEY): suite1 flags1(bit 0 live)
// ephemeral65 wrapped24 mac16; only the blank with the point it was made for can open it.
inline constexpr std::size_t kInstallPackageBytes = 107;
using InstallPackage = FixedBytes<kInstallPackageBytes>;

}  // namespace card::layout
