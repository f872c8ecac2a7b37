#include "keyceremony/commands/shift.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/hsm/checkpoint_signer.h"
#include "base/hsm/log_signer.h"
#include "base/program/system_calls.h"
#include "derivation/profile.h"
#include "keyceremony/token_pins.h"

namespace keyceremony::commands {

namespace {

using base::Fault;
namespace fs = std::filesystem;

constexpr int kLookAgain = 50;  // milliseconds
constexpr int kExecFailed = 127;

std::atomic<bool> stop_asked{false};

void ask_to_stop(int) {
  stop_asked = true;
}

fs::path pid_file(const station::Station& station) {
  return station.folder() / "signer.pid";
}

bool answers(const station::Station& station) {
  try {
    hsm::LogSigner(station.signer_socket(), station.origin()).public_key();
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

audit::Entry entry(audit::Act act, audit::Object object) {
  return {
      act, {{"keyceremony", audit::Role::kProgram}}, std::move(object), audit::Outcome::kDone, {},
      {}};
}

Officers officers_of(const station::Station& station, const Shift& shift) {
  Officers officers = read_officers(station);
  if (shift.lost.empty()) return officers;
  return with_spare(officers, derivation::Serial8::parse(shift.lost),
                    derivation::Serial8::parse(shift.spare));
}

// What was done to the officers' cards and PINs on the way to this shift.
void tell_changes(const Officers& officers, const Shift& shift,
                  std::vector<audit::Entry>& entries) {
  std::vector<audit::Person> by;
  for (const HeldCard& officer : officers) {
    by.push_back({format(officer.serial), audit::Role::kKeyOfficer});
  }
  if (shift.new_pin) {
    entries.push_back(entry(audit::Act::kPinChanged, {audit::device(hsm::kLogTokenLabel)}));
    entries.back().by = by;
  }
  if (shift.lost.empty()) return;
  const auto spare = derivation::Serial8::parse(shift.spare);
  entries.push_back(entry(audit::Act::kRoleCardIssued,
                          {audit::serial(spare.bytes()),
                           audit::text("key officer's spare in use, lost: " + shift.lost)}));
  entries.back().by = by;
}

// The station's first signer makes its log possible, so what came before is recorded now.
void record_start(const station::Station& station, const Shift& shift, const World& world) {
  audit::Log log = open_log(station, world);
  std::vector<audit::Entry> entries;
  if (log.head().size == 0) {
    const auto profile = derivation::load_profile(station.profile());
    entries.push_back(entry(audit::Act::kStationInitialised, {}));
    entries.push_back(
        entry(audit::Act::kProfileAccepted, {audit::hash(derivation::hash_of(profile))}));
    entries.push_back(entry(audit::Act::kTokenInitialised, {audit::device(hsm::kKeyTokenLabel)}));
    entries.push_back(entry(audit::Act::kTokenInitialised, {audit::device(hsm::kLogTokenLabel)}));
  }
  // By what numbers the token was asked: a map that was changed shows here.
  const auto mechanisms = hsm::MechanismMap::of_file(station.folder() / hsm::kMechanismFile);
  entries.push_back(entry(audit::Act::kSignerStarted, {audit::hash(mechanisms.hash())}));
  const Officers officers = officers_of(station, shift);
  tell_changes(officers, shift, entries);
  log.append(entries);
  // The spare has opened the log token by now.
  if (!shift.lost.empty()) write_officers(station.log_token().parent_path(), officers);
}

// The signer goes on alone: no terminal, no signals meant for the shell's other programs.
void detach() {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::dup2(nothing, descriptor);
  }
}

void serve_here(const World& world, const Shift& shift, const station::Station& station) {
  const auto terminal = terminal::open_terminal(shift.station.answers_file(), station.mode());
  CardTable cards = card_table(world, shift.station, *terminal);
  const Officers officers = officers_of(station, shift);
  const auto pin = shift.new_pin
                       ? change_token_pin(cards, officers, ShareSlot::kLogToken, log_token(station))
                       : release_token_pin(cards, officers, ShareSlot::kLogToken);
  cards.put_away();
  base::write_durably(pid_file(station), std::to_string(::getpid()));

  struct sigaction action {};

  action.sa_handler = ask_to_stop;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  const auto on_open = [&shift](const hsm::Token& token) {
    if (const auto damage = token.damage()) fmt::print(stderr, "keyceremony: {}\n", *damage);
    if (shift.detached) detach();
    program::filter_system_calls(program::kLogSigner);
  };
  hsm::run_signer(
      {log_token(station), station.folder() / "tokens" / "heads", station.signer_socket(), on_open},
      pin, stop_asked);
  fs::remove(pid_file(station));
}

// A new program rather than a fork: locked memory does not stay locked across a fork.
pid_t start(const Shift& shift, const station::Station& station) {
  const pid_t child = ::fork();
  if (child < 0) base::fail(Fault::kUnavailable, "no process: {}", std::strerror(errno));
  if (child > 0) return child;
  std::vector<std::string> words{
      "keyceremony", "token", "serve", "--station", station.folder().string(), "--detached"};
  if (!shift.station.answers.empty()) {
    words.emplace_back("--answers");
    words.push_back(shift.station.answers);
  }
  if (!shift.lost.empty())
    words.insert(words.end(), {"--lost", shift.lost, "--spare", shift.spare});
  if (shift.new_pin) words.insert(words.end(), {"--new-pin"});
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv("/proc/self/exe", arguments.data());
  ::_exit(kExecFailed);
}

void serve_in_background(const World& world, const Shift& shift, const station::Station& station) {
  const pid_t child = start(shift, station);
  while (!answers(station)) {
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == child) {
      base::fail(Fault::kUnavailable, "the signer ended before it answered");
    }
    ::poll(nullptr, 0, kLookAgain);
  }
  record_start(station, shift, world);
  fmt::print("{}\n", child);
}

}  // namespace

void serve_shift(const World& world, const Shift& shift) {
  const auto station = shift.station.open();
  if (answers(station)) base::fail(Fault::kConflict, "a signer serves this station already");
  if (shift.background) {
    serve_in_background(world, shift, station);
  } else {
    if (!shift.detached && (shift.new_pin || !shift.lost.empty())) {
      base::fail(Fault::kMalformed,
                 "a spare and a new PIN are recorded by a shift in the background");
    }
    serve_here(world, shift, station);
  }
}

void stop_shift(const World& world, const Shift& shift) {
  const auto station = shift.station.open();
  if (!fs::exists(pid_file(station)) || !answers(station)) {
    base::fail(Fault::kNotFound, "no signer serves this station");
  }
  const auto pid = static_cast<pid_t>(std::stol(base::read_text_file(pid_file(station))));
  open_log(station, world).append(entry(audit::Act::kSignerStopped, {}));
  if (::kill(pid, SIGTERM) != 0) {
    base::fail(Fault::kUnavailable, "the signer cannot be told to stop: {}", std::strerror(errno));
  }
  while (fs::exists(pid_file(station)) && ::kill(pid, 0) == 0) ::poll(nullptr, 0, kLookAgain);
}

}  // namespace keyceremony::commands
