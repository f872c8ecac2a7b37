#include "keyceremony/commands/world.h"

#include "base/hsm/log_signer.h"

namespace keyceremony::commands {

namespace {

using namespace std::chrono_literals;

constexpr auto kScriptPatience = 10s;
constexpr auto kPersonPatience = 10min;

}  // namespace

void StationOptions::add_station_to(CLI::App& command) {
  command.add_option("--station", station, "the station's folder")
      ->envname(station::kFolderVariable);
}

void StationOptions::add_to(CLI::App& command) {
  add_station_to(command);
  command.add_option("--answers", answers, "scripted answers (rehearsal only)");
}

std::optional<std::filesystem::path> StationOptions::answers_file() const {
  if (answers.empty()) return std::nullopt;
  return std::filesystem::path(answers);
}

std::chrono::milliseconds patience(const StationOptions& options) {
  return options.answers.empty() ? std::chrono::milliseconds(kPersonPatience)
                                 : std::chrono::milliseconds(kScriptPatience);
}

CardTable card_table(const World& world, const StationOptions& options,
                     terminal::Terminal& terminal) {
  return {terminal, world.find_card, patience(options)};
}

audit::Log open_log(const station::Station& station, const World& world) {
  const hsm::LogSigner signer(station.signer_socket(), station.origin());
  return audit::Log::open({station.log_database(), station.origin(), station.mode()},
                          {station.origin(), signer.public_key(),
                           [signer](base::ByteView text) { return signer.sign(text); }},
                          world.clock);
}

}  // namespace keyceremony::commands
