// The command line of meter-emu.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "meter-emu/commands/commands.h"

namespace meter {

// Parsing leaves in `run` what was asked for. All three live until it has run.
void add_commands(CLI::App& app, Options& options, std::function<int()>& run);

}  // namespace meter
