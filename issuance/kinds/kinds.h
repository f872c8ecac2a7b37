// The kinds of card that the engine issues: one row each; the engine knows no kind by name.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/core/error.h"
#include "derivation/kind.h"
#include "derivation/level.h"

namespace issuance {

using derivation::CardKind;

enum class Form : std::uint8_t { kPair, kSingle };
enum class Scope : std::uint8_t { kProvince, kCounty };
enum class PinKeeper : std::uint8_t {
  kHolder,  // entered twice by whoever takes the card over
  kNobody,  // the card asks for none
};

struct Kind {
  std::string_view id;  // of the command, and first word of its question ids
  Form form;
  CardKind card;            // the mother card of a pair
  CardKind control;         // of a pair; otherwise as `card`
  CardKind issuer;          // mother card of the pair that makes it
  derivation::Level level;  // of the keys in it
  Scope scope;
  PinKeeper pin;
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kKinds = {
    Kind{"provincial", Form::kPair, CardKind::kProvincialMother, CardKind::kProvincialControl,
         CardKind::kMasterMother, derivation::Level::kProvince, Scope::kProvince,
         PinKeeper::kHolder, "provincial pair", "省级卡对"},
    Kind{"county", Form::kPair, CardKind::kCountyMother, CardKind::kCountyControl,
         CardKind::kProvincialMother, derivation::Level::kCounty, Scope::kCounty,
         PinKeeper::kHolder, "county pair", "县级卡对"},
    Kind{"user-mother", Form::kPair, CardKind::kUserMother, CardKind::kUserControl,
         CardKind::kCountyMother, derivation::Level::kCounty, Scope::kCounty, PinKeeper::kHolder,
         "user mother pair", "用户母卡对"},
    Kind{"psam", Form::kSingle, CardKind::kPsam, CardKind::kPsam, CardKind::kCountyMother,
         derivation::Level::kCounty, Scope::kCounty, PinKeeper::kHolder, "PSAM", "PSAM卡"},
    Kind{"esam", Form::kSingle, CardKind::kEsam, CardKind::kEsam, CardKind::kCountyMother,
         derivation::Level::kCounty, Scope::kCounty, PinKeeper::kNobody, "ESAM", "ESAM模块"},
    Kind{"user", Form::kSingle, CardKind::kUser, CardKind::kUser, CardKind::kUserMother,
         derivation::Level::kUser, Scope::kCounty, PinKeeper::kNobody, "user card", "用户卡"},
};

// Whether its keys are derived for it, with a version of their own; all other cards hold copies and
// leaves of their issuer's.
constexpr bool makes_keys(const Kind& kind) {
  return kind.card == CardKind::kProvincialMother || kind.card == CardKind::kCountyMother;
}

// Kinds of the scheme whose issue is not built yet: refused by name, never half done.
inline constexpr std::array kLaterKinds = {CardKind::kModify, CardKind::kRestore, CardKind::kTool};

constexpr const Kind& kind_named(std::string_view id) {
  for (const Kind& row : kKinds) {
    if (row.id == id) return row;
  }
  base::fail(base::Fault::kMalformed, "'{}' is no kind of card that is issued here", id);
}

// How pairs call themselves in questions and lists: by the kind of their mother card.
struct PairName {
  CardKind mother;
  CardKind control;
  std::string_view id;
  Scope scope;
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kPairNames = {
    PairName{CardKind::kStock, CardKind::kStock, "stock", Scope::kProvince, "stock pair",
             "库存卡对"},
    PairName{CardKind::kMasterMother, CardKind::kMasterControl, "master", Scope::kProvince,
             "master control pair", "总控卡对"},
    PairName{CardKind::kProvincialMother, CardKind::kProvincialControl, "provincial",
             Scope::kProvince, "provincial pair", "省级卡对"},
    PairName{CardKind::kCountyMother, CardKind::kCountyControl, "county", Scope::kCounty,
             "county pair", "县级卡对"},
    PairName{CardKind::kUserMother, CardKind::kUserControl, "user-mother", Scope::kCounty,
             "user mother pair", "用户母卡对"},
};

inline const PairName& pair_name_of(CardKind mother) {
  for (const PairName& row : kPairNames) {
    if (row.mother == mother) return row;
  }
  base::fail(base::Fault::kMalformed, "a {} has no control card",
             derivation::row_of(mother).english);
}

// Every issuer is the mother of a pair of the table, so the chain from the master control pair to a
// user card has no gap.
static_assert([] {
  for (const Kind& row : kKinds) {
    bool found = false;
    for (const PairName& name : kPairNames) found = found || name.mother == row.issuer;
    if (!found) return false;
  }
  return true;
}());

}  // namespace issuance
