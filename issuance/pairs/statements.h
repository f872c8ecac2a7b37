// What two key officers sign with their role cards at this station.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "audit/statement.h"
#include "derivation/serial.h"
#include "issuance/engine/people.h"
#include "issuance/engine/workplace.h"

namespace issuance {

// The role cards of the two.
using Officers = std::array<derivation::Serial8, audit::kStatementOfficers>;

// Who signs, and the folder that keeps what they signed.
struct Signing {
  Officers officers;
  std::filesystem::path folder;
};

struct SignedStatement {
  crypto::Hash32 hash{};
  std::filesystem::path file;
  People by;  // both officers, as the log names them
};

// Both cards sign under their PINs (questions officer-1.pin, officer-2.pin); the file is durable
// when this returns, and named after the act and the hash. Throws kRefused for one card twice and for
// a card that has signed no ceremony of this log as an officer's, kNotFound when a card is missing.
SignedStatement sign_statement(Workplace& place, const Signing& signing, audit::Act act,
                               std::vector<audit::Fact> facts);

}  // namespace issuance
