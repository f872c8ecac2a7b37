// The test's hand on p11_fault.so: one PKCS#11 call after the other fails or lies.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/hsm/token.h"
#include "tests/hsm/soft_token.h"

namespace support {

// Everything that a call can be made to do; each is tried at each call.
inline constexpr std::string_view kFailures[] = {"before", "after"};
inline constexpr std::string_view kLies[] = {"nothing", "stale", "zeros",  "changed",
                                             "short",   "long",  "exposed"};

class FaultyModule {
 public:
  FaultyModule() : library_(dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {
    setenv("WELLKEY_P11_REAL", kSoftHsm, 1);
    REQUIRE(library_ != nullptr);
    order("");
  }

  FaultyModule(const FaultyModule&) = delete;
  FaultyModule& operator=(const FaultyModule&) = delete;

  ~FaultyModule() { order(""); }

  static std::filesystem::path path() {
    return std::filesystem::path(WELLKEY_BINARY_DIR) / "lib/p11_fault.so";
  }

  // The same token, spoken to through this module.
  static hsm::TokenConfig through(hsm::TokenConfig config) {
    config.module = path();
    return config;
  }

  void order(const std::string& text) const {
    function<void (*)(const char*)>("p11_fault_order")(text.c_str());
  }

  unsigned long calls() const { return function<unsigned long (*)()>("p11_fault_calls")(); }

  unsigned long tricked() const { return function<unsigned long (*)()>("p11_fault_tricked")(); }

 private:
  template <typename Function>
  Function function(const char* name) const {
    return reinterpret_cast<Function>(dlsym(library_, name));
  }

  void* library_;
};

struct Outcome {
  unsigned long tricked = 0;  // calls that failed or lied
  unsigned long refused = 0;  // of them, those after which the act threw an error of ours
};

// Runs `act` with the call 1, 2, … that can do `trick` doing it, until no call is left; `afterwards` runs honestly each
// time, and is told whether the act came to its end.
inline Outcome try_every_call(const FaultyModule& module, std::string_view trick,
                              const std::function<void()>& act,
                              const std::function<void(bool)>& afterwards) {
  Outcome outcome;
  for (unsigned long call = 1;; ++call) {
    CAPTURE(trick);
    CAPTURE(call);
    module.order(fmt::format("{} {}", call, trick));
    bool is_done = false;
    try {
      act();
      is_done = true;
    } catch (const base::Error& error) {
      CHECK(std::string_view(error.what()).size() > 10);
    }
    const auto calls = module.calls();
    const auto tricked = module.tricked();
    module.order("");
    afterwards(is_done);
    outcome.tricked += tricked;
    if (tricked > 0 && !is_done) ++outcome.refused;
    if (calls < call) return outcome;
  }
}

}  // namespace support
