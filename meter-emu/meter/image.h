// The image of a meter: JSON with a format number, the same text for the same state.
#pragma once

#include <string>
#include <string_view>

#include "meter-emu/meter/meter.h"

namespace meter {

inline constexpr int kImageFormat = 1;
inline constexpr int kHarvestFormat = 1;

// What stands beside the state: where the security module's own image is.
struct Image {
  Meter meter;
  std::string esam_path;
};

std::string encode_image(const Image& image);

// Throws kMalformed, kRefused for another format, kTampered when a record's CRC does not hold or
// the pulses do not add up.
Image decode_image(std::string_view text);

// The lists for the desk's import: usage, suspended (with what the desk needs to settle them on the
// card) and swipe faults, as an array of {"meter", "list", "records"}. Times in UTC.
std::string encode_harvest(const Meter& meter);

}  // namespace meter
