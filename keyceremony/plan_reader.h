// The plan of a ceremony from TOML: its fields first, then its rules, and all errors of each at once.
#pragma once

#include <string_view>

#include "keyceremony/plan.h"

namespace keyceremony {

inline constexpr std::size_t kMostPlanBytes = 1U << 18;

// Throws what parse_plan promises.
Plan plan_of_toml(std::string_view text, std::string_view name);

}  // namespace keyceremony
