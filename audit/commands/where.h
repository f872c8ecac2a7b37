// Where a log, a key or a note named on the command line is found.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "audit/archive.h"

namespace audit::commands {

// A station folder means its log.db.
std::filesystem::path log_path(const std::string& named);
Archive open_log(const std::string& named);

// The checkpoint remembered beside a log, where there is one.
std::optional<std::string> remembered_beside(const std::string& named);

// The verifier key itself, or @FILE with it in its first line.
VerifierKey key_of(const std::string& given);

enum class Output { kText, kJson };

}  // namespace audit::commands
