// When the leaders' components were proved last, and until when that counts.
#pragma once

#include <optional>
#include <string>

#include "base/core/clock.h"
#include "base/station/station.h"
#include "keyceremony/plan.h"

namespace keyceremony {

struct Proof {
  Plan plan;
  base::UtcTime closed;
  base::UtcTime due;  // the plan's next_drill, or 365 days after the close
};

// The closed ceremony of this station that ended last: a birth, a recovery or a drill, each of which
// combines four components and compares what comes out. Throws what a broken journal throws.
std::optional<Proof> last_proof(const station::Station& station);

}  // namespace keyceremony
