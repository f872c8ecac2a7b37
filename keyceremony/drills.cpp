#include "keyceremony/drills.h"

#include <filesystem>

#include "keyceremony/journal.h"

namespace keyceremony {

namespace {

constexpr std::int64_t kYear = 365LL * 24 * 60 * 60;

std::optional<Proof> proof_of(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "journal")) return std::nullopt;
  Plan plan = read_plan(folder / "plan.toml");
  const Journal journal(folder / "journal", plan.id());
  if (journal.state() != State::kClosed) return std::nullopt;
  const base::UtcTime closed = journal.records().back().time;
  const auto due = plan.next_drill.value_or(base::UtcTime{closed.seconds + kYear});
  return Proof{std::move(plan), closed, due};
}

}  // namespace

std::optional<Proof> last_proof(const station::Station& station) {
  std::optional<Proof> last;
  if (!std::filesystem::exists(station.ceremonies())) return last;
  for (const auto& entry : std::filesystem::directory_iterator(station.ceremonies())) {
    auto proof = proof_of(entry.path());
    if (proof && (!last || last->closed < proof->closed)) last = std::move(proof);
  }
  return last;
}

}  // namespace keyceremony
