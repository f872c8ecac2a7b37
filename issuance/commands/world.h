// What the commands share: the world outside, the station's books opened, and their options.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include "base/station/station.h"
#include "issuance/engine/people.h"
#include "issuance/engine/workplace.h"
#include "issuance/pairs/statements.h"

namespace issuance::commands {

using FinderMaker = std::function<std::unique_ptr<CardFinder>(std::chrono::milliseconds patience)>;

struct World {
  FinderMaker make_finder;
  base::Clock clock;
  derivation::RandomSource random;
};

// --station DIR, --answers FILE, --json
struct StationOptions {
  std::string station;
  std::string answers;
  bool json = false;

  void add_to(CLI::App& command);

  station::Station open() const { return station::Station::open_named(station); }
};

// The station at work: log, register, profile, terminal and readers.
class Counter {
 public:
  // Throws kTampered when the profile is not the one that the log accepted last, kRefused for sample
  // values at a live station.
  Counter(const World& world, const StationOptions& options);

  Workplace& place() { return *place_; }

  const station::Station& station() const { return station_; }

 private:
  station::Station station_;
  derivation::Profile profile_;
  audit::Log log_;
  Ledger ledger_;
  std::unique_ptr<terminal::Terminal> terminal_;
  std::unique_ptr<CardFinder> finder_;
  std::unique_ptr<Workplace> place_;
};

// Opens the counter and runs `work`; a refusal is in the log before it is thrown on.
void at_the_counter(const World& world, const StationOptions& options, std::string_view command,
                    const std::function<void(Counter&)>& work);

// The station's log, its checkpoints signed by the shift's signer.
audit::Log open_log(const station::Station& station, const base::Clock& clock);

// The profile of the station, which must be the one that the log accepted last.
derivation::Profile accepted_profile(const station::Station& station, audit::Archive& log);

// The register as the log has it. Looking needs no signer: only who appends asks it.
Register following_book(const station::Station& station);

// Two role cards, and STATION/statements.
Signing signing_of(const StationOptions& options, const std::vector<std::string>& officers);

void print_json(const nlohmann::json& object);

}  // namespace issuance::commands
