// What reaches a desk to release a lock that its meter will not settle: the meter's own settlement, or
// a county station's order made by two persons.
#pragma once

#include "base/core/amount.h"
#include "base/core/card_number.h"
#include "base/core/clock.h"
#include "base/crypto/hash.h"
#include "derivation/import_block.h"

namespace card::layout {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::FixedBytes;

// format1 = 03, ASN10, amount4, offlineSN2 (as the lock proof shows it), terminal6, terminalSN4, date4,
// time3, GMAC4: 38 bytes. The GMAC of the lock's session key over the amount is its authentication.
struct SettlementPackage {
  base::CardNumber card;
  base::Amount amount{};
  std::uint16_t offline_sn = 0;
  FixedBytes<6> terminal{};
  std::uint32_t terminal_sn = 0;
  base::CardTime at{};
  FixedBytes<4> gmac{};
};

inline constexpr Byte kSettlementFormat = 0x03;
inline constexpr std::size_t kSettlementPackageBytes = 38;

// format1 = 04, PSAM serial8, ASN10, onlineSN2, offlineSN2, amount4, recordHash32, import block 72,
// CMAC16: 147 bytes. The counters are the card's, so that the order is for this lock and works once.
// recordHash is SHA-256 of the suspended record, or of the report of two persons when there is none.
// The block brings the unload key of this one card to this one PSAM, which forgets it with the answer.
// The CMAC is under the PSAM-control key of the PSAM over "WK/release1" and the 131 bytes before it.
struct ReleasePackage {
  derivation::Serial8 psam;
  base::CardNumber card;
  std::uint16_t online_sn = 0;
  std::uint16_t offline_sn = 0;
  base::Amount amount{};
  crypto::Hash32 record{};
  derivation::ImportBlockBytes key{};
  FixedBytes<16> mac{};
};

inline constexpr Byte kReleaseFormat = 0x04;
inline constexpr std::size_t kReleasePackageBytes = 147;

Bytes encode(const SettlementPackage& package);
Bytes encode(const ReleasePackage& package);

// Throw kMalformed; they check no MAC.
SettlementPackage decode_settlement_package(ByteView bytes);
ReleasePackage decode_release_package(ByteView bytes);

Bytes release_message(const ReleasePackage& package);

}  // namespace card::layout
