// The kinds of card and module, by the first byte of their serial number.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/core/error.h"

namespace derivation {

enum class CardKind : std::uint8_t {
  kStock = 0x20,
  kLeader = 0x21,
  kRole = 0x22,
  kMasterMother = 0x23,
  kMasterControl = 0x24,
  kProvincialMother = 0x25,
  kProvincialControl = 0x26,
  kCountyMother = 0x27,
  kCountyControl = 0x28,
  kUserMother = 0x29,
  kUserControl = 0x2A,
  kPsam = 0x2B,
  kEsam = 0x2C,
  kModify = 0x2D,
  kRestore = 0x2E,
  kTool = 0x2F,
  kUser = 0x40,  // chip serial of a user card's blank: a factor of the transport purpose only
};

enum class PairRole : std::uint8_t {
  kNone,
  kEither,  // mother and control are of one kind; the card's status says which
  kMother,
  kControl,
};

struct CardKindRow {
  CardKind kind;
  PairRole pair_role;
  std::string_view id;
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kCardKinds = {
    CardKindRow{CardKind::kStock, PairRole::kEither, "stock", "stock card", "库存卡"},
    CardKindRow{CardKind::kLeader, PairRole::kNone, "leader", "leader card", "领导卡"},
    CardKindRow{CardKind::kRole, PairRole::kNone, "role", "role card", "角色卡"},
    CardKindRow{CardKind::kMasterMother, PairRole::kMother, "master-mother", "master mother card",
                "总控母卡"},
    CardKindRow{CardKind::kMasterControl, PairRole::kControl, "master-control",
                "master control card", "总控控制卡"},
    CardKindRow{CardKind::kProvincialMother, PairRole::kMother, "provincial-mother",
                "provincial mother card", "省级母卡"},
    CardKindRow{CardKind::kProvincialControl, PairRole::kControl, "provincial-control",
                "provincial control card", "省级控制卡"},
    CardKindRow{CardKind::kCountyMother, PairRole::kMother, "county-mother", "county mother card",
                "县级母卡"},
    CardKindRow{CardKind::kCountyControl, PairRole::kControl, "county-control",
                "county control card", "县级控制卡"},
    CardKindRow{CardKind::kUserMother, PairRole::kMother, "user-mother", "user mother card",
                "用户母卡"},
    CardKindRow{CardKind::kUserControl, PairRole::kControl, "user-control", "user control card",
                "用户控制卡"},
    CardKindRow{CardKind::kPsam, PairRole::kNone, "psam", "PSAM", "PSAM卡"},
    CardKindRow{CardKind::kEsam, PairRole::kNone, "esam", "ESAM", "ESAM模块"},
    CardKindRow{CardKind::kModify, PairRole::kNone, "modify", "key modify card", "密钥修改卡"},
    CardKindRow{CardKind::kRestore, PairRole::kNone, "restore", "key restore card", "密钥还原卡"},
    CardKindRow{CardKind::kTool, PairRole::kNone, "tool", "tool card", "工具卡"},
    CardKindRow{CardKind::kUser, PairRole::kNone, "user", "user card", "用户卡"},
};

constexpr std::uint8_t byte_of(CardKind kind) {
  return static_cast<std::uint8_t>(kind);
}

// Throw kMalformed for what is not in the table.
inline const CardKindRow& row_of(CardKind kind) {
  for (const auto& row : kCardKinds)
    if (row.kind == kind) return row;
  base::fail(base::Fault::kMalformed, "card kind {:02X}: expected 20 to 2F, or 40", byte_of(kind));
}

inline CardKind kind_of_byte(std::uint8_t byte) {
  return row_of(static_cast<CardKind>(byte)).kind;
}

inline CardKind parse_kind(std::string_view id) {
  for (const auto& row : kCardKinds)
    if (row.id == id) return row.kind;
  base::fail(base::Fault::kMalformed, "card kind \"{}\" is not known", id);
}

}  // namespace derivation
