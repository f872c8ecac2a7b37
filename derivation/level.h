// Where in the tree a key stands, and which single steps down are allowed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/core/error.h"
#include "derivation/purpose.h"

namespace derivation {

enum class Level : std::uint8_t {
  kMaster = 0x11,  // one key per purpose, right below the combined master
  kProvince = 0x12,
  kCounty = 0x13,
  kDevice = 0x20,  // leaf by a device's serial number
  kUser = 0x30,    // leaf by a user card's number
};

struct LevelRow {
  Level level;
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kLevels = {
    LevelRow{Level::kMaster, "master", "主控"}, LevelRow{Level::kProvince, "province", "省级"},
    LevelRow{Level::kCounty, "county", "县级"}, LevelRow{Level::kDevice, "device", "设备"},
    LevelRow{Level::kUser, "user", "用户卡"},
};

constexpr std::uint8_t byte_of(Level level) {
  return static_cast<std::uint8_t>(level);
}

inline const LevelRow& row_of(Level level) {
  for (const auto& row : kLevels)
    if (row.level == level) return row;
  base::fail(base::Fault::kMalformed, "level byte {:02X}: expected 11, 12, 13, 20 or 30",
             byte_of(level));
}

// Throws kMalformed for a byte that is no level.
inline Level level_of_byte(std::uint8_t byte) {
  return row_of(static_cast<Level>(byte)).level;
}

// Transport, audit-tag and card-control leaves hang below every level, so that each issuer can
// speak to the devices it issues; all other leaves hang below the county only.
constexpr bool has_leaves_at_every_level(Purpose purpose) {
  return purpose == Purpose::kTransport || purpose == Purpose::kAuditTag ||
         purpose == Purpose::kCardControl;
}

// True when `child` is exactly one level below `parent` for a key of this purpose.
constexpr bool is_one_step_down(Purpose purpose, Level parent, Level child) {
  switch (child) {
    case Level::kMaster:
      return false;
    case Level::kProvince:
      return parent == Level::kMaster;
    case Level::kCounty:
      return parent == Level::kProvince;
    case Level::kUser:
      return parent == Level::kCounty;
    case Level::kDevice:
      return parent == Level::kCounty || (has_leaves_at_every_level(purpose) &&
                                          (parent == Level::kMaster || parent == Level::kProvince));
  }
  return false;
}

static_assert(!is_one_step_down(Purpose::kLoad, Level::kMaster, Level::kCounty));
static_assert(!is_one_step_down(Purpose::kLoad, Level::kCounty, Level::kCounty));
static_assert(!is_one_step_down(Purpose::kLoad, Level::kUser, Level::kUser));
static_assert(!is_one_step_down(Purpose::kLoad, Level::kMaster, Level::kDevice));
static_assert(is_one_step_down(Purpose::kTransport, Level::kMaster, Level::kDevice));

}  // namespace derivation
