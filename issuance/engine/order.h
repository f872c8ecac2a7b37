// What a job was asked to make, before any card is touched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/core/amount.h"
#include "base/core/card_number.h"
#include "base/core/county_code.h"
#include "issuance/engine/people.h"
#include "issuance/kinds/kinds.h"

namespace issuance {

struct Order {
  const Kind& kind;
  std::optional<base::CountyCode> county{};  // where the kind's scope is a county
  std::uint8_t version = 1;                  // of the keys
  std::string device{};                      // PSAM: terminal number; ESAM: meter number; 12 digits
  std::optional<base::Amount> ceiling{};     // PSAM
  std::optional<base::CardNumber> number{};  // user card
  People by{};

  std::string county_digits() const { return county ? county->digits() : std::string(); }
};

// Half of a pair, or the one card of a job.
enum class Half : std::uint8_t { kSingle, kMother, kControl };

constexpr derivation::CardKind card_kind(const Kind& kind, Half half) {
  return half == Half::kControl ? kind.control : kind.card;
}

}  // namespace issuance
