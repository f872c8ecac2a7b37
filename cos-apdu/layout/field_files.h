// Which files and which keys the field cards have: tool card (2F), key modify card (2D), key restore
// card (2E).
#pragma once

#include "cos-apdu/layout/card_files.h"

namespace card::layout {

inline constexpr Byte kGrantFile = 0x16;
inline constexpr Byte kUseCountersFile = 0x17;
inline constexpr Byte kReadingsFile = 0x18;
inline constexpr Byte kToolDataFile = 0x01;

inline constexpr std::array kCarrierFiles = {
    FileRow{0x15, FileType::kBinary, 14, 1, FileWriting::kByCard, "module information",
            "卡片公共信息"},
    FileRow{kGrantFile, FileType::kBinary, 19, 1, FileWriting::kByCard, "grant", "授权信息"},
    FileRow{kUseCountersFile, FileType::kBinary, 14, 1, FileWriting::kByCard, "use counters",
            "使用计数"},
};

inline constexpr std::array kToolFiles = {
    kCarrierFiles[0],
    kCarrierFiles[1],
    kCarrierFiles[2],
    FileRow{kReadingsFile, FileType::kCyclic, 32, kDetailRecords, FileWriting::kByCard, "readings",
            "抄表记录"},
    FileRow{kToolDataFile, FileType::kBinary, 64, 1, FileWriting::kByOrder, "tool data",
            "工具数据"},
};

inline constexpr std::array kCarrierKeys = {
    KeyRow{Purpose::kCardControl, Level::kDevice, Presence::kRequired},
    KeyRow{Purpose::kAuditTag, Level::kDevice, Presence::kRequired},
};

// A tool card holds the one of the two county keys that its subtype works with (field_card.h): a
// meter's key is the leaf of its ESAM's serial number.
inline constexpr std::array kToolKeys = {
    kCarrierKeys[0],
    kCarrierKeys[1],
    KeyRow{Purpose::kTool, Level::kCounty, Presence::kOptional},
    KeyRow{Purpose::kMeterParameters, Level::kCounty, Presence::kOptional},
};

}  // namespace card::layout
