// The import block: the one form in which a key enters a card, 72 bytes.
//
//   0  fmt1 suite1 purpose1 level1 mode1 flags1 version1 targetKind1
//   8  generation2 county3 checkValue3
//  16  targetSerial8
//  24  seq4 originId4                                  header ends at 32
//  32  AES-KW(KTenc, key16), 24 bytes                  MAC input ends at 56
//  56  CMAC(KTmac, the 56 bytes before), 16 bytes
//
// flags: bit 0 live, bit 1 exportable. county is three BCD bytes, zeros above the county level.
// A relay block (mode 04) carries the serial8 of a blank in place of seq and originId.
#pragma once

#include <cstdint>

#include "base/core/bytes.h"
#include "base/core/mode.h"
#include "base/crypto/suite.h"
#include "derivation/level.h"
#include "derivation/purpose.h"
#include "derivation/serial.h"

namespace derivation {

enum class ImportMode : std::uint8_t {
  kInstall = 0x01,         // version equal to or above the target's
  kUpdate = 0x02,          // version exactly one above the target's
  kUpdateSkipping = 0x03,  // any version above the target's: only where an order allows it
  kRelay = 0x04,           // a blank's KT0 on its way to the mother that will re-base the blank
};

enum class Exportable : std::uint8_t { kNo = 0, kYes = 1 };

struct ExportHeader {
  crypto::SuiteId suite;
  Purpose purpose;
  Level level;
  ImportMode mode = ImportMode::kInstall;
  base::Mode flag = base::Mode::kRehearsal;  // rehearsal keys never enter live cards, nor back
  Exportable exportable = Exportable::kNo;
  std::uint8_t version = 1;
  std::uint16_t generation = 1;
  base::FixedBytes<3> county{};
  Serial8 target;
  std::uint32_t seq = 0;
  base::FixedBytes<4> origin{};  // first four bytes of originId
  bool operator==(const ExportHeader&) const = default;
};

inline constexpr std::size_t kImportHeaderBytes = 32;
inline constexpr std::size_t kImportMacInputBytes = 56;
inline constexpr std::size_t kImportBlockBytes = 72;

using ImportHeaderBytes = base::FixedBytes<kImportHeaderBytes>;
using ImportBlockBytes = base::FixedBytes<kImportBlockBytes>;

struct ImportBlock {
  ExportHeader header;
  crypto::Kcv check_value{};
  base::FixedBytes<24> wrapped{};
  base::FixedBytes<16> mac{};
};

ImportHeaderBytes encode_header(const ExportHeader& header, const crypto::Kcv& check_value);
base::FixedBytes<kImportMacInputBytes> mac_input(const ImportBlock& block);
ImportBlockBytes encode(const ImportBlock& block);

// Throws kMalformed for any field out of its table, reserved flag bits, a target kind that is not
// the serial's, or an all-zero check value. Checks no MAC.
ImportBlock decode_import_block(base::ByteView bytes);

// The transport cipher of a suite: AES, except that an sm4 home has SM4 (never two-key 3DES).
crypto::SuiteId transport_suite(crypto::SuiteId suite);

// The two ends in software, for card chips and the reference: `transport` is the target's KT.
ImportBlock seal_import_block(const crypto::Key& transport, const ExportHeader& header,
                              const crypto::Key& key);

// Checks the MAC, unwraps, checks the check value; throws kTampered. The header's fields are the
// target's own to judge, before this call.
crypto::Key open_import_block(const crypto::Key& transport, const ImportBlock& block);

}  // namespace derivation
