// How every program runs: harden, parse, act, and turn what was thrown into an exit status. A template,
// so that only programs link the command line library.
#pragma once

#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "base/core/error.h"
#include "base/core/harden.h"

namespace base {

inline constexpr int kUsageStatus = 2;
inline constexpr int kInternalStatus = 1;

// The library's own text blames a missing command where an unknown word was given.
template <typename App>
std::string usage_text(const App& app, const std::exception& error) {
  const auto unknown = app.remaining(true);
  return unknown.empty() ? error.what() : "'" + unknown.front() + "' is not known here";
}

// `act` runs after the line was understood, and gives the exit status.
template <typename ParseError, typename App>
int run_program(App& app, int count, char** words, const std::function<int()>& act) {
  const std::string name = app.get_name();
  try {
    harden_process();
    app.parse(count, words);
    return act();
  } catch (const ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "%s: %s; %s --help explains\n", name.c_str(),
                 usage_text(app, error).c_str(), name.c_str());
    return kUsageStatus;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
    return error.exit_status();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
    return kInternalStatus;
  }
}

}  // namespace base
