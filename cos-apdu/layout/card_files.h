// Which files and which keys a user card, a PSAM and an ESAM have: the single truth about them.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "cos-apdu/layout/file_header.h"
#include "derivation/kind.h"
#include "derivation/level.h"
#include "derivation/purpose.h"

namespace card::layout {

using base::FixedBytes;
using derivation::CardKind;
using derivation::Level;
using derivation::Purpose;

enum class FileWriting {
  kByOrder,       // UPDATE BINARY with an order MAC, while personalised and in use
  kOnce,          // the same, while personalised only
  kByCard,        // the card alone writes it
  kWithPurchase,  // records of a composite purchase
};

struct FileRow {
  Byte sfi;
  FileType type;
  std::uint16_t size;  // of the file, or of one record
  std::uint16_t records;
  FileWriting writing;
  std::string_view name;
  std::string_view chinese;
};

inline constexpr std::uint16_t kDetailRecords = 20;
inline constexpr Byte kInformationFile = 0x15;  // what SELECT answers of an application

// Every file may be read without a PIN: none holds a secret.
inline constexpr std::array kUserCardFiles = {
    FileRow{0x15, FileType::kBinary, 30, 1, FileWriting::kOnce, "application information",
            "公共应用基本信息"},
    FileRow{0x16, FileType::kBinary, 39, 1, FileWriting::kByOrder, "holder", "持卡人基本信息"},
    FileRow{0x17, FileType::kBinary, 60, 1, FileWriting::kByOrder, "irrigation data",
            "灌溉用户信息"},
    FileRow{0x18, FileType::kCyclic, 23, kDetailRecords, FileWriting::kByCard, "transactions",
            "交易明细"},
    FileRow{0x19, FileType::kFixed, 32, 8, FileWriting::kWithPurchase, "application records",
            "复合应用记录"},
};

inline constexpr std::array kPsamFiles = {
    FileRow{0x15, FileType::kBinary, 14, 1, FileWriting::kOnce, "module information",
            "卡片公共信息"},
    FileRow{0x16, FileType::kBinary, 6, 1, FileWriting::kOnce, "terminal number", "终端机编号"},
    FileRow{0x17, FileType::kBinary, 25, 1, FileWriting::kOnce, "application information",
            "应用公共信息"},
    FileRow{0x18, FileType::kBinary, 16, 1, FileWriting::kByCard, "counters", "计数器"},
    FileRow{0x19, FileType::kBinary, 24, 1, FileWriting::kOnce, "load ceiling", "圈存限额"},
};

inline constexpr std::array kEsamFiles = {
    FileRow{0x15, FileType::kBinary, 14, 1, FileWriting::kOnce, "module information",
            "模块公共信息"},
    FileRow{0x16, FileType::kBinary, 6, 1, FileWriting::kOnce, "terminal number", "终端机编号"},
    FileRow{0x18, FileType::kBinary, 4, 1, FileWriting::kByCard, "counters", "计数器"},
    FileRow{0x01, FileType::kBinary, 64, 1, FileWriting::kByOrder, "meter parameters", "表计参数"},
    FileRow{0x02, FileType::kCyclic, 34, 10, FileWriting::kByCard, "settlements", "解扣记录"},
};

// The file as the card's file system sees it: its number is its short id; before use and in use
// differ in who may write.
enum class CardStage { kBeforeUse, kInUse };

FileHeader header_of(const FileRow& row, CardStage stage);

// Empty for other kinds.
std::span<const FileRow> files_of(CardKind kind);

// nullptr when the kind has no such file.
const FileRow* find_file(CardKind kind, Byte sfi);

enum class Presence { kRequired, kOptional };

struct KeyRow {
  Purpose purpose;
  Level level;
  Presence presence;
};

inline constexpr std::array kUserCardKeys = {
    KeyRow{Purpose::kLoad, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kPurchase, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kTac, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kUnload, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kPinUnblock, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kPinReload, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kMaintenance, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kCardControl, Level::kUser, Presence::kRequired},
    KeyRow{Purpose::kAuditTag, Level::kUser, Presence::kRequired},
};

inline constexpr std::array kPsamKeys = {
    KeyRow{Purpose::kLoad, Level::kCounty, Presence::kRequired},
    KeyRow{Purpose::kPurchase, Level::kCounty, Presence::kRequired},
    KeyRow{Purpose::kTac, Level::kCounty, Presence::kRequired},
    KeyRow{Purpose::kPsamControl, Level::kDevice, Presence::kRequired},
    KeyRow{Purpose::kAuditTag, Level::kDevice, Presence::kRequired},
    KeyRow{Purpose::kHandheld, Level::kDevice, Presence::kOptional},
    KeyRow{Purpose::kPinUnblock, Level::kCounty, Presence::kOptional},
    KeyRow{Purpose::kMaintenance, Level::kCounty, Presence::kOptional},
};

inline constexpr std::array kEsamKeys = {
    KeyRow{Purpose::kPurchase, Level::kCounty, Presence::kRequired},
    KeyRow{Purpose::kEsamControl, Level::kDevice, Presence::kRequired},
    KeyRow{Purpose::kTool, Level::kDevice, Presence::kRequired},
    KeyRow{Purpose::kHandheld, Level::kDevice, Presence::kRequired},
    KeyRow{Purpose::kAuditTag, Level::kDevice, Presence::kRequired},
    KeyRow{Purpose::kMeterParameters, Level::kDevice, Presence::kOptional},
};

std::span<const KeyRow> keys_of(CardKind kind);
const KeyRow* find_key(CardKind kind, Purpose purpose);

// The key under which a card of this kind takes orders (files, life cycle, version switch).
// Throws kMalformed for kinds that take none here.
Purpose control_purpose(CardKind kind);

// Where the two directories of such a card stand beside its files.
inline constexpr Byte kMasterFileNumber = 0x00;
inline constexpr Byte kApplicationFileNumber = 0x3F;

// Names under which the application is selected.
inline constexpr std::string_view kPaymentSystemName = "1PAY.SYS.DDF01";
inline constexpr FixedBytes<9> kPurseAid = {0xF0, 0x57, 0x4B, 0x01, 'P', 'U', 'R', 'S', 'E'};
inline constexpr FixedBytes<7> kSamAid = {0xF0, 0x57, 0x4B, 0x02, 'S', 'A', 'M'};

}  // namespace card::layout
