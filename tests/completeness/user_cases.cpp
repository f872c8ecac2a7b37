// Rows of the user card: card reference §3 and §5.
#include "tests/completeness/cases.h"

namespace completeness {
namespace {

constexpr Refused kNotYet{LifeCycle::kPersonalising, 0x6985};
constexpr Refused kPin{LifeCycle::kInUse, 0x6982};
constexpr Refused kChallenge{LifeCycle::kInUse, 0x6984};
constexpr Refused kFree{};

}  // namespace

std::span<const Case> user_cases() {
  // clang-format off
  static const std::vector<Case> kCases = {
      {"80 50 00 01 INITIALIZE FOR LOAD", kUser, {0x9000, 16}, "", "00 03", {10, 12}, kNotYet, kPin, 0x6A81},
      {"80 50 00 02 INITIALIZE FOR LOAD", kUser, {0x9000, 16}, "", "00 00", {10, 12}, kNotYet, kPin, 0x6A81},
      {"80 52 00 00 CREDIT FOR LOAD", kUser, {0x9000, 4}, "", "00 01", {10, 12}, kNotYet, kPin, 0x6A81},
      {"80 50 05 01 INITIALIZE FOR UNLOAD", kUser, {0x9000, 16}, "", "05 02", {10, 12}, kNotYet, kPin, 0x6A81},
      {"80 54 03 00 DEBIT FOR UNLOAD", kUser, {0x9000, 4}, "", "03 01", {10, 12}, kNotYet, kPin, 0x6A81},
      // No card of the native profile has an overdraft key.
      {"80 50 04 01 INITIALIZE FOR UPDATE", kUser, {0x9403, 0}, "8050040107 01000000001001", "04 02", {6, 8}, kNotYet, kPin, 0x6A81},
      {"80 58 00 00 UPDATE OVERDRAW LIMIT", kUser, {0x6985, 0}, "805800000E 000064 20260715120000 01020304", "00 01", {13, 15}, kNotYet, kPin, 0x6A81},
      {"80 50 02 01 INITIALIZE FOR CASH WITHDRAW", kUser, {0x9000, 15}, "", "02 02", {10, 12}, kNotYet, kPin, 0x6A81},
      {"80 50 03 02 INITIALIZE FOR COMPOSITE PURCHASE", kUser, {0x9000, 15}, "", "03 01", {10, 12}, kNotYet, kFree, 0x6A81},
      {"80 DC xx xx UPDATE RECORD with composite purchase", kUser, {0x9000, 0}, "", "", {0, 256}, kNotYet, kFree, 0x6A81},
      {"80 CA 00 00 GET DATA security code", kUser, {0x9000, 9}, "", "00 01", {1}, kNotYet, kFree, 0},
      {"80 50 01 01 INITIALIZE FOR PURCHASE", kUser, {0x9000, 15}, "", "01 03", {10, 12}, kNotYet, kFree, 0x6A81},
      {"80 50 01 02 INITIALIZE FOR PURCHASE", kUser, {0x9000, 15}, "", "01 00", {10, 12}, kNotYet, kFree, 0x6A81},
      {"80 54 01 00 DEBIT FOR PURCHASE", kUser, {0x9000, 8}, "", "00 00", {14, 16}, kNotYet, kFree, 0x6A81},
      {"80 5C 00 01 GET BALANCE", kUser, {0x9000, 4}, "", "00 03", {1}, kNotYet, kFree, 0x6A81},
      {"80 5C 00 02 GET BALANCE", kUser, {0x9000, 4}, "", "01 02", {1}, kNotYet, kFree, 0x6A81},
      {"80 5A 00 xx GET TRANSACTION PROVE", kUser, {0x9000, 8}, "", "01 06", {1, 3}, kNotYet, kFree, 0x6A81},
      {"E0 7A 08 01 INITIALIZE FOR GREY LOCK", kUser, {0x9000, 15}, "", "08 03", {6, 8}, kNotYet, kFree, 0x6A81},
      {"E0 7A 08 02 INITIALIZE FOR GREY LOCK", kUser, {0x9000, 15}, "", "08 00", {6, 8}, kNotYet, kFree, 0x6A81},
      {"E0 7C 08 00 GREY LOCK", kUser, {0x9000, 8}, "", "08 01", {18, 20}, kNotYet, kFree, 0x6A81},
      {"E0 7E 08 01 DEBIT FOR UNLOCK", kUser, {0x9000, 4}, "", "08 03", {26, 28}, kNotYet, kFree, 0x6A81},
      {"E0 7E 08 02 DEBIT FOR UNLOCK", kUser, {0x9000, 4}, "", "08 00", {26, 28}, kNotYet, kFree, 0x6A81},
      {"E0 CA 00 00 GET LOCK PROOF", kUser, {0x9000, 30}, "", "00 01", {1}, kNotYet, kFree, 0},
      {"E0 CA 01 00 CLEAR TAC FLAG", kUser, {0x9000, 0}, "", "02 00", {1}, kNotYet, kFree, 0x6A81},
      {"E0 7A 09 01 INITIALIZE FOR GREY UNLOCK", kUser, {0x9000, 18}, "", "09 03", {6, 8}, kNotYet, kPin, 0x6A81},
      {"E0 7A 09 02 INITIALIZE FOR GREY UNLOCK", kUser, {0x9000, 18}, "", "09 00", {6, 8}, kNotYet, kPin, 0x6A81},
      {"E0 7E 09 00 GREY UNLOCK", kUser, {0x9000, 4}, "", "09 01", {14, 16}, kNotYet, kPin, 0x6A81},
      {"84 16 00 00 CARD BLOCK", kUser, {0x9000, 0}, "", "00 01", {3, 9}, kNotYet, kChallenge, 0},
      {"84 18 00 00 APPLICATION UNBLOCK", kUser, {0x9000, 0}, "", "00 01", {3, 9}, kNotYet, kChallenge, 0},
      {"04 B0 xx xx READ BINARY protected", kUser, {0x9000, 38}, "", "", {3, 25}, kNotYet, kChallenge, 0x6A81},
      {"04 B2 xx xx READ RECORD protected", kUser, {0x9000, 31}, "", "", {3, 25}, kNotYet, kChallenge, 0x6A81},
      {"84 1E 00 00 APPLICATION BLOCK", kUser, {0x9000, 0}, "", "00 02", {3, 9}, kNotYet, kChallenge, 0x6A81},
      {"84 1E 00 01 APPLICATION BLOCK for ever", kUser, {0x9000, 0}, "", "01 01", {3, 9}, kNotYet, kChallenge, 0},
      {"84 24 xx xx PIN UNBLOCK", kUser, {0x9000, 0}, "", "", {11, 25}, kNotYet, kChallenge, 0x6A81},
      {"80 5E 00 00 RELOAD PIN", kUser, {0x9000, 0}, "", "00 01", {5, 13}, kNotYet, kFree, 0x6A81},
  };
  // clang-format on
  return kCases;
}

}  // namespace completeness
