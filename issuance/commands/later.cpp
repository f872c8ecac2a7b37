// issuance modify | restore | tool: kinds of the scheme that this version does not issue
#include "issuance/commands/tree.h"
#include "issuance/kinds/kinds.h"

namespace issuance::commands {

void add_later(CLI::App& app, const World&) {
  for (const CardKind kind : kLaterKinds) {
    const auto& row = derivation::row_of(kind);
    CLI::App* const command =
        app.add_subcommand(std::string(row.id), std::string(row.chinese) + " (not yet)");
    command->allow_extras();
    command->callback([&row] {
      base::fail(base::Fault::kRefused, "{}: not issued by this version", row.english);
    });
  }
}

}  // namespace issuance::commands
