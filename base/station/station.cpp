#include "base/station/station.h"

#include <cstdlib>

#include <toml++/toml.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"

namespace station {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestOrigin = 120;

// The origin is a line of every checkpoint and the name of its key, which C2SP forbids to hold a
// blank or a plus sign.
void check_origin(const std::string& origin) {
  const bool printable = origin.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "./-_") == std::string::npos;
  if (origin.empty() || origin.size() > kLongestOrigin || !printable) {
    base::fail(base::Fault::kMalformed,
               "origin '{}': expected 1 to {} letters, digits, dots, slashes, dashes", origin,
               kLongestOrigin);
  }
}

std::string text_value(const toml::table& table, std::string_view key) {
  const auto value = table[key].value_exact<std::string>();
  if (!value || value->empty()) {
    base::fail(base::Fault::kMalformed, "station.toml: '{}' is missing, expected a text", key);
  }
  return *value;
}

toml::table parse(const fs::path& path) {
  const std::string text = base::read_text_file(path);
  try {
    return toml::parse(std::string_view(text), std::string_view(path.native()));
  } catch (const toml::parse_error& error) {
    base::fail(base::Fault::kMalformed, "{}, line {}: {}", path.string(), error.source().begin.line,
               error.description());
  }
}

}  // namespace

Station Station::init(const fs::path& folder, base::Mode mode, const std::string& origin,
                      const fs::path& module) {
  check_origin(origin);
  const fs::path file = folder / "station.toml";
  if (fs::exists(file)) {
    base::fail(base::Fault::kConflict, "{} is a station already", folder.string());
  }
  for (const fs::path& part : {folder, folder / "log", folder / "tokens", folder / "ceremonies"}) {
    fs::create_directories(part);
    fs::permissions(part, fs::perms::owner_all);
  }
  base::write_durably(
      file, fmt::format("format = {}\nmode = \"{}\"\norigin = \"{}\"\nmodule = \"{}\"\n", kFormat,
                        base::name_of(mode), origin, module.string()));
  return open(folder);
}

Station Station::open(const fs::path& folder) {
  const fs::path file = folder / "station.toml";
  if (!fs::exists(file)) {
    base::fail(base::Fault::kNotFound, "{} is no station: it has no station.toml", folder.string());
  }
  const toml::table table = parse(file);
  base::require_format("station.toml", table["format"].value_exact<std::int64_t>(), kFormat);
  Station station;
  station.folder_ = fs::absolute(folder);
  station.mode_ = base::parse_mode(text_value(table, "mode"));
  station.origin_ = text_value(table, "origin");
  check_origin(station.origin_);
  station.module_ = text_value(table, "module");
  return station;
}

Station Station::open_named(const std::optional<std::string>& folder) {
  if (folder && !folder->empty()) return open(*folder);
  const char* const named = std::getenv(kFolderVariable);
  if (named == nullptr || *named == '\0') {
    base::fail(base::Fault::kNotFound, "no station: expected --station DIR or {}", kFolderVariable);
  }
  return open(named);
}

}  // namespace station
