// insert, eject and list.
#include "cos-apdu/virtual/commands_slot.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/core/whole_number.h"
#include "cos-apdu/virtual/slot_seat.h"
#include "cos-apdu/virtual/slot_server.h"

namespace card::chip {
namespace {

using base::Fault;

constexpr int kPowerWithinMs = 10'000;

int serve_here(const InsertOptions& options) {
  block_stop_signals();
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // the parent reads one line and goes
  const unsigned slot = parse_slot(options.slot);
  Chip chip(std::make_unique<FileStorage>(options.image));
  const Seat seat(options.slots_folder, slot, options.image);
  SlotTrace trace(options.slots_folder, slot, options.trace);
  const Served served = serve_slot(chip, trace, socket_of_slot(options.slots_folder, slot), [&] {
    fmt::print("slot {}: card is in\n", slot);
    static_cast<void>(std::fflush(stdout));
  });
  seat.leave_word(served.commands);
  return 0;
}

// A new program rather than a forked half: locked memory does not pass through fork().
pid_t spawn_server(const InsertOptions& options, int output) {
  std::vector<std::string> words = {"virtual-card", "insert",  options.slot,
                                    options.image,  "--slots", options.slots_folder};
  if (!options.trace.empty()) words.insert(words.end(), {"--trace", options.trace});
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, "/proc/self/exe", &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) base::fail(Fault::kUnavailable, "posix_spawn: {}", std::strerror(error));
  return pid;
}

// What the process says first; empty when it says nothing in time.
std::string first_words(int input) {
  char words[1024];
  pollfd ready{input, POLLIN, 0};
  if (poll(&ready, 1, kPowerWithinMs) != 1) return {};
  const auto length = read(input, words, sizeof words);
  return {words, length > 0 ? static_cast<std::size_t>(length) : 0};
}

int serve_in_background(const InsertOptions& options) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    base::fail(Fault::kUnavailable, "pipe: {}", std::strerror(errno));
  }
  const pid_t pid = spawn_server(options, ends[1]);
  close(ends[1]);
  const auto said = first_words(ends[0]);
  close(ends[0]);
  if (said.starts_with("slot ")) {
    fmt::print("{}\n", pid);
    return 0;
  }
  if (said.empty()) kill(pid, SIGTERM);
  int status = 0;
  waitpid(pid, &status, 0);
  if (said.empty()) {
    base::fail(Fault::kUnavailable, "the reader did not power the card within {} s",
               kPowerWithinMs / 1000);
  }
  fmt::print(stderr, "{}", said);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

unsigned parse_slot(const std::string& text) {
  return static_cast<unsigned>(base::parse_whole_number(text, "slot", 0, kSlots - 1));
}

int insert_card(const InsertOptions& options) {
  return options.ground == Ground::kForeground ? serve_here(options) : serve_in_background(options);
}

int eject_card(const std::string& slot, const std::string& slots_folder, Output output) {
  const auto occupant = eject(slots_folder, parse_slot(slot));
  if (output == Output::kText) {
    fmt::print(
        "slot {}: {} is out{}\n", occupant.slot, occupant.image,
        occupant.commands ? fmt::format(", it answered {} commands", *occupant.commands) : "");
    return 0;
  }
  nlohmann::json object{{"slot", occupant.slot}, {"image", occupant.image}};
  if (occupant.commands) object["commands"] = *occupant.commands;
  fmt::print("{}\n", object.dump());
  return 0;
}

int list_slots(const std::string& slots_folder, Output output) {
  auto rows = nlohmann::json::array();
  for (const unsigned slot : slots_in(slots_folder)) {
    const auto occupant = occupant_of(slots_folder, slot);
    if (output == Output::kText) {
      fmt::print(
          "slot {:2}  {}\n", slot,
          occupant ? fmt::format("{} (process {})", occupant->image, occupant->pid) : "empty");
    } else if (occupant) {
      rows.push_back({{"slot", slot}, {"image", occupant->image}, {"pid", occupant->pid}});
    } else {
      rows.push_back({{"slot", slot}});
    }
  }
  if (output == Output::kJson) fmt::print("{}\n", nlohmann::json{{"slots", rows}}.dump());
  return 0;
}

}  // namespace card::chip
