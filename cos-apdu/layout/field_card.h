// What field cards carry, as values: the grant of a card (file 16), its use counters (17), a meter's
// reading (18), and the sealed parts that modify and restore cards hand out.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/core/amount.h"
#include "base/core/clock.h"
#include "base/crypto/hash.h"
#include "derivation/kind.h"
#include "derivation/purpose.h"
#include "derivation/serial.h"

namespace card::layout {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::FixedBytes;

// What a tool card may do at a meter. The subtype is under every MAC between card and meter, and
// what changes a meter works with another key than what only reads it.
enum class ToolSubtype : Byte {
  kNone = 0x00,  // of a modify or restore card
  kParameter = 0x01,
  kClear = 0x02,
  kPreset = 0x03,
  kInspect = 0x04,
  kReading = 0x05,
  kTime = 0x06,
  kManagement = 0x07,
};

struct ToolRow {
  ToolSubtype subtype;
  derivation::Purpose purpose;  // of the county key that the card holds
  std::string_view id;
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kTools = {
    ToolRow{ToolSubtype::kParameter, derivation::Purpose::kMeterParameters, "parameter",
            "parameter card", "参数卡"},
    ToolRow{ToolSubtype::kClear, derivation::Purpose::kMeterParameters, "clear", "clear card",
            "清零卡"},
    ToolRow{ToolSubtype::kPreset, derivation::Purpose::kMeterParameters, "preset", "preset card",
            "预置卡"},
    ToolRow{ToolSubtype::kInspect, derivation::Purpose::kTool, "inspect", "inspection card",
            "检查卡"},
    ToolRow{ToolSubtype::kReading, derivation::Purpose::kTool, "reading", "reading card", "抄表卡"},
    ToolRow{ToolSubtype::kTime, derivation::Purpose::kMeterParameters, "time", "time card",
            "校时卡"},
    ToolRow{ToolSubtype::kManagement, derivation::Purpose::kMeterParameters, "management",
            "management card", "管理卡"},
};

// Throws kMalformed for a byte that is no tool.
const ToolRow& tool_of_byte(Byte subtype);

// File 16: subtype1 version1 county3 validFrom4 validUntil4 uses2 wellGroup4, 19 bytes. Dates
// CCYYMMDD in BCD; a use is one meter on one day; well group 0 is the whole county.
struct Grant {
  ToolSubtype subtype = ToolSubtype::kNone;
  Byte version = 1;
  FixedBytes<3> county{};
  FixedBytes<4> valid_from{};
  FixedBytes<4> valid_until{};
  std::uint16_t uses = 0;
  std::uint32_t well_group = 0;
  bool operator==(const Grant&) const = default;
};

inline constexpr std::size_t kGrantBytes = 19;

// File 17: used2 latestDate4 lastTarget8, 14 bytes; the date never falls.
struct UseCounters {
  std::uint16_t used = 0;
  FixedBytes<4> latest_date{};
  FixedBytes<8> last_target{};
};

// File 18 of a tool card: terminal6 date4 time3 energy4 money4 sessions2 suspended1 reserved8, 32
// bytes. Energy in 0.01 kWh.
struct Reading {
  FixedBytes<6> terminal{};
  base::CardTime at{};
  std::uint32_t energy = 0;
  base::Amount money;
  std::uint16_t sessions = 0;
  Byte suspended = 0;
  bool operator==(const Reading&) const = default;
};

inline constexpr std::size_t kReadingBytes = 32;

// File 01 of a tool card, and of an ESAM.
inline constexpr std::size_t kToolDataBytes = 64;
using ToolData = FixedBytes<kToolDataBytes>;

// Throw kMalformed.
Bytes encode(const Grant& grant);
Bytes encode(const UseCounters& counters);
Bytes encode(const Reading& reading);
Grant decode_grant(ByteView bytes);
UseCounters decode_use_counters(ByteView bytes);
Reading decode_reading(ByteView bytes);

// A sealed part for one target. The last of a target's parts closes it: what it orders takes effect.
enum class PartType : Byte { kImportBlock = 0x00, kSwitch = 0x01, kRestore = 0x02 };

enum class PartPlace { kBefore, kLast };

struct PartRow {
  PartType type;
  derivation::CardKind carrier;
  std::size_t bytes;
  std::size_t serial_at;  // where the target's serial8 stands
  PartPlace place;
  std::string_view name;
};

// import block: derivation/import_block.h; switch: serial8 version1 CMAC16; restore: card_commands.h
inline constexpr std::array kParts = {
    PartRow{PartType::kImportBlock, derivation::CardKind::kModify, 72, 16, PartPlace::kBefore,
            "import block"},
    PartRow{PartType::kSwitch, derivation::CardKind::kModify, 25, 0, PartPlace::kLast,
            "version switch"},
    PartRow{PartType::kRestore, derivation::CardKind::kRestore, 33, 0, PartPlace::kLast,
            "restore order"},
};

inline constexpr std::size_t kMostPartsOfTarget = 15;
inline constexpr std::size_t kMostTargets = 200;

// nullptr when a card of this kind carries no such part.
const PartRow* find_part(derivation::CardKind carrier, Byte type);

struct Part {
  PartType type = PartType::kImportBlock;
  Bytes bytes;
  bool operator==(const Part&) const = default;
};

// type1 bytes, and back; throws kMalformed.
Bytes encode(const Part& part);
Part decode_part(ByteView bytes);

derivation::Serial8 target_of(const Part& part);

// Where a target of a modify or restore card stands.
enum class TargetState : Byte {
  kIncomplete = 0x00,  // its last part is missing
  kReady = 0x01,
  kHandedOut = 0x02,  // the last part has left the card; it may leave again for this target
  kDone = 0x03,       // the target's audit tag came back
};

// serial8 state1 parts1 version1 tag8, 19 bytes; the tag is zeros until done.
struct Target {
  derivation::Serial8 serial;
  TargetState state = TargetState::kIncomplete;
  Byte parts = 0;
  Byte version = 0;
  FixedBytes<8> tag{};
};

Bytes encode(const Target& target);
Target decode_target(ByteView bytes);

// What the issue order of a field card is computed over, under the card-control key of the card:
//   "WK/issue1" | serial8 | grant19 | SHA-256(tool data, empty for carriers) | SHA-256(all parts, each
//   type1 bytes, in the order of the card)
Bytes issue_message(const derivation::Serial8& serial, const Grant& grant, ByteView data,
                    const crypto::Hash32& parts);

// Mutual authentication of an ESAM and a tool card, under the leaf of the ESAM's serial:
//   "WK/tool1" or "WK/tool2" | subtype1 | toolSerial8 | esamSerial8 | date4 | esamRandom16 |
//   toolRandom16 | SHA-256(grant19 | tool data64)
// the ESAM says 2 first, the card then says 1.
struct ToolProof {
  ToolSubtype subtype = ToolSubtype::kNone;
  FixedBytes<8> tool{};
  FixedBytes<8> esam{};
  FixedBytes<4> date{};
  FixedBytes<16> esam_random{};
  FixedBytes<16> tool_random{};
  crypto::Hash32 content{};
};

Bytes tool_message(const ToolProof& proof);
Bytes esam_message(const ToolProof& proof);

}  // namespace card::layout
