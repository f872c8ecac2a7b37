#include "issuance/engine/validity.h"

#include "issuance/kinds/kinds.h"

namespace issuance {

namespace {

constexpr std::int64_t kSecondsOfDay = 86400;
constexpr std::int64_t kWarningDays = 90;

struct CardDays {
  CardKind kind;
  std::uint32_t derivation::Validity::*days;
};

constexpr std::array kCardDays = {
    CardDays{CardKind::kPsam, &derivation::Validity::psam_days},
    CardDays{CardKind::kUser, &derivation::Validity::user_days},
    CardDays{CardKind::kTool, &derivation::Validity::tool_days},
};

std::optional<base::UtcTime> after(std::int64_t since, std::uint32_t days) {
  if (since == 0) return std::nullopt;
  return base::UtcTime{since + kSecondsOfDay * std::int64_t{days}};
}

}  // namespace

std::optional<base::UtcTime> end_of(const PairRow& pair, const derivation::Validity& validity) {
  if (pair.kind == CardKind::kStock) return std::nullopt;
  return after(pair.since, validity.pair_days);
}

std::optional<base::UtcTime> end_of(const CardRow& card, const derivation::Validity& validity) {
  for (const CardDays& row : kCardDays) {
    if (row.kind == card.serial.kind()) return after(card.since, validity.*row.days);
  }
  return std::nullopt;
}

bool ends_soon(base::UtcTime end, base::UtcTime now) {
  return now.seconds >= end.seconds - kWarningDays * kSecondsOfDay;
}

KeyState key_state(const PairRow& pair, const derivation::Validity& validity, base::UtcTime now) {
  const auto end = end_of(pair, validity);
  return key_state(pair.state, end && *end <= now ? Age::kPast : Age::kWithin);
}

}  // namespace issuance
