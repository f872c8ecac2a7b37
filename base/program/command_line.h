// How every program runs: confined to its row, its line understood, and what was thrown turned into an
// exit status. A template, so that only programs link the command line library.
#pragma once

#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "base/program/confine.h"

namespace program {

inline constexpr int kUsageStatus = 2;
inline constexpr int kInternalStatus = 1;

// The library's own text blames a missing command where an unknown word was given.
template <typename App>
std::string usage_text(const App& app, const std::exception& error) {
  const auto unknown = app.remaining(true);
  return unknown.empty() ? error.what() : "'" + unknown.front() + "' is not known here";
}

// What the line gave, and the defaults of what it left out; flags have no value.
template <typename App>
void collect_given(const App& app, std::vector<Given>& given) {
  for (const auto* option : app.get_options()) {
    if (option->get_items_expected_max() == 0) continue;
    for (const auto& value : option->results()) given.push_back({option->get_single_name(), value});
    if (option->empty()) given.push_back({option->get_single_name(), option->get_default_str()});
  }
  for (const auto* command : app.get_subcommands()) collect_given(*command, given);
}

// A whole program: what is thrown becomes one line and an exit status.
template <typename Body>
int guarded(const char* name, const Body& body) noexcept {
  const auto say = [name](const char* what) {
    static_cast<void>(std::fprintf(stderr, "%s: %s\n", name, what));
  };
  try {
    return body();
  } catch (const base::Error& error) {
    say(error.what());
    return error.exit_status();
  } catch (const std::exception& error) {
    say(error.what());
  } catch (...) {
    say("something was thrown that has no name");
  }
  return kInternalStatus;
}

using NamedInTurn = std::function<std::vector<InTurn>(const std::vector<Given>&)>;

// `act` runs after the line was understood, and gives the exit status; `in_turn` tells of the paths
// that the files of the line name. The fence closes before any command's callback.
template <typename ParseError, typename App>
int run(
    App& app, int count, char** words, const std::function<int()>& act,
    const NamedInTurn& in_turn = [](const auto&) { return std::vector<InTurn>(); }) {
  const std::string name = app.get_name();
  const Row* row = find_row(name);
  if (row == nullptr) base::fail(base::Fault::kUnavailable, "no row says what this may do");
  harden(*row);
  app.parse_complete_callback([&] {
    std::vector<Given> given;
    collect_given(app, given);
    fence(*row, given, in_turn(given));
  });
  try {
    app.parse(count, words);
  } catch (const ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    static_cast<void>(std::fprintf(stderr, "%s: %s; %s --help explains\n", name.c_str(),
                                   usage_text(app, error).c_str(), name.c_str()));
    return kUsageStatus;
  }
  return act();
}

}  // namespace program
