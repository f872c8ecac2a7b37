// The command line of virtual-card.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "cos-apdu/virtual/commands_image.h"
#include "cos-apdu/virtual/commands_slot.h"
#include "cos-apdu/virtual/commands_trace.h"

namespace card::chip {

struct Options {
  NewOptions make;
  InsertOptions insert;
  std::string image;      // to inspect
  std::string recording;  // to trace
  bool json = false;
  bool background = false;
};

// Parsing leaves in `run` what was asked for. All three live until it has run.
void add_commands(CLI::App& app, Options& options, std::function<int()>& run);

}  // namespace card::chip
