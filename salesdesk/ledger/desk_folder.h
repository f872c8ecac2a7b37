// A desk: its folder with settings, books and log, open for work.
//
//   DESK/desk.toml    what was fixed at init; never rewritten
//   DESK/desk.db      the books and the journal of top-ups
//   DESK/log.db, log/ the desk's own audit log
//   DESK/terminal.key the desk's copy of its PSAM's terminal key, when the PSAM is bound to it
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/core/clock.h"
#include "base/core/county_code.h"
#include "base/core/mode.h"
#include "base/store/database.h"
#include "derivation/profile.h"
#include "salesdesk/ledger/acts.h"

namespace desk {

struct Settings {
  base::CountyCode county;
  base::Mode mode = base::Mode::kRehearsal;
  std::string origin;             // of the log
  std::filesystem::path signer;   // socket of the checkpoint signer
  std::filesystem::path profile;  // scheme profile of the province
  std::string profile_hash;       // as it was at init
};

// Throws kNotFound, kMalformed naming the key, kRefused when the profile is not the one of init.
Settings read_settings(const std::filesystem::path& folder);

// The file of the profile that a desk's settings name; none when they cannot be read.
std::optional<std::filesystem::path> profile_of(const std::filesystem::path& folder);

// The profile's hash is taken now, whatever the settings say. Throws kConflict when the folder is a desk
// already, kNotFound when the county is not in the profile, kRefused for sample values in live mode.
void write_settings(const std::filesystem::path& folder, const Settings& settings);

// Makes the books and the log where there are none yet; then brings acts that were cut off on their way
// into the log.
class Desk {
 public:
  Desk(const std::filesystem::path& folder, Settings settings, audit::Signer signer,
       base::Clock clock);

  const Settings& settings() const { return settings_; }

  const derivation::Profile& profile() const { return profile_; }

  store::Database& database() { return database_; }

  Acts& acts() { return acts_; }

  base::UtcTime now() const { return clock_(); }

 private:
  Settings settings_;
  derivation::Profile profile_;
  base::Clock clock_;
  store::Database database_;
  Acts acts_;
};

// The business day and month of a moment: "20261122", "202611"; and the time of day "150405".
struct BusinessTime {
  std::string day;
  std::string month;
  std::string time;
};

BusinessTime business_time(base::UtcTime time);

}  // namespace desk
