// audit verify: the whole log, from its entries up.
#pragma once

#include <string>
#include <vector>

#include "audit/commands/where.h"

namespace audit::commands {

struct VerifyOptions {
  std::string log;
  std::string key;
  std::vector<std::string> witnesses;  // verifier keys of type 04
  std::vector<std::string> since;      // files of checkpoints held outside
  Output output = Output::kText;
};

// Prints what was found; throws kTampered when there is a fault.
void verify(const VerifyOptions& options);

}  // namespace audit::commands
