// The desk killed at every write to the disk, its own and its cards', and started again.
#include <csignal>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/audit/fault_disk.h"
#include "tests/salesdesk/desk_fixture.h"

using namespace test;

namespace {

enum class End { kFinished, kKilled };

// Sells in a process of its own that dies at its n-th disk call.
End sell_and_die(const DeskFolder& folder, int nth_call) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    OpenDesk open(folder);
    support::arm_disk(support::Strike::kKill, nth_call);
    open.sell(500);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    REQUIRE(WTERMSIG(status) == SIGKILL);
    return End::kKilled;
  }
  REQUIRE(WEXITSTATUS(status) == 0);
  return End::kFinished;
}

std::size_t logged_acts(OpenDesk& open) {
  return open.desk().acts().log().archive().size();
}

}  // namespace

TEST_CASE(
    "killed at any disk write, a top-up resumes: money is conserved and credited at most once "
    "[R91] [R179]") {
  const DeskFolder prepared;
  int kills = 0;
  int credited = 0;
  for (int call = 1;; ++call) {
    CAPTURE(call);
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): the copy has files of its own
    const DeskFolder folder(prepared);
    const End end = sell_and_die(folder, call);

    OpenDesk open(folder);
    desk::recover_at_start(open.desk());
    desk::recover_presented(open.desk(), open.reader(), {});
    const std::int64_t on_card = open.on_card();
    REQUIRE((on_card == 0 || on_card == 500));
    check_books_agree(open, on_card);
    const auto acts = open.desk().database().value<std::int64_t>("SELECT count(*) FROM acts");
    CHECK(logged_acts(open) == static_cast<std::size_t>(acts));

    if (end == End::kFinished) {
      CHECK(on_card == 500);
      break;
    }
    ++kills;
    if (on_card == 500) ++credited;
  }
  CHECK(kills > 20);
  CHECK(credited > 0);
  CHECK(credited < kills);
}
