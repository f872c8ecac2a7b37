// Takes a DEVICENAME apart and refuses whatever is not exactly of its form.
#include "cos-apdu/ifd/device_name.h"

#include <charconv>

namespace ifd {
namespace {

std::string_view next_part(std::string_view& rest) {
  const auto end = rest.find(':');
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

std::optional<unsigned> number(std::string_view digits, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
  if (error != std::errc{} || end != digits.end() || value < 1 || value > most) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<DeviceName> parse_device_name(std::string_view text) {
  if (next_part(text) != "sock") return std::nullopt;
  const auto folder = next_part(text);
  const auto slots = number(next_part(text), kMostSlots);
  if (folder.empty() || folder.front() != '/' || !slots) return std::nullopt;
  DeviceName name{std::string(folder), *slots};
  if (!text.empty()) {
    const auto patience = number(text, 600'000);
    if (!patience) return std::nullopt;
    name.patience = std::chrono::milliseconds(*patience);
  }
  return name;
}

}  // namespace ifd
