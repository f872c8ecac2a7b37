// Rows of the key cards: key-protocol §4 to §12.
#include "tests/completeness/cases.h"

namespace completeness {
namespace {

constexpr Refused kNotYet{LifeCycle::kPersonalising, 0x6985};
constexpr Refused kNoMore{LifeCycle::kInUse, 0x6985};
constexpr Refused kOver{LifeCycle::kVoid, 0x6A81};
constexpr Refused kEver{};
constexpr Refused kFree{};

// The security gate, with the life cycle in which it is reached.
constexpr Refused kPin{LifeCycle::kInUse, 0x6982};
constexpr Refused kPinAtFirst{LifeCycle::kManufactured, 0x6982};
constexpr Refused kPinWhenAllotted{LifeCycle::kAllotted, 0x6982};
constexpr Refused kClosed{LifeCycle::kInUse, 0x6982};

constexpr Kinds kMothersOfAll = kStock | kMothers;
constexpr Kinds kControlsOfAll = kStock | kControls;
constexpr Kinds kSeated = kPairs | kLeader;

}  // namespace

std::span<const Case> key_card_cases() {
  // clang-format off
  static const std::vector<Case> kCases = {
      {"80 A1 00 00 GENERATE STOCK KEY", kStock, {0x9000, 3}, "", "00 01", {1}, kNoMore, kPinAtFirst},
      {"80 A2 00 00 EXPORT TRANSPORT KEY", kStock, {0x9000, 107}, "", "00 01", {92, 94}, kNotYet, kClosed},
      {"80 A3 00 00 RELAY", kStock, {0x9000, 72}, "", "00 01", {35, 37}, kNotYet, kClosed},
      {"80 A3 01 00 REBASE", kMothers, {0x9000, 72}, "", "01 01", {95, 97}, kNotYet, kClosed},
      {"80 A4 00 00 PUT PLAN", kKeyCards, {0x9000, 32}, "", "00 01", {113, 115}, kOver, kPinAtFirst},
      {"80 A5 00 00 PUT SET", kSeated, {0x9000, 32}, "", "00 01", {129, 911}, kOver, kPinAtFirst},
      {"80 A6 00 00 GET SET FINGERPRINT", kSeated, {0x9000, 32}, "", "00 01", {1}, kEver, kFree},
      {"80 A7 00 00 GENERATE COMPONENT", kLeader, {0x9000, 0}, "", "00 01", {1}, kOver, kPinAtFirst},
      {"80 A7 01 xx COPY COMPONENT", kLeader, {0x9000, 88}, "", "08 06", {1}, kNotYet, kPin},
      {"80 A7 02 xx TAKE COPY", kLeader, {0x9000, 0}, "", "08 02", {87, 89}, kOver, kPinAtFirst},
      {"80 A7 03 00 ERASE COMPONENT", kLeader, {0x9000, 0}, "", "03 01", {1}, kNotYet, kPin},
      {"80 A7 04 xx PART COMPONENT", kLeader, {0x9000, 96}, "", "08 03", {1}, kNotYet, kPin},
      {"80 A7 05 xx TAKE PART", kLeader, {0x9000, 0}, "", "08 03", {95, 97}, kNotYet, kPin},
      {"80 A7 06 xx GIVE PART", kLeader, {0x9000, 96}, "", "08 03", {1}, kNotYet, kPin},
      {"80 A7 07 xx GATHER PART", kLeader, {0x9000, 1}, "", "08 03", {95, 97}, kOver, kPinAtFirst},
      {"80 A8 00 00 PUT COMPONENT", kLeader, {0x9000, 5}, "", "00 01", {126, 128}, kOver, kPinAtFirst},
      {"80 A9 00 00 COMMIT", kLeader, {0x9000, 32}, "", "00 01", {1}, kNotYet, kPin},
      {"80 AA 00 xx PUT COMMITMENT", kMasterMother, {0x9000, 0}, "", "01 01", {31, 33}, kNoMore, kPinAtFirst},
      {"80 AB 00 xx FREEZE", kMasterMother, {0x9000, 144}, "", "01 02", {1}, kNoMore, kPinAtFirst},
      {"80 AC 00 00 REVEAL", kLeader, {0x9000, 88}, "", "00 01", {143, 145}, kNotYet, kPin},
      {"80 AD 00 xx PUT REVEALED", kMasterMother, {0x9000, 0}, "", "01 02", {87, 89}, kNoMore, kPinAtFirst},
      {"80 AE 00 00 COMBINE", kMasterMother, {0x9000, 45}, "", "00 01", {90, 92}, kNoMore, kPinAtFirst},
      {"80 AF 00 xx DELIVER", kMasterMother, {0x9000, 149}, "", "02 01", {64, 66}, kOver, kClosed},
      {"80 AF 01 00 SIGN CHECK VALUES", kMasterMother, {0x9000, 109}, "", "01 01", {1}, kOver, kClosed},
      {"80 B1 00 00 MAKE PAIR", kMothersOfAll, {0x9000, 56}, "", "00 01", {9, 11}, kOver, kPinAtFirst},
      {"80 B1 01 00 TAKE PAIRING", kControlsOfAll, {0x9000, 0}, "", "01 01", {65, 67}, kOver, kPinAtFirst},
      {"80 B2 00 00 ENDORSE", kMothers, {0x9000, 16}, "", "00 01", {69, 71}, kNotYet, kClosed},
      {"80 B2 01 00 TAKE ENDORSEMENT", kLower, {0x9000, 0}, "", "01 01", {57, 59}, kNoMore, kPinWhenAllotted},
      {"80 B3 00 00 OPEN 1", kMothersOfAll, {0x9000, 81}, "", "05 00", {33, 35}, kNotYet, kPin},
      {"80 B3 01 00 OPEN 2", kControlsOfAll, {0x9000, 97}, "", "05 00", {124, 126}, kNotYet, kPin},
      {"80 B3 02 00 OPEN 3", kMothersOfAll, {0x9000, 16}, "", "05 00", {96, 98}, kNotYet, kPin},
      {"80 B3 03 00 OPEN 4", kControlsOfAll, {0x9000, 40}, "", "05 00", {15, 17}, kNotYet, kPin},
      {"80 B3 04 00 OPEN 5", kMothersOfAll, {0x9000, 8}, "", "05 00", {39, 41}, kNotYet, kPin},
      {"80 B4 00 00 PUT OFFICERS", kTop, {0x9000, 0}, "", "00 01", {129, 261}, kNoMore, kPinAtFirst},
      {"80 B5 00 00 AUTHORISE", kControlsOfAll, {0x9000, 16}, "", "00 01", {35, 37}, kNotYet, kClosed},
      {"84 D8 00 xx IMPORT BLOCK", kLower, {0x9000, 0}, "", "01 01", {71, 73}, kNoMore, kFree},
      {"80 B6 00 00 EXPORT", kMothers, {0x9000, 72}, "", "00 01", {59, 61}, kNotYet, kClosed},
      {"80 B7 00 xx CHECK VALUE", kMothers, {0x9000, 3}, "", "01 01", {7, 9}, kOver, kClosed},
      {"80 B8 00 xx MAC", kMothers, {0x9000, 16}, "", "02 08", {27, 256}, kNotYet, kClosed},
      {"80 B8 01 xx VERIFY MAC", kMothers, {0x9000, 0}, "", "02 08", {23, 256}, kNotYet, kClosed},
      {"80 B9 00 00 MAKE VOID ORDER", kMothers, {0x9000, 16}, "", "00 01", {45, 47}, kNotYet, kClosed},
      {"80 B9 01 00 VOID ORDER", kPairs, {0x9000, 0}, "", "01 01", {33, 149}, kNotYet, kFree},
      {"80 BA 00 00 PUT HEAD", kKeyCards, {0x9000, 0}, "", "03 00", {104, 205}, kOver, kFree},
      {"80 BA 01 00 GET HEAD", kKeyCards, {0x9000, 48}, "", "03 00", {1}, kEver, kFree},
      {"80 BA 02 00 PUT LOG KEY", kKeyCards, {0x9000, 0}, "", "03 00", {32, 133}, kNoMore, kPinAtFirst},
      {"80 BC 00 00 TAG OF CARD", kMothers, {0x9000, 8}, "", "00 01", {46, 48}, kNotYet, kClosed},
      {"80 BD 00 xx PUT SHARE", kRole, {0x9000, 0}, "", "03 03", {112, 114}, kOver, kPinAtFirst},
      {"80 BD 01 xx RELEASE SHARE", kRole, {0x9000, 48}, "", "03 03", {64, 66}, kOver, kPinAtFirst},
      {"80 BD 02 xx ERASE SHARE", kRole, {0x9000, 0}, "", "03 03", {1}, kOver, kPinAtFirst},
      {"00 2A 9E 9A SIGN", kKeyCards, {0x9000, 64}, "", "9E 9B", {32, 34}, kOver, kPinAtFirst},
  };
  // clang-format on
  return kCases;
}

}  // namespace completeness
