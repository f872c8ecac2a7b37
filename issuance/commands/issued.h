// What the issuing commands share: the announcement before a job and the result after it.
#pragma once

#include <string>

#include "issuance/commands/world.h"
#include "issuance/engine/issue.h"

namespace issuance::commands {

struct Request {
  std::string county;
  std::string version;
};

// The county must be in the profile (kNotFound); the version is the profile's first unless given.
Order order_for(Counter& counter, const Kind& kind, const Request& request);

// Says how many readers are needed, asks who answers for it, issues, prints.
void carry_out(Counter& counter, Order order, const StationOptions& options);

// Twelve decimal digits, zeros in front (terminal and meter numbers). Throws kMalformed.
std::string twelve_digits(const std::string& text, std::string_view what);

}  // namespace issuance::commands
