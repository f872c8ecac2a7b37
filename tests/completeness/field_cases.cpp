// Rows of tool, modify and restore cards: docs/decisions/0026-field-cards.md.
#include "tests/completeness/cases.h"

namespace completeness {
namespace {

constexpr Refused kNotYet{LifeCycle::kPersonalising, 0x6985};
constexpr Refused kNoMore{LifeCycle::kInUse, 0x6985};
constexpr Refused kEver{};
constexpr Refused kFree{};
constexpr Refused kNoUse{LifeCycle::kInUse, 0x6985};
constexpr Refused kNoMeter{LifeCycle::kInUse, 0x6982};

}  // namespace

std::span<const Case> field_cases() {
  // clang-format off
  static const std::vector<Case> kCases = {
      {"84 FE 00 00 ISSUE CARD", kTool, {0x9000, 0}, "", "00 01", {98, 100}, kNoMore, kFree},
      {"84 FE 00 00 ISSUE CARD", kCarriers, {0x9000, 0}, "", "00 01", {34, 36}, kNoMore, kFree},
      {"80 E2 xx 00 APPEND PART", kCarriers, {0x9000, 0}, "", "00 01", {24, 73}, kNoMore, kFree},
      {"80 CA 04 xx GET TARGET", kCarriers, {0x9000, 19}, "", "05 00", {1}, kEver, kFree},
      {"80 F4 00 00 BEGIN USE", kField, {0x9000, 5}, "", "00 01", {11, 13}, kNotYet, kFree},
      {"80 F6 00 xx GET PART", of(CardKind::kModify), {0x9000, 73}, "", "01 00", {1}, kNotYet, kNoUse},
      {"80 F6 00 xx GET PART", of(CardKind::kRestore), {0x9000, 34}, "", "01 00", {1}, kNotYet, kNoUse},
      {"80 F8 00 00 CONFIRM USE", kCarriers, {0x9000, 0}, "", "00 01", {8, 10}, kNotYet, kNoUse},
      {"00 82 00 xx EXTERNAL AUTHENTICATE", kTool, {0x9000, 0}, "", "01 0A", {31, 33}, kNotYet, kNoUse},
      {"00 88 00 xx INTERNAL AUTHENTICATE", kTool, {0x9000, 16}, "", "01 0A", {1}, kNotYet, kNoMeter},
      {"00 E2 00 C0 APPEND RECORD", kTool, {0x9000, 0}, "", "00 C1", {31, 33}, kNotYet, kNoMeter},
  };
  // clang-format on
  return kCases;
}

}  // namespace completeness
