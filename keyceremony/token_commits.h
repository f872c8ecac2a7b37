// The commits of the key token in the log, so that an older folder of it is found.
#pragma once

#include <optional>

#include "audit/log.h"
#include "audit/token_state.h"
#include "base/hsm/token.h"

namespace keyceremony {

// The entry that tells of the last commit; nothing for a token without a folder.
std::optional<audit::Entry> commit_entry(const std::optional<hsm::FolderState>& state);

// Throws kTampered when the log knows a later commit of the key token than this one.
void require_not_older(audit::Archive& log, const std::optional<hsm::FolderState>& state);

}  // namespace keyceremony
