// Faults and their exit statuses.
#include "base/core/error.h"

#include <set>

#include <doctest/doctest.h>

TEST_CASE("every fault has its own exit status, apart from success, crash and usage") {
  std::set<int> seen = {0, 1, 2};
  for (std::size_t at = 0; at < base::kFaults.size(); ++at) {
    const base::FaultRow& row = base::kFaults.at(at);
    CHECK(static_cast<std::size_t>(row.fault) == at);
    CHECK(seen.insert(row.exit_status).second);
    CHECK(base::Error(row.fault, "x").exit_status() == row.exit_status);
  }
}
