// The fifteen purposes of a key: below the combined master no key has two.
// The purpose byte is also the key slot's number on every card.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/core/error.h"

namespace derivation {

enum class Purpose : std::uint8_t {
  kLoad = 0x01,
  kPurchase = 0x02,
  kTac = 0x03,
  kUnload = 0x04,
  kPinUnblock = 0x05,
  kPinReload = 0x06,
  kMaintenance = 0x07,
  kCardControl = 0x08,
  kMeterParameters = 0x09,
  kTool = 0x0A,
  kHandheld = 0x0B,
  kPsamControl = 0x0C,
  kEsamControl = 0x0D,
  kTransport = 0x0E,
  kAuditTag = 0x0F,
};

struct PurposeRow {
  Purpose purpose;
  std::string_view id;  // as in a scheme profile
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kPurposes = {
    PurposeRow{Purpose::kLoad, "load", "load", "圈存"},
    PurposeRow{Purpose::kPurchase, "purchase", "purchase and grey lock", "消费与灰锁"},
    PurposeRow{Purpose::kTac, "tac", "transaction certificate", "交易验证"},
    PurposeRow{Purpose::kUnload, "unload", "unload and grey unlock", "圈提与解灰"},
    PurposeRow{Purpose::kPinUnblock, "pin-unblock", "PIN unblock", "PIN解锁"},
    PurposeRow{Purpose::kPinReload, "pin-reload", "PIN reload", "PIN重装"},
    PurposeRow{Purpose::kMaintenance, "maintenance", "application maintenance", "应用维护"},
    PurposeRow{Purpose::kCardControl, "card-control", "card control", "卡片主控"},
    PurposeRow{Purpose::kMeterParameters, "meter-parameters", "meter parameters", "表计参数"},
    PurposeRow{Purpose::kTool, "tool", "tool authentication", "工具卡认证"},
    PurposeRow{Purpose::kHandheld, "handheld", "handheld authentication", "手持机认证"},
    PurposeRow{Purpose::kPsamControl, "psam-control", "PSAM control", "PSAM主控"},
    PurposeRow{Purpose::kEsamControl, "esam-control", "ESAM control", "ESAM主控"},
    PurposeRow{Purpose::kTransport, "transport", "blank-card transport", "卡片传输"},
    PurposeRow{Purpose::kAuditTag, "audit-tag", "audit tag", "审计标签"},
};

static_assert([] {
  for (std::size_t i = 0; i < kPurposes.size(); ++i) {
    if (static_cast<std::size_t>(kPurposes.at(i).purpose) != i + 1) return false;
  }
  return kPurposes.size() == 15;
}());

constexpr const PurposeRow& row_of(Purpose purpose) {
  return kPurposes.at(static_cast<std::size_t>(purpose) - 1);
}

constexpr std::uint8_t byte_of(Purpose purpose) {
  return static_cast<std::uint8_t>(purpose);
}

// Throw kMalformed for what is not in the table.
inline Purpose purpose_of_byte(std::uint8_t byte) {
  if (byte < 1 || byte > kPurposes.size())
    base::fail(base::Fault::kMalformed, "purpose byte {:02X}: expected 01 to 0F", byte);
  return static_cast<Purpose>(byte);
}

inline Purpose parse_purpose(std::string_view id) {
  for (const auto& row : kPurposes)
    if (row.id == id) return row.purpose;
  base::fail(base::Fault::kMalformed, "purpose \"{}\" is not one of the fifteen", id);
}

}  // namespace derivation
