// Time as a value that is passed in; the system clock is read in main only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/core/bytes.h"

namespace base {

// Seconds since 1970-01-01T00:00:00Z.
struct UtcTime {
  std::int64_t seconds = 0;
  auto operator<=>(const UtcTime&) const = default;
};

using Clock = std::function<UtcTime()>;

UtcTime system_time();

// 2026-11-22T15:04:05Z, both ways; parse throws kMalformed.
std::string format(UtcTime time);
UtcTime parse_utc(std::string_view text);

// What a card and a meter call date (CCYYMMDD) and time (hhmmss): BCD, Beijing time (UTC+8).
struct CardTime {
  FixedBytes<4> date{};
  FixedBytes<3> time{};
  bool operator==(const CardTime&) const = default;
};

CardTime card_time(UtcTime time);

}  // namespace base
