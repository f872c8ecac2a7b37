// Known-answer probes: a suite is offered only if every verb gives the published result with a
// throw-away key, because a token's own list of mechanisms errs in both directions.
#pragma once

#include <string>
#include <vector>

#include "base/crypto/suite.h"
#include "base/hsm/session.h"

namespace hsm {

struct ProbeResult {
  std::string verb;   // "derive", "check value", "wrap", "unwrap", "mac", "refuse", "destroy"
  std::string fault;  // empty when the probe passed
};

// All probes of a suite, in the order above.
std::vector<ProbeResult> probe(Session& session, crypto::SuiteId suite);

// Throws kRefused naming the verbs that failed.
void require_suite(Session& session, crypto::SuiteId suite);

}  // namespace hsm
