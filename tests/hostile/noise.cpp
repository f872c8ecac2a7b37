// The three sorts of noise.
#include "tests/hostile/noise.h"

#include <algorithm>

namespace hostile {

namespace {

bool carries_pin(ByteView apdu) {
  constexpr Byte kVerifyPin = 0x20;
  constexpr Byte kChangePin = 0x5E;
  return apdu[1] == kVerifyPin || apdu[1] == kChangePin;
}

}  // namespace

Noise::Noise(const Exhibit& exhibit, std::uint32_t seed) : random_(seed) {
  for (const auto& table : card::chip::tables_of(exhibit.kind, exhibit.form))
    rows_.insert(rows_.end(), table.begin(), table.end());
  const auto& traffic = Deck::get().traffic();
  for (std::size_t at = 0; at < exhibit.seen; ++at) {
    const auto& [kind, form, apdu, answer] = traffic.at(at);
    const bool same = kind == exhibit.kind && form == exhibit.form;
    if (same && !carries_pin(apdu)) genuine_.push_back(apdu);
  }
}

std::size_t Noise::below(std::size_t bound) {
  return random_() % bound;
}

Bytes Noise::bytes(std::size_t count) {
  Bytes out(count);
  std::ranges::generate(out, [this] { return byte(); });
  return out;
}

Bytes Noise::random_bytes() {
  constexpr std::size_t kLongest = 300;
  return bytes(below(below(2) == 0 ? kLongest : 16));
}

// A row's header, data of an allowed length and perhaps an Le, each sometimes wrong.
Bytes Noise::shaped() {
  const auto& row = rows_.at(below(rows_.size()));
  const bool wrong_class = below(16) == 0;
  const auto filled = [this](Byte fixed, Byte mask) {
    return static_cast<Byte>(below(16) == 0 ? byte() : fixed | (byte() & ~mask));
  };
  Bytes out{wrong_class ? byte() : row.cla, row.ins, filled(row.params.p1, row.params.p1_mask),
            filled(row.params.p2, row.params.p2_mask)};
  const std::size_t span = static_cast<std::size_t>(row.lc.most) - row.lc.least + 1;
  std::size_t length = row.lc.least + below(span);
  if (below(8) == 0) length = below(256);
  length = std::min<std::size_t>(length, card::kShortData);
  if (length > 0) {
    out.push_back(static_cast<Byte>(length));
    const Bytes data = bytes(length);
    out.insert(out.end(), data.begin(), data.end());
  }
  if (below(2) == 0) out.push_back(byte());
  return out;
}

Bytes Noise::bent() {
  Bytes out = genuine_.at(below(genuine_.size()));
  for (std::size_t times = below(4); times > 0 && !out.empty(); --times) {
    const auto at = static_cast<std::ptrdiff_t>(below(out.size()));
    switch (below(4)) {
      case 0:
        out[static_cast<std::size_t>(at)] = byte();
        break;
      case 1:
        out[static_cast<std::size_t>(at)] ^= static_cast<Byte>(1U << below(8));
        break;
      case 2:
        out.erase(out.begin() + at);
        break;
      default:
        out.insert(out.begin() + at, byte());
    }
  }
  return out;
}

Bytes Noise::next() {
  switch (below(3)) {
    case 0:
      return random_bytes();
    case 1:
      return shaped();
    default:
      return genuine_.empty() ? shaped() : bent();
  }
}

}  // namespace hostile
