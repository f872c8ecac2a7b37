// The commands of key cards: what each looks like, which card takes it when, and what follows.
// Printed as docs/tables/key-card-commands.md; the emulated card and the client read the same rows.
//
// Class 80 (90 for all but the last part of a chain) where class_of says no other. PIN, GENERATE KEY
// PAIR, GET CARD STATUS and GET KEY INFO are common to all cards and stand in the common table.
//   eph65      an ephemeral P-256 point      act4 mac16   the act's number and the control card's
//   wrapped    AES-KW of what is named                    authorisation (AUTHORISE)
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/core/bytes.h"
#include "cos-apdu/layout/card_status.h"
#include "derivation/kind.h"

namespace card::layout {

enum class KeycardCommandId : std::uint8_t {
  kInstallTransportKey,
  kGenerateStockKey,
  kExportTransportKey,
  kRelay,
  kRebase,
  kPutPlan,
  kPutSet,
  kGetSetFingerprint,
  kGenerateComponent,
  kCopyComponent,
  kTakeCopy,
  kEraseComponent,
  kPartComponent,
  kTakePart,
  kGivePart,
  kGatherPart,
  kPutComponent,
  kCommit,
  kPutCommitment,
  kFreeze,
  kReveal,
  kPutRevealed,
  kCombine,
  kDeliver,
  kSignCheckValues,
  kMakePair,
  kTakePairing,
  kEndorse,
  kTakeEndorsement,
  kOpenBegin,
  kOpenAnswer,
  kOpenCheck,
  kOpenShare,
  kOpenFinish,
  kPutOfficers,
  kAuthorise,
  kImportBlock,
  kExport,
  kCheckValue,
  kMac,
  kVerifyMac,
  kMakeVoidOrder,
  kApplyVoidOrder,
  kPutHead,
  kGetHead,
  kPutLogKey,
  kGetTag,
  kTagOfCard,
  kPutShare,
  kReleaseShare,
  kEraseShare,
  kSign,
};

// What must be true before the command runs.
enum class KeycardGate : std::uint8_t {
  kNone,
  kPin,         // PIN verified since power-on
  kMotherPin,   // the same, and seated as mother of its set
  kControlPin,  // the same, and seated as control card
  kOpen,        // mother opened by its control card, or control card that opened its mother
  kKeys,        // mother that is open, or not yet paired and PIN verified
};

struct GateRow {
  KeycardGate gate;
  std::string_view text;
};

inline constexpr std::array kKeycardGates = {
    GateRow{KeycardGate::kNone, "none"},
    GateRow{KeycardGate::kPin, "PIN"},
    GateRow{KeycardGate::kMotherPin, "PIN, seated as mother"},
    GateRow{KeycardGate::kControlPin, "PIN, seated as control"},
    GateRow{KeycardGate::kOpen, "pair open"},
    GateRow{KeycardGate::kKeys, "pair open, or PIN and not yet paired"},
};

// Sets of kinds, bit = low nibble of the kind byte; bit 16 is the user card.
using KindSet = std::uint32_t;

constexpr KindSet bit_of(derivation::CardKind kind) {
  return kind == derivation::CardKind::kUser ? 0x10000U : 1U << (derivation::byte_of(kind) & 0x0FU);
}

inline constexpr KindSet kAllKinds = 0x1FFFF;
inline constexpr KindSet kStockKind = 0x0001;
inline constexpr KindSet kLeaderKind = 0x0002;
inline constexpr KindSet kRoleKind = 0x0004;
inline constexpr KindSet kMasterMotherKind = 0x0008;
inline constexpr KindSet kMotherKinds = 0x02A8;            // 23 25 27 29
inline constexpr KindSet kControlKinds = 0x0550;           // 24 26 28 2A
inline constexpr KindSet kLowerKinds = 0x07E0;             // 25 to 2A
inline constexpr KindSet kTopKinds = kStockKind | 0x0018;  // 20 23 24
inline constexpr KindSet kPairKinds = kStockKind | kMotherKinds | kControlKinds;
inline constexpr KindSet kMothers = kStockKind | kMotherKinds;  // stock: by its seat
inline constexpr KindSet kControls = kStockKind | kControlKinds;
inline constexpr KindSet kKeyCardKinds = kPairKinds | kLeaderKind | kRoleKind;

// Sets of life cycles, bit = the life cycle's byte.
using LifeCycleSet = std::uint16_t;

inline constexpr LifeCycleSet kAtManufacture = 0x0001;
inline constexpr LifeCycleSet kBeforeUseCycles = 0x000E;  // blank, allotted, personalising
inline constexpr LifeCycleSet kInUseCycle = 0x0020;
inline constexpr LifeCycleSet kLivingCycles = kBeforeUseCycles | kInUseCycle;
inline constexpr LifeCycleSet kEveryCycle = 0xFFFF;

// P1 and P2: a fixed byte, or kAnyP2 where P2 names a slot, seat, leader or purpose.
inline constexpr std::uint16_t kAnyP2 = 0x100;

struct KeycardCommand {
  KeycardCommandId id;
  std::string_view name;
  base::Byte ins;
  base::Byte p1;
  std::uint16_t p2;
  std::uint16_t least;  // data bytes
  std::uint16_t most;
  std::string_view data;
  std::string_view answer;
  KindSet kinds;
  LifeCycleSet life_cycles;
  KeycardGate gate;
  std::string_view after;  // what has changed
  std::string_view clause;
};

inline constexpr base::Byte kKeycardClass = 0x80;

// clang-format off
inline constexpr std::array kKeycardCommands = {
    // Blanks and the stock pair, key-protocol §4.
    KeycardCommand{KeycardCommandId::kInstallTransportKey, "INSTALL TRANSPORT KEY", 0xA0, 0x00, 0x00, 107, 107,
                   "suite1 flags1 eph65 wrapped24(KT0) mac16", "-",
                   kAllKinds, kAtManufacture, KeycardGate::kNone, "blank; live or rehearsal for ever", "§4"},
    KeycardCommand{KeycardCommandId::kGenerateStockKey, "GENERATE STOCK KEY", 0xA1, 0x00, 0x00, 0, 0,
                   "-", "checkValue3",
                   kStockKind, kBeforeUseCycles | kAtManufacture, KeycardGate::kMotherPin, "stock transport master key made inside", "§4"},
    KeycardCommand{KeycardCommandId::kExportTransportKey, "EXPORT TRANSPORT KEY", 0xA2, 0x00, 0x00, 93, 93,
                   "blankSerial8 blankPoint65 act4 mac16", "data of INSTALL TRANSPORT KEY, 107",
                   kStockKind, kInUseCycle, KeycardGate::kOpen, "act counted", "§4"},
    KeycardCommand{KeycardCommandId::kRelay, "RELAY", 0xA3, 0x00, 0x00, 36, 36,
                   "motherSerial8 blankSerial8 act4 mac16", "import block 72, mode relay",
                   kStockKind, kInUseCycle, KeycardGate::kOpen, "act counted", "§4"},
    KeycardCommand{KeycardCommandId::kRebase, "REBASE", 0xA3, 0x01, 0x00, 96, 96,
                   "relayBlock72 seq4 act4 mac16", "import block 72 for the blank, under its KT0",
                   kMotherKinds, kInUseCycle, KeycardGate::kOpen, "act counted", "§4"},

    // The set, key-protocol §6.1, §6.2.
    KeycardCommand{KeycardCommandId::kPutPlan, "PUT PLAN", 0xA4, 0x00, 0x00, 114, 114,
                   "flags1 suite1 setId16 profileHash32 tokenKeyHash32 planTextHash32", "planId32",
                   kKeyCardKinds, kLivingCycles | kAtManufacture, KeycardGate::kPin, "plan kept, set and commitments forgotten", "§6.2"},
    KeycardCommand{KeycardCommandId::kPutSet, "PUT SET", 0xA5, 0x00, 0x00, 130, 910,
                   "point65 x 2 to 14, zeros for an empty seat", "fingerprint32",
                   kPairKinds | kLeaderKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "seat taken", "§6.1"},
    KeycardCommand{KeycardCommandId::kGetSetFingerprint, "GET SET FINGERPRINT", 0xA6, 0x00, 0x00, 0, 0,
                   "-", "fingerprint32",
                   kPairKinds | kLeaderKind, kEveryCycle, KeycardGate::kNone, "-", "§6.1"},

    // Four leaders, key-protocol §6.3 to §6.6.
    KeycardCommand{KeycardCommandId::kGenerateComponent, "GENERATE COMPONENT", 0xA7, 0x00, 0x00, 0, 0,
                   "-", "-",
                   kLeaderKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "component made inside; in use", "§6.3"},
    KeycardCommand{KeycardCommandId::kCopyComponent, "COPY COMPONENT", 0xA7, 0x01, kAnyP2, 0, 0,
                   "P2 = seat of the taker", "originId16 wrapped56 mac16",
                   kLeaderKind, kInUseCycle, KeycardGate::kPin, "-", "§6.3"},
    KeycardCommand{KeycardCommandId::kTakeCopy, "TAKE COPY", 0xA7, 0x02, kAnyP2, 88, 88,
                   "P2 = seat of the giver, originId16 wrapped56 mac16", "-",
                   kLeaderKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "component held; in use", "§6.3"},
    KeycardCommand{KeycardCommandId::kEraseComponent, "ERASE COMPONENT", 0xA7, 0x03, 0x00, 0, 0,
                   "-", "-",
                   kLeaderKind, kInUseCycle, KeycardGate::kPin, "component erased", "§6.4"},
    KeycardCommand{KeycardCommandId::kPartComponent, "PART COMPONENT", 0xA7, 0x04, kAnyP2, 0, 0,
                   "P2 = seat of another leader", "originId16 dealing8 wrapped56 mac16",
                   kLeaderKind, kInUseCycle, KeycardGate::kPin, "three of four: two parts drawn, kept until the plan changes", "§6.3"},
    KeycardCommand{KeycardCommandId::kTakePart, "TAKE PART", 0xA7, 0x05, kAnyP2, 96, 96,
                   "P2 = seat of the giver, originId16 dealing8 wrapped56 mac16", "-",
                   kLeaderKind, kInUseCycle, KeycardGate::kPin, "part of the giver's component held", "§6.3"},
    KeycardCommand{KeycardCommandId::kGivePart, "GIVE PART", 0xA7, 0x06, kAnyP2, 0, 0,
                   "P2 = seat of the card that lost its component", "originId16 dealing8 wrapped56 mac16",
                   kLeaderKind, kInUseCycle, KeycardGate::kPin, "-", "§6.3"},
    KeycardCommand{KeycardCommandId::kGatherPart, "GATHER PART", 0xA7, 0x07, kAnyP2, 96, 96,
                   "P2 = seat of the giver, originId16 dealing8 wrapped56 mac16", "parts1",
                   kLeaderKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "part kept; with the third: component held, in use", "§6.3"},
    KeycardCommand{KeycardCommandId::kPutComponent, "PUT COMPONENT", 0xA8, 0x00, 0x00, 127, 127,
                   "flags1 leader1 suite1 setTag3 originId16 eph65 wrapped24 mac16", "checkValue5 (method 02)",
                   kLeaderKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "component held; in use", "§6.3"},
    KeycardCommand{KeycardCommandId::kCommit, "COMMIT", 0xA9, 0x00, 0x00, 0, 0,
                   "-", "commitment32",
                   kLeaderKind, kInUseCycle, KeycardGate::kPin, "nonce kept", "§6.4"},
    KeycardCommand{KeycardCommandId::kPutCommitment, "PUT COMMITMENT", 0xAA, 0x00, kAnyP2, 32, 32,
                   "P2 = leader, commitment32", "-",
                   kMasterMotherKind, kBeforeUseCycles | kAtManufacture, KeycardGate::kMotherPin, "commitment fixed", "§6.4"},
    KeycardCommand{KeycardCommandId::kFreeze, "FREEZE", 0xAB, 0x00, kAnyP2, 0, 0,
                   "P2 = seat of the leader card", "commitment32 x 4 mac16",
                   kMasterMotherKind, kBeforeUseCycles | kAtManufacture, KeycardGate::kMotherPin, "all four fixed", "§6.4"},
    KeycardCommand{KeycardCommandId::kReveal, "REVEAL", 0xAC, 0x00, 0x00, 144, 144,
                   "commitment32 x 4 mac16", "originId16 wrapped56 mac16",
                   kLeaderKind, kInUseCycle, KeycardGate::kPin, "no other four are taken under this plan", "§6.5"},
    KeycardCommand{KeycardCommandId::kPutRevealed, "PUT REVEALED", 0xAD, 0x00, kAnyP2, 88, 88,
                   "P2 = seat of the leader card, originId16 wrapped56 mac16", "-",
                   kMasterMotherKind, kBeforeUseCycles | kAtManufacture, KeycardGate::kMotherPin, "component in volatile memory", "§6.5"},
    KeycardCommand{KeycardCommandId::kCombine, "COMBINE", 0xAE, 0x00, 0x00, 91, 91,
                   "version1 value6 x 15", "checkValue3 x 15",
                   kMasterMotherKind, kBeforeUseCycles | kAtManufacture, KeycardGate::kMotherPin, "purpose keys kept, components erased", "§2, §6.5"},
    KeycardCommand{KeycardCommandId::kDeliver, "DELIVER", 0xAF, 0x00, kAnyP2, 65, 65,
                   "P2 = purpose, tokenPoint65", "header44 eph65 wrapped24 mac16",
                   kMasterMotherKind, kLivingCycles | kAtManufacture, KeycardGate::kKeys, "-", "§6.6"},
    KeycardCommand{KeycardCommandId::kSignCheckValues, "SIGN CHECK VALUES", 0xAF, 0x01, 0x00, 0, 0,
                   "-", "checkValue3 x 15 signature64",
                   kMasterMotherKind, kLivingCycles | kAtManufacture, KeycardGate::kKeys, "-", "§6.6"},

    // Pairs, key-protocol §7.
    KeycardCommand{KeycardCommandId::kMakePair, "MAKE PAIR", 0xB1, 0x00, 0x00, 10, 10,
                   "pairId8 generation2", "wrapped40(K_open, shareC) mac16",
                   kMothers, kLivingCycles | kAtManufacture, KeycardGate::kMotherPin, "key store encrypted; in use", "§7"},
    KeycardCommand{KeycardCommandId::kTakePairing, "TAKE PAIRING", 0xB1, 0x01, 0x00, 66, 66,
                   "pairId8 generation2 wrapped40 mac16", "-",
                   kControls, kLivingCycles | kAtManufacture, KeycardGate::kControlPin, "in use", "§7"},
    KeycardCommand{KeycardCommandId::kEndorse, "ENDORSE", 0xB2, 0x00, 0x00, 70, 70,
                   "targetSerial8 fingerprint32 pairId8 generation2 act4 mac16", "CMAC16",
                   kMotherKinds, kInUseCycle, KeycardGate::kOpen, "act counted", "§7"},
    KeycardCommand{KeycardCommandId::kTakeEndorsement, "TAKE ENDORSEMENT", 0xB2, 0x01, 0x00, 58, 58,
                   "fingerprint32 pairId8 generation2 CMAC16", "-",
                   kLowerKinds, kBeforeUseCycles, KeycardGate::kPin, "pair allowed", "§7"},
    KeycardCommand{KeycardCommandId::kOpenBegin, "OPEN 1", 0xB3, 0x00, 0x00, 34, 34,
                   "orderHash32 count2", "eph65 random16",
                   kMothers, kInUseCycle, KeycardGate::kMotherPin, "opening begun", "§7"},
    KeycardCommand{KeycardCommandId::kOpenAnswer, "OPEN 2", 0xB3, 0x01, 0x00, 125, 125,
                   "pairId8 generation2 eph65 random16 orderHash32 count2", "eph65 random16 CMAC16",
                   kControls, kInUseCycle, KeycardGate::kControlPin, "opening begun", "§7"},
    KeycardCommand{KeycardCommandId::kOpenCheck, "OPEN 3", 0xB3, 0x02, 0x00, 97, 97,
                   "eph65 random16 CMAC16", "CMAC16",
                   kMothers, kInUseCycle, KeycardGate::kMotherPin, "63Cx counts a wrong control card, ten block", "§7"},
    KeycardCommand{KeycardCommandId::kOpenShare, "OPEN 4", 0xB3, 0x03, 0x00, 16, 16,
                   "CMAC16", "wrapped24(shareC) mac16",
                   kControls, kInUseCycle, KeycardGate::kControlPin, "control card opens", "§7"},
    KeycardCommand{KeycardCommandId::kOpenFinish, "OPEN 5", 0xB3, 0x04, 0x00, 40, 40,
                   "wrapped24 mac16", "act4 (the next act's number) originId4 of the keys",
                   kMothers, kInUseCycle, KeycardGate::kMotherPin, "pair open until power-off", "§7"},
    KeycardCommand{KeycardCommandId::kPutOfficers, "PUT OFFICERS", 0xB4, 0x00, 0x00, 130, 260,
                   "point65 x 2 to 4", "-",
                   kTopKinds, kBeforeUseCycles | kAtManufacture, KeycardGate::kPin, "officers known", "§7"},
    KeycardCommand{KeycardCommandId::kAuthorise, "AUTHORISE", 0xB5, 0x00, 0x00, 36, 36,
                   "header32 act4", "CMAC16 under openKey",
                   kControls, kInUseCycle, KeycardGate::kOpen, "one act less", "§7"},
    KeycardCommand{KeycardCommandId::kImportBlock, "IMPORT BLOCK", 0xD8, 0x00, kAnyP2, 72, 72,
                   "P2 = purpose, import block 72", "-",
                   kLowerKinds, kBeforeUseCycles, KeycardGate::kNone, "level 20: a key of the card's own; the mother's level: a key that it holds", "§5"},
    KeycardCommand{KeycardCommandId::kExport, "EXPORT", 0xB6, 0x00, 0x00, 60, 60,
                   "header32 (check value zero) factor8 (zeros: copy) act4 mac16", "import block 72",
                   kMotherKinds, kInUseCycle, KeycardGate::kOpen, "act counted", "§5, §7"},
    KeycardCommand{KeycardCommandId::kCheckValue, "CHECK VALUE", 0xB7, 0x00, kAnyP2, 8, 8,
                   "P2 = purpose, factor8 (zeros: own key)", "checkValue3",
                   kMotherKinds, kLivingCycles | kAtManufacture, KeycardGate::kKeys, "-", "§1"},
    KeycardCommand{KeycardCommandId::kMac, "MAC", 0xB8, 0x00, kAnyP2, 28, 255,
                   "P2 = purpose, factor8 (zeros: own key) message act4 mac16", "CMAC16",
                   kMotherKinds, kInUseCycle, KeycardGate::kOpen, "act counted", "§8"},
    KeycardCommand{KeycardCommandId::kVerifyMac, "VERIFY MAC", 0xB8, 0x01, kAnyP2, 24, 255,
                   "P2 = purpose, factor8 (zeros: own key) CMAC16 message", "-",
                   kMotherKinds, kInUseCycle, KeycardGate::kOpen, "-", "§8"},
    KeycardCommand{KeycardCommandId::kMakeVoidOrder, "MAKE VOID ORDER", 0xB9, 0x00, 0x00, 46, 46,
                   "targetSerial8 pairId8 generation2 logIndex8 act4 mac16", "CMAC16",
                   kMotherKinds, kInUseCycle, KeycardGate::kOpen, "act counted", "§7"},
    KeycardCommand{KeycardCommandId::kApplyVoidOrder, "VOID ORDER", 0xB9, 0x01, 0x00, 34, 148,
                   "pairId8 generation2 logIndex8, then CMAC16 or 2 x (number1 signature64)", "-",
                   kPairKinds, kInUseCycle, KeycardGate::kNone, "void for ever; the pair's keys and share erased", "§7"},
    KeycardCommand{KeycardCommandId::kPutHead, "PUT HEAD", 0xBA, 0x00, 0x00, 105, 204,
                   "size8 root32 signature64 origin", "-",
                   kKeyCardKinds, kLivingCycles | kAtManufacture, KeycardGate::kNone, "head kept; its size never falls", "§7"},
    KeycardCommand{KeycardCommandId::kGetHead, "GET HEAD", 0xBA, 0x01, 0x00, 0, 0,
                   "-", "originHash8 size8 root32",
                   kKeyCardKinds, kEveryCycle, KeycardGate::kNone, "-", "§7"},
    KeycardCommand{KeycardCommandId::kPutLogKey, "PUT LOG KEY", 0xBA, 0x02, 0x00, 33, 132,
                   "key32 origin", "-",
                   kKeyCardKinds, kBeforeUseCycles | kAtManufacture, KeycardGate::kPin, "log key fixed", "§7"},

    // Audit tags, key-protocol §11.
    KeycardCommand{KeycardCommandId::kGetTag, "GET TAG", 0xBB, 0x00, 0x00, 0, 0,
                   "-", "slotsHash32 tag8",
                   kAllKinds, kEveryCycle, KeycardGate::kNone, "-", "§11"},
    KeycardCommand{KeycardCommandId::kTagOfCard, "TAG OF CARD", 0xBC, 0x00, 0x00, 47, 47,
                   "factor8 level1 county3 version1 generation2 slotsHash32", "tag8",
                   kMotherKinds, kInUseCycle, KeycardGate::kOpen, "-", "§11"},

    // Role cards, key-protocol §6.8, §10.
    KeycardCommand{KeycardCommandId::kPutShare, "PUT SHARE", 0xBD, 0x00, kAnyP2, 113, 113,
                   "P2 = slot 0 to 7, eph65 wrapped32(share20 00000000) mac16", "-",
                   kRoleKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "share held", "§10"},
    KeycardCommand{KeycardCommandId::kReleaseShare, "RELEASE SHARE", 0xBD, 0x01, kAnyP2, 65, 65,
                   "P2 = slot, eph65", "wrapped32 mac16",
                   kRoleKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "-", "§10"},
    KeycardCommand{KeycardCommandId::kEraseShare, "ERASE SHARE", 0xBD, 0x02, kAnyP2, 0, 0,
                   "P2 = slot", "-",
                   kRoleKind, kLivingCycles | kAtManufacture, KeycardGate::kPin, "share erased", "§10"},
    KeycardCommand{KeycardCommandId::kSign, "SIGN", 0x2A, 0x9E, 0x9A, 33, 33,
                   "step1 hash32", "signature64 over SHA-256(planId step hash)",
                   kKeyCardKinds, kLivingCycles | kAtManufacture, KeycardGate::kPin, "-", "§6.8"},
};
// clang-format on

static_assert([] {
  for (std::size_t at = 0; at < kKeycardCommands.size(); ++at)
    if (static_cast<std::size_t>(kKeycardCommands.at(at).id) != at) return false;
  return true;
}());

constexpr const KeycardCommand& row_of(KeycardCommandId id) {
  return kKeycardCommands.at(static_cast<std::size_t>(id));
}

// SIGN is an ISO command, IMPORT BLOCK carries its own MAC.
constexpr base::Byte class_of(KeycardCommandId id) {
  switch (id) {
    case KeycardCommandId::kSign:
      return 0x00;
    case KeycardCommandId::kImportBlock:
      return 0x84;
    default:
      return kKeycardClass;
  }
}

}  // namespace card::layout
