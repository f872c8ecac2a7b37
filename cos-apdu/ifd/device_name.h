// The DEVICENAME of a reader.conf entry, taken apart: sock:<folder>:<slots>[:<patience in ms>]
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ifd {

// pcscd's own table holds 16 readers, and a slot counts as one.
inline constexpr unsigned kMostSlots = 16;

struct DeviceName {
  std::string folder;  // absolute
  unsigned slots;      // 1 to kMostSlots
  // How long a card may be silent before it counts as dead; a card that asks for more time
  // is given it anew.
  std::chrono::milliseconds patience{10'000};
};

std::optional<DeviceName> parse_device_name(std::string_view text);

}  // namespace ifd
