// From pulses to energy and money: pulses are the truth, everything else is computed from them.
#pragma once

#include <cstdint>

#include "base/core/amount.h"

namespace meter {

struct Tariff {
  std::uint32_t constant = 1600;  // pulses per kWh of the measuring element
  std::uint32_t ratio = 1;        // of the current transformer
  std::uint32_t price = 0;        // 0.0001 yuan per kWh
  bool operator==(const Tariff&) const = default;
};

// Bounds within which no product below leaves 64 bits. Throws kMalformed.
void require_sane(const Tariff& tariff);

inline constexpr std::uint64_t kMostPulses = 1'000'000'000;  // of one session

// The one rounding rule: half up.
constexpr std::uint64_t divide_half_up(std::uint64_t dividend, std::uint64_t divisor) {
  return (2 * dividend + divisor) / (2 * divisor);
}

// Rounded to a whole fen. Throws kRefused above kMostPulses.
base::Amount cost_of(std::uint64_t pulses, const Tariff& tariff);

// 0.01 kWh
std::uint64_t centi_kwh_of(std::uint64_t pulses, const Tariff& tariff);

// The least number of pulses whose cost reaches the amount.
std::uint64_t pulses_reaching(base::Amount amount, const Tariff& tariff);

// Pulses in 0.1 kWh, at least one: what a power cut may cost nobody.
std::uint64_t pulses_between_saves(const Tariff& tariff);

}  // namespace meter
