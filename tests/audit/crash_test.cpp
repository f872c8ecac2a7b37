// Processes that die, disks that are full, and several that write at once.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/log.h"
#include "base/core/durable_file.h"
#include "tests/audit/fault_disk.h"
#include "tests/audit/log_fixture.h"

using base::Fault;
using support::append_some;
using support::entry_of;
using support::error_of;
using support::LogFixture;
using support::Strike;

namespace {

// Runs `act` in a child; answers whether it was killed rather than done.
template <typename Act>
bool killed_in_child(Act&& act) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      act();
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) return true;
  REQUIRE(WEXITSTATUS(status) == 0);
  return false;
}

}  // namespace

TEST_CASE("several processes append at once and every entry is there") {
  LogFixture f;
  f.open();
  std::vector<pid_t> children;
  for (int child = 0; child < 3; ++child) {
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      try {
        audit::Log log = f.open();
        append_some(log, 10);
        _exit(0);
      } catch (...) {
        _exit(1);
      }
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = -1;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  const audit::Findings findings = f.verify();
  CHECK(findings.faults.empty());
  CHECK(findings.head.size == 30);
}

TEST_CASE("a log that is killed at any write goes on and verifies") {
  int kills = 0;
  for (int at = 1;; ++at) {
    CAPTURE(at);
    LogFixture f;
    f.open().append(entry_of(0));
    const bool killed = killed_in_child([&] {
      audit::Log log = f.open();
      support::arm_disk(Strike::kKill, at);
      log.append(entry_of(1));
      log.append(std::vector{entry_of(2), entry_of(3)});
      support::disarm_disk();
    });
    audit::Log log = f.open();
    const std::uint64_t size = log.head().size;
    CHECK((size == 1 || size == 2 || size == 4));
    CHECK(log.append(entry_of(9)) == size);
    const audit::Findings findings = f.verify({base::read_text_file(f.remembered)});
    CHECK(findings.faults.empty());
    CHECK(findings.head.size == size + 1);
    if (!killed) break;
    ++kills;
  }
  CHECK(kills > 10);
}

TEST_CASE("a log that is killed at any write of its beginning can be begun again") {
  int kills = 0;
  for (int at = 1;; ++at) {
    CAPTURE(at);
    LogFixture f;
    const bool killed = killed_in_child([&] {
      support::arm_disk(Strike::kKill, at);
      f.open();
      support::disarm_disk();
    });
    f.open().append(entry_of(0));
    CHECK(f.verify().faults.empty());
    if (!killed) break;
    ++kills;
  }
  CHECK(kills > 10);
}

TEST_CASE("a disk that is full at any write stops the work, and nothing is lost or half there") {
  bool untouched = false;
  for (int at = 1; !untouched; ++at) {
    CAPTURE(at);
    LogFixture f;
    audit::Log log = f.open();
    log.append(entry_of(0));
    support::arm_disk(Strike::kDiskFull, at);
    bool refused = false;
    try {
      log.append(entry_of(1));
    } catch (const base::Error& error) {
      refused = true;
      CHECK(error.fault() == Fault::kUnavailable);
    }
    untouched = support::disk_calls() < at;
    if (refused) {
      const base::Error again = error_of([&] { log.append(entry_of(2)); });
      CHECK(again.fault() == Fault::kUnavailable);
    }
    support::disarm_disk();
    const std::uint64_t size = log.head().size;
    CHECK((size == 1 || size == 2));
    CHECK(log.append(entry_of(3)) == size);
    CHECK(f.verify().faults.empty());
  }
}
