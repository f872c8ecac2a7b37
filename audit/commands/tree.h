// The command line of audit: its subcommands and where their options go.
#pragma once

#include <CLI/CLI.hpp>

#include "audit/commands/openssl.h"
#include "audit/commands/read.h"
#include "audit/commands/verify.h"
#include "audit/commands/witness.h"

namespace audit::commands {

struct Options {
  std::string log;
  std::string index;
  std::string out;
  bool json = false;
  VerifyOptions verify;
  ShowOptions show;
  CheckOptions check;
  StatementOptions statement;
  OpensslOptions openssl;
  WitnessOptions witness;

  Output output() const { return json ? Output::kJson : Output::kText; }
};

// Each subcommand runs while the line is parsed; `options` outlives the parse.
void add_commands(CLI::App& app, Options& options);

}  // namespace audit::commands
