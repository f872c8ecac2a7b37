#include "keyceremony/environment.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/program/confine.h"

namespace keyceremony {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

Condition clock_is_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return {"clock", "UTC", local.tm_gmtoff == 0 ? "UTC" : fmt::format("UTC{:+} s", local.tm_gmtoff),
          local.tm_gmtoff == 0};
}

Condition core_dumps_are_off() {
  rlimit limit{};
  const bool off = getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0 &&
                   prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  return {"core-dumps", "off", off ? "off" : "possible", off};
}

Condition swap_is_off(const Machine& machine) {
  std::ifstream file(fs::path(machine.proc) / "swaps");
  std::string line;
  std::getline(file, line);  // the heading
  std::string areas;
  while (std::getline(file, line)) {
    areas += (areas.empty() ? "" : " ") + line.substr(0, line.find_first_of(" \t"));
  }
  return {"swap", "none", areas.empty() ? "none" : areas, areas.empty()};
}

Condition network_is_down(const Machine& machine) {
  constexpr const char* kExpected = "none but the loopback";
  const fs::path interfaces = fs::path(machine.sys) / "class/net";
  if (!fs::exists(interfaces)) return {"network", kExpected, "not known without /sys", false};
  std::string up;
  for (const auto& entry : fs::directory_iterator(interfaces)) {
    const std::string name = entry.path().filename().string();
    if (name == "lo" || first_line(entry.path() / "operstate") == "down") continue;
    up += (up.empty() ? "" : " ") + name;
  }
  return {"network", kExpected, up.empty() ? "none" : up, up.empty()};
}

// A number in what the kernel says of this process.
std::optional<long> status_number(const Machine& machine, std::string_view name) {
  std::ifstream file(fs::path(machine.proc) / "self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(name)) continue;
    std::istringstream words(line.substr(name.size()));
    long number = 0;
    words >> number;
    return number;
  }
  return std::nullopt;
}

Condition nobody_traces(const Machine& machine) {
  const auto tracer = status_number(machine, "TracerPid:");
  if (!tracer) return {"traced", "by nobody", "not known", false};
  return {"traced", "by nobody", *tracer == 0 ? "by nobody" : fmt::format("by process {}", *tracer),
          *tracer == 0};
}

Condition system_calls_are_filtered(const Machine& machine) {
  constexpr long kFilterMode = 2;  // SECCOMP_MODE_FILTER
  const bool filtered = status_number(machine, "Seccomp:") == kFilterMode;
  return {"system-calls", "filtered", filtered ? "filtered" : "not filtered", filtered};
}

Condition files_are_fenced() {
  const int level = program::landlock_reached();
  return {"landlock", "level 1 or above",
          level == 0 ? "absent, every file of this user can be reached"
                     : fmt::format("level {}", level),
          level > 0, Weight::kSaid};
}

}  // namespace

std::vector<Condition> examine(const Machine& machine) {
  return {clock_is_utc(),           core_dumps_are_off(),   swap_is_off(machine),
          network_is_down(machine), nobody_traces(machine), system_calls_are_filtered(machine),
          files_are_fenced()};
}

}  // namespace keyceremony
