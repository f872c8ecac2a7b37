#include "tests/tear/counters.h"

#include <array>

#include <fmt/format.h>

namespace tear {

namespace {

using card::chip::RecordId;

// Big-endian, at this place of a record; the places stand in docs/formats and in the headers of
// cos-apdu/virtual, and are written down here by hand.
struct Place {
  std::string_view name;
  RecordId record;
  std::size_t offset;
  std::size_t bytes;
};

constexpr std::array kPlaces = {
    Place{"offline number of the deposit", 0x0601, 4, 2},
    Place{"online number of the deposit", 0x0601, 6, 2},
    Place{"offline number of the wallet", 0x0602, 4, 2},
    Place{"online number of the wallet", 0x0602, 6, 2},
    Place{"terminal number", 0x0418, 0, 4},
    Place{"seq of the ceiling", 0x0419, 0, 4},
    Place{"seq of the last restore", 0x0720, 0, 4},
    Place{"next act", 0x0807, 0, 4},
    Place{"size of the log head", 0x080B, 8, 8},
};

// version1 generation2 suite1 level1 flags1 tries1 seq4 …
constexpr RecordId kFirstSlot = 0x0101;
constexpr RecordId kLastSlot = 0x010F;
constexpr std::size_t kSlotSeq = 7;

std::uint64_t number_at(ByteView record, std::size_t offset, std::size_t bytes) {
  std::uint64_t number = 0;
  for (const Byte byte : record.subspan(offset, bytes)) number = number << 8U | byte;
  return number;
}

}  // namespace

Counters counters_in(const Dump& dump) {
  Counters counters;
  for (const auto& place : kPlaces) {
    const auto found = dump.find(place.record);
    if (found == dump.end()) continue;
    counters[std::string(place.name)] = number_at(found->second, place.offset, place.bytes);
  }
  for (auto at = dump.lower_bound(kFirstSlot); at != dump.end() && at->first <= kLastSlot; ++at) {
    const std::string name = fmt::format("key {:02X}", at->first - kFirstSlot + 1);
    counters["version of " + name] = number_at(at->second, 0, 1);
    counters["seq of " + name] = number_at(at->second, kSlotSeq, 4);
  }
  return counters;
}

}  // namespace tear
