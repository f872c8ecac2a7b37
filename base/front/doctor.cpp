#include "base/front/doctor.h"

#include <array>
#include <cstdio>
#include <functional>
#include <string>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/core/error.h"
#include "base/front/programs.h"
#include "base/program/landlock.h"

namespace front {

namespace {

constexpr std::uintmax_t kLeastDisk = 512ULL * 1024 * 1024;
constexpr rlim_t kLeastLocked = 2ULL * 1024 * 1024;

struct Finding {
  bool well = false;
  std::string text;
};

Finding disk(const std::filesystem::path& station) {
  std::error_code error;
  const auto space = std::filesystem::space(station, error);
  if (error) return {false, "the station folder cannot be read: " + error.message()};
  return {space.available >= kLeastDisk,
          fmt::format("{} MiB free, {} expected", space.available >> 20U, kLeastDisk >> 20U)};
}

Finding locked_memory(const std::filesystem::path&) {
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  return {limit.rlim_cur >= kLeastLocked,
          fmt::format("{} KiB may be locked, {} expected (ulimit -l)", limit.rlim_cur >> 10U,
                      kLeastLocked >> 10U)};
}

Finding confinement(const std::filesystem::path&) {
  const int level = program::landlock_level();
  const bool filters = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
  return {filters && level > 0,
          fmt::format("system calls {}, files {}", filters ? "filtered" : "NOT filtered",
                      level > 0 ? fmt::format("fenced at level {} of Landlock", level)
                                : std::string("NOT fenced: this kernel has no Landlock"))};
}

Finding asked(std::string_view program, const std::vector<std::string>& arguments) {
  Outcome outcome = run(program, arguments);
  while (!outcome.text.empty() && outcome.text.back() == '\n') outcome.text.pop_back();
  return {outcome.status == 0, std::move(outcome.text)};
}

struct Probe {
  std::string_view name;
  std::string_view advice;  // what to do when it is not well
  std::function<Finding(const std::filesystem::path&)> look;
};

const std::array kProbes = {
    Probe{"disk 磁盘", "free some space, or name the station with --station DIR", disk},
    Probe{"locked memory 锁定内存", "raise LimitMEMLOCK or ulimit -l: keys must not be swapped out",
          locked_memory},
    Probe{"confinement 隔离",
          "boot a kernel with seccomp and with landlock in its lsm= list; docs/tables/programs.md "
          "says what each program may do",
          confinement},
    Probe{"readers and cards 读卡器和卡",
          "is pcscd running, is the reader plugged in, is its driver in reader.conf.d?",
          [](const auto&) { return asked("issuance", {"readers"}); }},
    Probe{"tokens 令牌",
          "without a signer: keyceremony token serve; a damaged token: stop, and keep the folder",
          [](const auto& station) {
            return asked("keyceremony", {"token", "check", "--station", station.string()});
          }},
    Probe{"recovery drill 恢复演练",
          "plan one with the sealed spares: keyceremony plan drill, runbook 05-recovery-drill",
          [](const auto& station) {
            return asked("keyceremony", {"drills", "--station", station.string()});
          }},
    Probe{"expiry 有效期",
          "make the successor of a pair before its day: issuance pair, for the master control pair "
          "runbook 04-rebuild-the-master-pair",
          [](const auto& station) {
            return asked("issuance", {"expiry", "--station", station.string()});
          }},
    Probe{"log head 日志", "a new station has a log after its first keyceremony token serve",
          [](const auto& station) {
            return asked("audit", {"checkpoint", "--log", station.string()});
          }},
    Probe{"pending acts 未完成",
          "a cut left cards undecided: put them into readers and run issuance resolve",
          [](const auto& station) {
            return asked("issuance", {"list", "--pending", "--station", station.string()});
          }},
};

void print(const Probe& probe, const Finding& finding) {
  std::printf("%-6s %s\n", finding.well ? "ok" : "LOOK", std::string(probe.name).c_str());
  for (std::size_t from = 0; from < finding.text.size();) {
    const std::size_t to = std::min(finding.text.find('\n', from), finding.text.size());
    std::printf("       %s\n", finding.text.substr(from, to - from).c_str());
    from = to + 1;
  }
  if (!finding.well) std::printf("       what to do: %s\n", std::string(probe.advice).c_str());
}

}  // namespace

int doctor(const std::filesystem::path& station) {
  int unwell = 0;
  for (const Probe& probe : kProbes) {
    Finding finding;
    try {
      finding = probe.look(station);
    } catch (const base::Error& error) {
      finding = {false, error.what()};
    }
    if (!finding.well) ++unwell;
    print(probe, finding);
  }
  return unwell;
}

}  // namespace front
