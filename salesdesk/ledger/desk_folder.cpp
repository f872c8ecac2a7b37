#include "salesdesk/ledger/desk_folder.h"

#include <toml++/toml.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "salesdesk/ledger/schema.h"

namespace desk {

namespace {

using base::Fault;

constexpr std::int64_t kFormat = 1;

std::filesystem::path settings_path(const std::filesystem::path& folder) {
  return folder / "desk.toml";
}

toml::table parse(const std::filesystem::path& path) {
  const std::string text = base::read_text_file(path);
  try {
    return toml::parse(std::string_view(text));
  } catch (const toml::parse_error& error) {
    base::fail(Fault::kMalformed, "desk.toml line {}: {}", error.source().begin.line,
               error.description());
  }
}

std::string text_at(const toml::table& table, std::string_view key) {
  const auto value = table[key].value_exact<std::string>();
  if (!value) base::fail(Fault::kMalformed, "desk.toml: text expected for '{}'", key);
  return *value;
}

// The county must be of the province, and nothing live is sold under sample factors.
std::string accepted_profile(const Settings& settings) {
  const derivation::Profile profile = derivation::load_profile(settings.profile);
  profile.county(settings.county);
  if (settings.mode == base::Mode::kLive) derivation::refuse_sample_values(profile);
  return base::to_hex(derivation::hash_of(profile), base::HexCase::kLower);
}

store::Database open_books(const std::filesystem::path& folder) {
  store::Database database = store::Database::open(folder / "desk.db", store::Access::kCreate);
  bring_up_to_date(database);
  return database;
}

}  // namespace

Settings read_settings(const std::filesystem::path& folder) {
  const toml::table table = parse(settings_path(folder));
  base::require_format("desk.toml", table["format"].value_exact<std::int64_t>(), kFormat);
  Settings settings{base::CountyCode::parse(text_at(table, "county")),
                    base::parse_mode(text_at(table, "mode")),
                    text_at(table, "origin"),
                    text_at(table, "signer"),
                    text_at(table, "profile"),
                    text_at(table, "profile_hash")};
  if (accepted_profile(settings) != settings.profile_hash) {
    base::fail(Fault::kRefused, "profile {} is not the one this desk was set up with",
               settings.profile.string());
  }
  return settings;
}

std::optional<std::filesystem::path> profile_of(const std::filesystem::path& folder) {
  try {
    return text_at(parse(settings_path(folder)), "profile");
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

void write_settings(const std::filesystem::path& folder, const Settings& settings) {
  if (std::filesystem::exists(settings_path(folder))) {
    base::fail(Fault::kConflict, "{} is a desk already", folder.string());
  }
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  base::write_durably(
      settings_path(folder),
      fmt::format("format = {}\ncounty = \"{}\"\nmode = \"{}\"\norigin = \"{}\"\n"
                  "signer = \"{}\"\nprofile = \"{}\"\nprofile_hash = \"{}\"\n",
                  kFormat, settings.county.digits(), base::name_of(settings.mode), settings.origin,
                  std::filesystem::absolute(settings.signer).string(),
                  std::filesystem::absolute(settings.profile).string(),
                  accepted_profile(settings)));
}

BusinessTime business_time(base::UtcTime time) {
  const base::CardTime local = base::card_time(time);
  const std::string day = base::to_hex(local.date);
  return {day, day.substr(0, 6), base::to_hex(local.time)};
}

Desk::Desk(const std::filesystem::path& folder, Settings settings, audit::Signer signer,
           base::Clock clock)
    : settings_(std::move(settings)),
      profile_(derivation::load_profile(settings_.profile)),
      clock_(std::move(clock)),
      database_(open_books(folder)),
      acts_(database_,
            audit::Log::open({folder / "log.db", settings_.origin, settings_.mode},
                             std::move(signer), clock_),
            {.time = {}, .station = settings_.origin, .mode = settings_.mode}) {
  acts_.flush();
}

}  // namespace desk
