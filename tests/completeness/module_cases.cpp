// Rows of PSAM and ESAM: card reference §4, key-protocol §8 and §9. Both speak T=0.
#include "tests/completeness/cases.h"

namespace completeness {
namespace {

constexpr Refused kNotYet{LifeCycle::kPersonalising, 0x6985};
constexpr Refused kNoMore{LifeCycle::kInUse, 0x6985};
constexpr Refused kPin{LifeCycle::kInUse, 0x6982};
constexpr Refused kChallenge{LifeCycle::kInUse, 0x6984};
constexpr Refused kFree{};

constexpr Kinds kModules = kPsam | kEsam;

}  // namespace

std::span<const Case> module_cases() {
  // clang-format off
  static const std::vector<Case> kCases = {
      {"80 74 00 00 INIT SAM FOR LOAD", kPsam, {0x6104, 0}, "", "00 01", {35, 37}, kNotYet, kPin},
      {"80 76 00 00 VERIFY TAC", kPsam, {0x9000, 0}, "", "00 01", {35, 39}, kNotYet, kPin},
      {"80 70 00 00 INIT SAM FOR PURCHASE", kPsam, {0x6108, 0}, "", "00 01", {27, 38}, kNotYet, kPin},
      {"80 72 00 00 CREDIT SAM FOR PURCHASE", kPsam, {0x9000, 0}, "", "00 01", {3, 5}, kNotYet, kPin},
      {"80 7A 00 00 INIT SAM FOR GREY UNLOCK", kPsam, {0x6104, 0}, "", "00 01", {167, 169}, kNotYet, kPin},
      {"80 7C 00 00 CREDIT SAM FOR GREY UNLOCK", kPsam, {0x9000, 0}, "", "00 01", {3, 5}, kNotYet, kPin},
      {"80 78 00 00 REFRESH CEILING", kPsam, {0x9000, 0}, "", "00 01", {47, 49}, kNotYet, kFree},
      {"80 1A xx xx INIT FOR DESCRYPT", kPsam, {0x9000, 0}, "", "", {256}, kNotYet, kPin},
      {"80 1A xx xx INIT FOR DESCRYPT", kEsam, {0x9000, 0}, "", "", {256}, kNotYet, kFree},
      {"80 FA xx 00 DES CRYPT", kPsam, {0x6108, 0}, "", "00 01", {0, 256}, kNotYet, kPin},
      {"80 FA xx 00 DES CRYPT", kEsam, {0x6108, 0}, "", "00 01", {0, 256}, kNotYet, kFree},
      // No key of a PSAM answers a challenge of the caller's choice.
      {"00 88 xx xx INTERNAL AUTHENTICATE", kPsam, {0x6985, 0, Design::kRefuses}, "00880002080000000000000000", "", {256}, kNotYet, kFree},
      {"00 82 00 0B EXTERNAL AUTHENTICATE", kPsam, {0x9000, 0}, "", "00 0C", {7, 17}, kNotYet, kChallenge},
      {"E0 40 00 00 INIT SAM GREY LOCK", kEsam, {0x610C, 0}, "", "00 01", {27, 36}, kNotYet, kFree},
      {"E0 42 00 00 CERTIFICATE SAM GREY LOCK", kEsam, {0x9000, 0}, "", "00 01", {3, 5}, kNotYet, kFree},
      {"E0 44 00 00 CREDIT SAM FOR GREY DEBIT", kEsam, {0x6108, 0}, "", "01 00", {14, 16}, kNotYet, kFree},
      {"E0 46 00 00 GET GMAC", kEsam, {0x6108, 0}, "", "00 01", {3, 5}, kNotYet, kFree},
      {"00 82 00 xx EXTERNAL AUTHENTICATE", kEsam, {0x9000, 0}, "", "01 0A", {7, 17}, kNotYet, kChallenge},
      {"00 88 00 xx INTERNAL AUTHENTICATE", kEsam, {0x6110, 0}, "", "01 0A", {3, 17}, kNotYet, kFree},
      {"84 F2 00 xx RESTORE", kEsam, {0x9000, 0}, "", "01 02", {23, 25}, kNotYet, kFree},
      {"84 F1 00 00 SWITCH TO USE", kModules | kUser, {0x9000, 0}, "", "02 00", {15, 17}, kNoMore, kFree},
      {"80 88 xx xx PROVE TO TOOL CARD", kEsam, {0x6120, 0}, "", "", {59, 61}, kNotYet, kFree},
      {"80 82 00 00 CHECK TOOL CARD", kEsam, {0x9000, 0}, "", "00 01", {15, 17}, kNotYet, kFree},
      {"80 DA 00 01 PUT PARAMETERS", kEsam, {0x9000, 0}, "", "00 02", {82, 84}, kNotYet, kFree},
      {"84 F1 01 xx SWITCH VERSION", kModules | kTool, {0x9000, 0}, "", "02 02", {15, 17}, kNotYet, kFree},
  };
  // clang-format on
  return kCases;
}

}  // namespace completeness
