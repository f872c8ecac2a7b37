// The files of PSAM and ESAM, as values: module information (15), terminal number (16), application
// information (17), counters (18), the load ceiling (19) with its refresh order, and the settlements
// of an ESAM (02).
#pragma once

#include "base/core/amount.h"
#include "base/core/clock.h"
#include "base/core/county_code.h"
#include "derivation/serial.h"

namespace card::layout {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::FixedBytes;

// File 15: ASN10 (00 00 and the serial8) version1 cardType1 refreshDays2, 14 bytes. A PSAM with a
// refresh period loads until so many days after the date of its last ceiling; 0 means for ever.
struct ModuleInfo {
  derivation::Serial8 serial;
  Byte version = 0x01;
  Byte card_type = 0x00;
  std::uint16_t refresh_days = 0;
};

// File 17 of a PSAM: keyIndex1 issuer8 acquirer8 start4 end4, 25 bytes. Issuer and acquirer are the
// county code's three BCD bytes and five zeros.
struct SamApplicationInfo {
  Byte key_index = 0x01;
  base::CountyCode county;
  FixedBytes<4> valid_from{};
  FixedBytes<4> valid_until{};
};

// File 18 of a PSAM: terminalSN4 loadedMoney4 loadedCount4 latestDate4, 16 bytes; what was loaded
// counts since the ceiling was last set. File 18 of an ESAM is the terminalSN4 alone.
struct SamCounters {
  std::uint32_t terminal_sn = 1;
  base::Amount loaded;
  std::uint32_t loads = 0;
  FixedBytes<4> latest_date{};
};

// File 19 of a PSAM: seq4 money4 count4 start4 end4 issued4, 24 bytes. Dates CCYYMMDD in BCD: the
// first and the last day of loads, and the day from which the refresh period counts.
struct LoadCeiling {
  std::uint32_t seq = 0;
  base::Amount money;
  std::uint32_t count = 0;
  FixedBytes<4> valid_from{};
  FixedBytes<4> valid_until{};
  FixedBytes<4> issued{};
};

// A refresh order for one PSAM (80 78 00 00 30): serial8 and a ceiling of a greater seq, with its
// CMAC16 under that PSAM's control key (0C). It needs no challenge, so it may travel on paper.
Bytes refresh_message(const derivation::Serial8& serial, const LoadCeiling& ceiling);

// The last byte of file 01 of an ESAM, its meter parameters: the least key version whose user cards
// it serves. Zero: every version that it holds.
inline constexpr std::size_t kLeastVersionOffset = 63;

// A record of file 02 of an ESAM: type1 ASN8 offlineSN2 amount4 terminalSN4 lockedDate4 lockedTime3
// GMAC4 SAM-TAC4, 34 bytes. It is what a desk needs to settle a card that did not come back to the
// meter; offlineSN is that of the lock proof.
struct Settlement {
  Byte type = 0;
  FixedBytes<8> card_factor{};
  std::uint16_t offline_sn = 0;
  base::Amount amount;
  std::uint32_t terminal_sn = 0;
  base::CardTime locked_at{};
  FixedBytes<4> gmac{};
  FixedBytes<4> sam_tac{};
};

Bytes encode(const Settlement& settlement);
Settlement decode_settlement(ByteView bytes);

Bytes encode(const ModuleInfo& info);
Bytes encode(const SamApplicationInfo& info);
Bytes encode(const SamCounters& counters);
Bytes encode(const LoadCeiling& ceiling);

// Throw kMalformed.
ModuleInfo decode_module_info(ByteView bytes);
SamApplicationInfo decode_sam_application_info(ByteView bytes);
SamCounters decode_sam_counters(ByteView bytes);
LoadCeiling decode_load_ceiling(ByteView bytes);

}  // namespace card::layout
