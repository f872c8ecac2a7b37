// Rows that every kind of card has: ISO/IEC 7816-4, card reference §3.1, key-protocol §4 and §11.
#include "tests/completeness/cases.h"

namespace completeness {
namespace {

constexpr Refused kOver{LifeCycle::kDead, 0x6A81};
constexpr Refused kMade{LifeCycle::kBlank, 0x6985};
constexpr Refused kEmpty{LifeCycle::kManufactured, 0x6985};
constexpr Refused kEver{};
constexpr Refused kFree{};

constexpr Kinds kModules = kPsam | kEsam;
constexpr Kinds kWithoutFiles = kKeyCards;
constexpr Kinds kWithInformation = kModules | kField;
constexpr Kinds kWithoutTag = kTop | kLeader | kRole;

}  // namespace

std::span<const Case> common_cases() {
  // clang-format off
  static const std::vector<Case> kCases = {
      {"00 20 00 00 VERIFY PIN", kAll, {0x9000, 0}, "", "00 01", {1, 9}, kOver, kFree, 0x6A81},
      {"00 46 00 00 GENERATE KEY PAIR", kAll, {0x9000, 65}, "", "02 00", {1}, kMade, kFree},
      {"00 46 01 00 GET PUBLIC POINT", kAll, {0x9000, 65}, "", "02 00", {1}, kEver, kFree},
      {"00 84 00 00 GET CHALLENGE", kAll, {0x9000, 8}, "0084000008", "00 01", {1}, kEver, kFree},
      // 6F len 84 n name A5 m; with a file 15: 9F0C n and its content.
      {"00 A4 04 00 SELECT by name", kUser, {0x9000, 53}, "00A40400", "04 01", {17}, kEver, kFree},
      {"00 A4 04 00 SELECT by name", kWithInformation, {0x9000, 37}, "00A40400", "04 01", {17}, kEver, kFree},
      {"00 A4 04 00 SELECT by name", kWithoutFiles, {0x9000, 20}, "00A40400", "04 01", {17}, kEver, kFree},
      {"00 A4 00 00 SELECT by file id", kUser, {0x9000, 53}, "00A40000023F00", "00 01", {1, 3}, kEver, kFree},
      {"00 A4 00 00 SELECT by file id", kField, {0x9000, 37}, "00A40000023F00", "00 01", {1, 3}, kEver, kFree},
      {"00 A4 00 00 SELECT by file id", kModules, {0x6125, 0}, "00A40000023F00", "00 01", {1, 3}, kEver, kFree},
      {"00 A4 00 00 SELECT by file id", kWithoutFiles, {0x9000, 20}, "00A40000023F00", "00 01", {1, 3}, kEver, kFree},
      {"00 B0 xx xx READ BINARY", kUser, {0x9000, 30}, "00B0950000", "", {1}, kEver, kFree},
      {"00 B0 xx xx READ BINARY", kWithInformation, {0x9000, 14}, "00B095000E", "", {1}, kEver, kFree},
      {"00 B0 xx xx READ BINARY", kWithoutFiles, {0x6A82, 0}, "00B0950000", "", {1}, kEver, kFree},
      {"00 B2 xx xx READ RECORD", kUser, {0x9000, 23}, "00B201C400", "", {1}, kEver, kFree},
      {"00 B2 xx xx READ RECORD", kModules, {0x6981, 0}, "00B201C400", "", {1}, kEver, kFree},
      {"00 B2 xx xx READ RECORD", kTool, {0x9000, 32}, "", "", {1}, kEver, kFree},
      {"00 B2 xx xx READ RECORD", kCarriers | kWithoutFiles, {0x6A82, 0}, "00B201C400", "", {1}, kEver, kFree},
      {"04 D6 xx xx UPDATE BINARY", kUser | kModules | kTool, {0x9000, 0}, "", "", {16, 256}, kMade, kFree, 0x6A81},
      {"04 D6 xx xx UPDATE BINARY", kCarriers, {0x6982, 0}, "04D69500110000000000000000000000000000000000", "", {16, 256}, kMade, kFree},
      {"04 D6 xx xx UPDATE BINARY", kWithoutFiles, {0x6A82, 0}, "04D69500110000000000000000000000000000000000", "", {16, 256}, kMade, kFree},
      {"80 5E 01 00 PIN CHANGE", kAll, {0x9000, 0}, "", "01 01", {2, 18}, kOver, kFree, 0x6A81},
      {"80 CA 01 00 GET CARD STATUS", kAll, {0x9000, 62}, "80CA01003E", "01 01", {1}, kEver, kFree},
      {"80 CA 02 xx GET KEY INFO", kAll, {0x9000, 14}, "", "05 0E", {1}, kEver, kFree},
      {"80 CA 03 xx GET STAGED KEY INFO", kModules | kTool, {0x9000, 14}, "", "05 02", {1}, kEver, kFree},
      {"80 CA 03 xx GET STAGED KEY INFO", kKeyCards | kCarriers | kUser, {0x6A88, 0}, "80CA03020E", "05 02", {1}, kEver, kFree},
      {"84 D8 00 xx IMPORT BLOCK", kAll & ~kLower, {0x9000, 0}, "", "01 02", {71, 73}, kEmpty, kFree, 0x6A81},
      {"80 A0 00 00 INSTALL TRANSPORT KEY", kAll, {0x9000, 0}, "", "00 01", {106, 108}, kMade, kFree},
      {"80 BB 00 00 GET TAG", kAll & ~kWithoutTag, {0x9000, 40}, "", "00 01", {1}, kEver, kFree},
      // Nobody above them gives these cards an audit-tag key of their own.
      {"80 BB 00 00 GET TAG", kWithoutTag, {0x6A88, 0}, "80BB000028", "00 01", {1}, kEver, kFree},
  };
  // clang-format on
  return kCases;
}

}  // namespace completeness
