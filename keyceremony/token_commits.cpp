#include "keyceremony/token_commits.h"

namespace keyceremony {

namespace {

audit::TokenState recorded_form(const hsm::FolderState& state) {
  return {state.snapshot, state.manifest};
}

}  // namespace

std::optional<audit::Entry> commit_entry(const std::optional<hsm::FolderState>& state) {
  if (!state) return std::nullopt;
  return audit::token_committed(hsm::kKeyTokenLabel, recorded_form(*state));
}

void require_not_older(audit::Archive& log, const std::optional<hsm::FolderState>& state) {
  if (state) audit::require_not_older(log, hsm::kKeyTokenLabel, recorded_form(*state));
}

}  // namespace keyceremony
