// The one exception of the project: what kind of failure it was, and what was expected.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace base {

enum class Fault {
  kMalformed,    // input does not have the form that was asked for
  kRefused,      // understood, and not allowed
  kWrongState,   // allowed, but not now
  kNotFound,     // the named thing is not there
  kConflict,     // something else got there first
  kUnavailable,  // a service, reader, token or disk does not answer
  kTampered,     // a check value, MAC, signature or hash does not hold
  kDeviceLost,   // a card or reader went away before the command was sent
  kUncertain,    // a command was sent and its answer was lost: ask the device, never resend
};

struct FaultRow {
  Fault fault;
  std::string_view name;
  int exit_status;
};

// Exit status 0 is success, 1 an internal error, 2 a command line that cannot be understood.
inline constexpr std::array kFaults = {
    FaultRow{Fault::kMalformed, "malformed", 10},
    FaultRow{Fault::kRefused, "refused", 11},
    FaultRow{Fault::kWrongState, "wrong state", 12},
    FaultRow{Fault::kNotFound, "not found", 13},
    FaultRow{Fault::kConflict, "conflict", 14},
    FaultRow{Fault::kUnavailable, "unavailable", 15},
    FaultRow{Fault::kTampered, "tampered", 16},
    FaultRow{Fault::kDeviceLost, "device lost", 17},
    FaultRow{Fault::kUncertain, "uncertain", 18},
};

constexpr const FaultRow& row_of(Fault fault) {
  return kFaults.at(static_cast<std::size_t>(fault));
}

// `what` never holds a secret, a PIN or a whole card number; it says what was expected.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& what) : std::runtime_error(what), fault_(fault) {}

  Fault fault() const noexcept { return fault_; }

  int exit_status() const noexcept { return row_of(fault_).exit_status; }

 private:
  Fault fault_;
};

template <typename... Args>
[[noreturn]] void fail(Fault fault, fmt::format_string<Args...> text, Args&&... args) {
  throw Error(fault, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace base
