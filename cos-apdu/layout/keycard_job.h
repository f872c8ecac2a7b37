// What the cards of a pair without a ceremony are bound to: the job that made them.
#pragma once

#include <string_view>

#include "cos-apdu/layout/keycard_plan.h"

namespace card::layout {

// Plan text hash = SHA-256("wellkey job " | job), of which the left half is the set id; no token.
PlanParts parts_of_job(base::Mode mode, crypto::SuiteId suite, const crypto::Hash32& profile_hash,
                       std::string_view job);

}  // namespace card::layout
