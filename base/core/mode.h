// Whether what is done counts: fixed when a station is made, recorded in everything it makes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/core/error.h"

namespace base {

enum class Mode : std::uint8_t { kRehearsal = 0, kLive = 1 };

constexpr std::string_view name_of(Mode mode) {
  return mode == Mode::kLive ? "live" : "rehearsal";
}

// Throws kMalformed.
inline Mode parse_mode(std::string_view text) {
  if (text == "live") return Mode::kLive;
  if (text == "rehearsal") return Mode::kRehearsal;
  fail(Fault::kMalformed, "mode is '{}', expected live or rehearsal", text);
}

}  // namespace base
