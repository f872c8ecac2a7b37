// INIT FOR DESCRYPT (80 1A) and DES CRYPT (80 FA): a module enciphers and authenticates on behalf of
// its terminal, under a key below one of its own (card reference §4.2, §4.3).
//
// Only the usages of kSamUsages are open, and always the end of the key's line: a county key goes
// down to one user card first, so that no key of several cards ever meets bytes of a caller's choice.
// In the suites of 16-byte blocks the key is the one of secure messaging below it: an enciphered
// block of a leaf key would be such a key.
#pragma once

#include <array>

#include "cos-apdu/virtual/command.h"
#include "derivation/kind.h"
#include "derivation/level.h"
#include "derivation/purpose.h"

namespace card::chip {

enum class SamWork : Byte { kMac = 1, kEncipher = 2, kBoth = 3 };

// `type` is the low five bits of the usage byte, the high three count the levels of factors.
struct SamUsage {
  derivation::CardKind kind;
  Byte type;
  derivation::Purpose purpose;
  SamWork work;
};

inline constexpr std::array kSamUsages = {
    SamUsage{derivation::CardKind::kPsam, 0x03, derivation::Purpose::kPinUnblock, SamWork::kBoth},
    SamUsage{derivation::CardKind::kPsam, 0x05, derivation::Purpose::kMaintenance, SamWork::kBoth},
    SamUsage{derivation::CardKind::kEsam, 0x06, derivation::Purpose::kTool, SamWork::kMac},
    SamUsage{derivation::CardKind::kEsam, 0x08, derivation::Purpose::kHandheld, SamWork::kBoth},
};

// P1 usage, P2 key version, data the factors. 6985 for a usage that is not open, 6700 for another
// number of levels than the key needs, 9403 without such a key.
Answer init_for_descrypt(Context& card, const CommandApdu& command);

// P1: bit 1 MAC, else encipher; bit 2 more parts follow; bit 3 the data begins with the MAC's initial
// value. 00 and 02 encipher, 05 one MAC, 07 03 01 first, middle and last part of one; in the suites
// of 16-byte blocks 04 enciphers, and the data begins with the challenge. The data is whole blocks,
// padding is the caller's; with 16-byte blocks the last part of a MAC has any length. After the last
// part and after every refusal the key is gone (6985).
Answer des_crypt(Context& card, const CommandApdu& command);

}  // namespace card::chip
