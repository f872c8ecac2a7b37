// What every job works with, handed in by the program or by a test.
#pragma once

#include <filesystem>

#include "base/core/clock.h"
#include "base/core/mode.h"
#include "base/terminal/terminal.h"
#include "derivation/profile.h"
#include "issuance/engine/card_finder.h"
#include "issuance/register/ledger.h"

namespace issuance {

struct Workplace {
  Ledger& ledger;
  CardFinder& cards;
  terminal::Terminal& people;
  const derivation::Profile& profile;
  base::Mode mode;
  base::Clock clock;
  derivation::RandomSource random;  // of job ids and pair ids
};

}  // namespace issuance
