// Ceremonies that are planned and not built: refused, with what to do meanwhile.
#include <array>

#include "base/core/error.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

struct Later {
  const char* name;
  const char* what;
  const char* meanwhile;
};

constexpr std::array kLater = {
    Later{"rekey", "make a second master key while the first one lives",
          "raise the key version of the province or a county (runbook 07-re-key)"},
    Later{
        "destroy-token-keys", "destroy the purpose keys of the key token",
        "two officers destroy the folder tokens/key and its copies, then keyceremony token renew"},
};

}  // namespace

void add_later(CLI::App& app, const World&) {
  for (const Later& row : kLater) {
    CLI::App* const command = app.add_subcommand(row.name, row.what);
    command->group("Not built yet");
    command->callback([row] {
      base::fail(base::Fault::kRefused, "'{}' is not built yet; meanwhile: {}", row.name,
                 row.meanwhile);
    });
  }
}

}  // namespace keyceremony::commands
