// keyceremony station init
#include <memory>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "derivation/profile.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

constexpr const char* kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

struct Options {
  std::string folder;
  std::string mode;
  std::string profile;
  std::string origin;
  std::string module = kSoftHsm;
};

void init(const Options& options) {
  const base::Mode mode = base::parse_mode(options.mode);
  const auto profile = derivation::load_profile(options.profile);
  if (mode == base::Mode::kLive) derivation::refuse_sample_values(profile);
  const auto station = station::Station::init(options.folder, mode, options.origin, options.module);
  base::write_durably(station.profile(), base::read_text_file(options.profile));
  fmt::print("{} station {} at {}\n", base::name_of(mode), options.origin,
             station.folder().string());
}

}  // namespace

void add_station(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  CLI::App* const station = app.add_subcommand("station", "the station folder (工作站)");
  station->require_subcommand(1);
  CLI::App* const made = station->add_subcommand("init", "make a station: its mode never changes");
  made->add_option("--station", options->folder, "a new folder")
      ->envname(station::kFolderVariable)
      ->required();
  made->add_option("--mode", options->mode, "rehearsal or live")->required();
  made->add_option("--profile", options->profile, "the scheme profile")->required();
  made->add_option("--origin", options->origin, "name of the station's log")->required();
  made->add_option("--module", options->module, "PKCS#11 library")->capture_default_str();
  made->callback([options] { init(*options); });
}

}  // namespace keyceremony::commands
