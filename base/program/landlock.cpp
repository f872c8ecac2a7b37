#include "base/program/landlock.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/core/error.h"

namespace program {

namespace {

using base::Fault;

constexpr std::uint64_t kTruncate = 0x4000;
constexpr std::uint64_t kDeviceCommands = 0x8000;
constexpr std::uint64_t kScopeSignals = 0x2;
constexpr int kFirstWithNetwork = 4;
constexpr int kFirstWithScopes = 6;

constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriting = kReading | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                   LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
                                   LANDLOCK_ACCESS_FS_REFER | kTruncate | kDeviceCommands;
constexpr std::uint64_t kRunning = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
// The rights that a single file can have.
constexpr std::uint64_t kOfFiles = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                   LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kDeviceCommands;

// landlock_ruleset_attr as of level 6; an older kernel is given its first fields.
struct Handled {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};

std::size_t size_at(int level) {
  if (level < kFirstWithNetwork) return sizeof(std::uint64_t);
  return level < kFirstWithScopes ? 2 * sizeof(std::uint64_t) : sizeof(Handled);
}

std::uint64_t bits_of(Rights rights) {
  switch (rights) {
    case Rights::kRead:
      return kReading;
    case Rights::kWrite:
      return kWriting;
    case Rights::kRun:
      return kRunning;
  }
  return 0;
}

[[noreturn]] void refuse(std::string_view what) {
  base::fail(Fault::kUnavailable, "Landlock is here and refuses {}: {}", what,
             std::strerror(errno));
}

}  // namespace

int landlock_level() {
  const long offered =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return std::clamp(static_cast<int>(offered), 0, kLevels.back().number);
}

Fence::Fence(Signals signals) : level_(landlock_level()) {
  Handled handled;
  for (const Level& level : kLevels) {
    if (level.number > level_) break;
    handled.files |= level.files;
    handled.network |= level.network;
    handled.scopes |= level.scopes;
  }
  if (signals == Signals::kToOthers) handled.scopes &= ~kScopeSignals;
  files_ = handled.files;
  if (level_ == 0) return;
  ruleset_ = static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, size_at(level_), 0));
  if (ruleset_ < 0) refuse("a set of rules");
}

Fence::~Fence() {
  if (ruleset_ >= 0) ::close(ruleset_);
}

void Fence::allow(const std::filesystem::path& path, Rights rights) {
  if (ruleset_ < 0) return;
  const int place = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (place < 0) return;

  struct stat seen {};

  fstat(place, &seen);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = bits_of(rights) & files_ & (S_ISDIR(seen.st_mode) ? files_ : kOfFiles);
  rule.parent_fd = place;
  const long added = syscall(SYS_landlock_add_rule, ruleset_, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  const int why = errno;
  ::close(place);
  errno = why;
  if (added != 0) refuse(path.string());
}

int Fence::close() {
  if (ruleset_ >= 0 && syscall(SYS_landlock_restrict_self, ruleset_, 0) != 0) refuse("to close");
  return level_;
}

}  // namespace program
