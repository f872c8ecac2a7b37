// Integer arithmetic of energy and money.
#include "meter-emu/meter/billing.h"

#include <algorithm>

#include "base/core/error.h"

namespace meter {
namespace {

constexpr std::uint32_t kMostConstant = 100'000;
constexpr std::uint32_t kMostRatio = 1'000;
constexpr std::uint32_t kMostPrice = 100'000;  // 10 yuan per kWh
static_assert(kMostPulses * kMostRatio * kMostPrice < (std::uint64_t{1} << 62U));

void require_range(const char* name, std::uint32_t value, std::uint32_t most) {
  if (value < 1 || value > most) {
    base::fail(base::Fault::kMalformed, "{} is {}, expected 1 to {}", name, value, most);
  }
}

}  // namespace

void require_sane(const Tariff& tariff) {
  require_range("constant", tariff.constant, kMostConstant);
  require_range("ratio", tariff.ratio, kMostRatio);
  require_range("price", tariff.price, kMostPrice);
}

base::Amount cost_of(std::uint64_t pulses, const Tariff& tariff) {
  if (pulses > kMostPulses) {
    base::fail(base::Fault::kRefused, "{} pulses in one session, at most {}", pulses, kMostPulses);
  }
  // yuan = pulses / constant * ratio * price / 10000
  const auto fen =
      divide_half_up(pulses * tariff.ratio * tariff.price, std::uint64_t{tariff.constant} * 100);
  return base::Amount::fen(static_cast<std::int64_t>(fen));
}

std::uint64_t centi_kwh_of(std::uint64_t pulses, const Tariff& tariff) {
  return divide_half_up(pulses * tariff.ratio * 100, tariff.constant);
}

std::uint64_t pulses_reaching(base::Amount amount, const Tariff& tariff) {
  std::uint64_t below = 0;  // whose cost does not reach it, but for none at all
  std::uint64_t enough = kMostPulses;
  if (amount == base::Amount()) return 0;
  while (below + 1 < enough) {
    const auto middle = below + (enough - below) / 2;
    (cost_of(middle, tariff) < amount ? below : enough) = middle;
  }
  return enough;
}

std::uint64_t pulses_between_saves(const Tariff& tariff) {
  return std::max<std::uint64_t>(1, tariff.constant / (10 * tariff.ratio));
}

}  // namespace meter
