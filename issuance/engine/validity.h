// Until when a pair issues and a card is meant to work: whole days of the profile, counted from the
// log entry that made it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/core/clock.h"
#include "derivation/profile.h"
#include "issuance/register/register.h"

namespace issuance {

// What may be done with the keys of a pair.
enum class KeyState : std::uint8_t {
  kPreActive,   // not proven yet: nothing
  kActive,      // issues
  kVerifyOnly,  // makes no card; checks, and voids a pair below it
  kVoid,        // nothing, for ever
  kDestroyed,   // the cards have erased them, and two officers have signed for it
};

enum class Age : std::uint8_t { kWithin, kPast };

struct KeyStateRow {
  PairState pair;
  KeyState within;
  KeyState past;
};

inline constexpr std::array kKeyStates = {
    KeyStateRow{PairState::kNone, KeyState::kPreActive, KeyState::kPreActive},
    KeyStateRow{PairState::kMaking, KeyState::kPreActive, KeyState::kPreActive},
    KeyStateRow{PairState::kActive, KeyState::kActive, KeyState::kVerifyOnly},
    KeyStateRow{PairState::kAbandoned, KeyState::kVoid, KeyState::kVoid},
    KeyStateRow{PairState::kVoid, KeyState::kVoid, KeyState::kVoid},
    KeyStateRow{PairState::kRetired, KeyState::kVerifyOnly, KeyState::kVerifyOnly},
    KeyStateRow{PairState::kDestroyed, KeyState::kDestroyed, KeyState::kDestroyed},
};

constexpr KeyState key_state(PairState pair, Age age) {
  const KeyStateRow& row = kKeyStates.at(static_cast<std::size_t>(pair));
  return age == Age::kWithin ? row.within : row.past;
}

struct KeyStateName {
  KeyState state;
  std::string_view name;
  std::string_view chinese;
  std::string_view may;  // what is done with the keys
};

inline constexpr std::array kKeyStateNames = {
    KeyStateName{KeyState::kPreActive, "pre-active", "待启用",
                 "nothing: the backup is not proven yet"},
    KeyStateName{KeyState::kActive, "active", "启用", "issue, check, void a pair below"},
    KeyStateName{KeyState::kVerifyOnly, "verify-only", "仅验证", "check, void a pair below"},
    KeyStateName{KeyState::kVoid, "void", "作废", "nothing"},
    KeyStateName{KeyState::kDestroyed, "destroyed", "销毁", "nothing: no card holds them"},
};

constexpr std::string_view name_of(KeyState state) {
  return kKeyStateNames.at(static_cast<std::size_t>(state)).name;
}

// The first moment that no longer counts. Nothing for what has no term: the stock pair, whose keys
// end in each blank, a kind without days in the profile, and what was never finished.
std::optional<base::UtcTime> end_of(const PairRow& pair, const derivation::Validity& validity);
std::optional<base::UtcTime> end_of(const CardRow& card, const derivation::Validity& validity);

// Within ninety days of it: time to make a successor.
bool ends_soon(base::UtcTime end, base::UtcTime now);

KeyState key_state(const PairRow& pair, const derivation::Validity& validity, base::UtcTime now);

namespace claims {

static_assert(
    [] {
      std::size_t active = 0;
      for (std::size_t i = 0; i < kKeyStates.size(); ++i) {
        if (kKeyStates.at(i).pair != static_cast<PairState>(i)) return false;
        if (kKeyStates.at(i).past == KeyState::kActive) return false;
        if (kKeyStates.at(i).within == KeyState::kActive) ++active;
      }
      return active == 1 && kKeyStates.size() == kPairStates.size();
    }(),
    "one row for each state of a pair, one of them issues, and none does past its day");

}  // namespace claims

}  // namespace issuance
