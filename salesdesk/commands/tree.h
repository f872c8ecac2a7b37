// The command line of salesdesk.
#pragma once

#include <CLI/CLI.hpp>

namespace desk::commands {

// The chosen subcommand leaves its exit status in `status`, which outlives `app`.
void add_commands(CLI::App& app, int& status);

}  // namespace desk::commands
