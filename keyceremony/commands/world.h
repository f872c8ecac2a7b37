// What the commands share: the world outside, and the options that several of them have.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "audit/log.h"
#include "base/core/clock.h"
#include "base/station/station.h"
#include "base/terminal/terminal.h"
#include "keyceremony/card_table.h"

namespace keyceremony::commands {

struct World {
  CardFinder find_card;
  base::Clock clock;
};

// --station DIR, --answers FILE
struct StationOptions {
  std::string station;
  std::string answers;

  void add_to(CLI::App& command);
  void add_station_to(CLI::App& command);

  station::Station open() const { return station::Station::open_named(station); }

  std::optional<std::filesystem::path> answers_file() const;
};

// A person is given time to fetch a card; a script is not.
std::chrono::milliseconds patience(const StationOptions& options);

CardTable card_table(const World& world, const StationOptions& options,
                     terminal::Terminal& terminal);

// The station's log, its checkpoints signed by the shift's signer.
audit::Log open_log(const station::Station& station, const World& world);

}  // namespace keyceremony::commands
