#include "issuance/commands/world.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/hsm/log_signer.h"
#include "issuance/engine/entries.h"

namespace issuance::commands {

namespace {

using namespace std::chrono_literals;
using base::Fault;

constexpr auto kScriptPatience = 10s;
constexpr auto kPersonPatience = 10min;
constexpr std::size_t kLongestReason = 512;

std::chrono::milliseconds patience(const StationOptions& options) {
  return options.answers.empty() ? std::chrono::milliseconds(kPersonPatience)
                                 : std::chrono::milliseconds(kScriptPatience);
}

std::optional<std::filesystem::path> answers_file(const StationOptions& options) {
  if (options.answers.empty()) return std::nullopt;
  return std::filesystem::path(options.answers);
}

// Somebody tried what is not allowed; a card that is not there is no such attempt.
bool is_attempt(Fault fault) {
  return fault == Fault::kRefused || fault == Fault::kTampered || fault == Fault::kWrongState ||
         fault == Fault::kConflict;
}

void record_refusal(Ledger& ledger, std::string_view command, const base::Error& error) {
  audit::Entry entry = log_entry(audit::Act::kActRefused, {}, {{"issuance", audit::Role::kProgram}},
                                 {audit::text(command)});
  entry.outcome = audit::Outcome::kRefused;
  entry.reason = std::string(error.what()).substr(0, kLongestReason);
  ledger.record(entry);
}

}  // namespace

void StationOptions::add_to(CLI::App& command) {
  command.add_option("--station", station, "the station's folder")
      ->envname(station::kFolderVariable);
  command.add_option("--answers", answers, "scripted answers (rehearsal only)");
  command.add_flag("--json", json, "print one JSON object");
}

audit::Log open_log(const station::Station& station, const base::Clock& clock) {
  const hsm::LogSigner signer(station.signer_socket(), station.origin());
  return audit::Log::open({station.log_database(), station.origin(), station.mode()},
                          {station.origin(), signer.public_key(),
                           [signer](base::ByteView text) { return signer.sign(text); }},
                          clock);
}

derivation::Profile accepted_profile(const station::Station& station, audit::Archive& log) {
  derivation::Profile profile = derivation::load_profile(station.profile());
  if (station.mode() == base::Mode::kLive) derivation::refuse_sample_values(profile);
  std::string accepted;
  log.each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    const audit::Record record = audit::parse_entry(bytes);
    if (record.entry.act == audit::Act::kProfileAccepted) {
      accepted = text_of(record.entry.object, audit::Field::kHash);
    }
  });
  const std::string hash = base::to_hex(derivation::hash_of(profile));
  if (accepted.empty()) base::fail(Fault::kWrongState, "the log has accepted no profile yet");
  if (accepted != hash) {
    base::fail(Fault::kTampered, "profile: hash is {}…, the log accepted {}…", hash.substr(0, 8),
               accepted.substr(0, 8));
  }
  return profile;
}

Register following_book(const station::Station& station) {
  audit::Archive log = audit::Archive::open(station.log_database());
  Register book = Register::open(station.register_database());
  book.follow(log);
  return book;
}

Signing signing_of(const StationOptions& options, const std::vector<std::string>& officers) {
  return {{derivation::Serial8::parse(officers.at(0)), derivation::Serial8::parse(officers.at(1))},
          options.open().folder() / "statements"};
}

Counter::Counter(const World& world, const StationOptions& options)
    : station_(options.open()),
      log_(open_log(station_, world.clock)),
      ledger_(log_, Register::open(station_.register_database())) {
  terminal_ = terminal::open_terminal(answers_file(options), station_.mode());
  finder_ = world.make_finder(patience(options));
  profile_ = accepted_profile(station_, log_.archive());
  place_ = std::make_unique<Workplace>(Workplace{ledger_, *finder_, *terminal_, profile_,
                                                 station_.mode(), world.clock, world.random});
}

void at_the_counter(const World& world, const StationOptions& options, std::string_view command,
                    const std::function<void(Counter&)>& work) {
  Counter counter(world, options);
  try {
    work(counter);
  } catch (const base::Error& error) {
    if (is_attempt(error.fault())) record_refusal(counter.place().ledger, command, error);
    throw;
  }
}

void print_json(const nlohmann::json& object) {
  fmt::print("{}\n", object.dump());
}

}  // namespace issuance::commands
