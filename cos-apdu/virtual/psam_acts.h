// What the rows of the PSAM's table run (key-protocol §8), and what they keep.
#pragma once

#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {

// rnd4 onlineSN2 balance4 amount4 type1 date4 time3 keyVersion1 algorithm1 ASN8 MAC1(4) → MAC2(4)
Answer init_sam_for_load(Context& card, const CommandApdu& command);

// serial8 ceiling24 CMAC16
Answer refresh_ceiling(Context& card, const CommandApdu& command);

// keyVersion1 algorithm1 ASN8 TAC4 input
Answer verify_tac(Context& card, const CommandApdu& command);

// rnd4 SN2 amount4 type1 date4 time3 keyVersion1 algorithm1 ASN8 [securityCode9] → terminalSN4
// MAC1(4)
Answer init_sam_for_purchase(Context& card, const CommandApdu& command);
Answer credit_sam_for_purchase(Context& card, const CommandApdu& command);

layout::SamCounters load_counters(const Nvm& nvm);
void store_counters(Nvm& nvm, const layout::SamCounters& counters);

inline constexpr RecordId kLastLoad = record::kSam;           // request36 MAC2(4)
inline constexpr RecordId kTacTries = record::kSam + 1;       // wrong TACs in a row
inline constexpr RecordId kPurchaseTries = record::kSam + 2;  // wrong MAC2 in a row

}  // namespace card::chip
