// A token's folder committed on a disk that is full from some write on, and by a process that is killed
// at some write.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/error.h"
#include "tests/audit/fault_disk.h"
#include "tests/hsm/soft_token.h"

namespace {

namespace fs = std::filesystem;
using support::Strike;

constexpr const char* kAdded = "added";

// A token, copied anew for every write that fails.
class Copied {
 public:
  hsm::TokenConfig copy() const {
    auto config = soft_.config;
    const auto place = soft_.folder.path() / "copy";
    config.folder = place;
    fs::remove_all(place);
    fs::copy(soft_.folder.path() / "token", place, fs::copy_options::recursive);
    return config;
  }

  void add_key(const hsm::TokenConfig& config) const {
    hsm::Token token(config, soft_.pin);
    token.session().generate({hsm::KeyType::kAes128, hsm::Usage::kDeriveAes, hsm::Lifetime::kToken,
                              hsm::Extraction::kNever, kAdded});
    token.commit();
  }

  bool has_key(const hsm::TokenConfig& config) const {
    hsm::Token token(config, soft_.pin);
    return token.session().has_object(kAdded);
  }

  // Opened honestly it is as before or as after the work, and what is missing can be done again.
  void require_mended(const hsm::TokenConfig& config, bool is_done) const {
    const bool is_kept = has_key(config);
    CHECK((is_kept || !is_done));
    if (is_kept) return;
    CHECK_NOTHROW(add_key(config));
    CHECK(has_key(config));
  }

 private:
  support::SoftToken soft_{hsm::kKeyTokenLabel, support::Medium::kMemory};
};

}  // namespace

TEST_CASE(
    "whichever write of a token's folder finds the disk full, the token is as before or as after") {
  const Copied token;
  int refused = 0;
  bool is_struck = true;
  for (int call = 1; is_struck; ++call) {
    CAPTURE(call);
    const auto config = token.copy();
    bool is_done = false;
    support::arm_disk(Strike::kDiskFull, call);
    try {
      token.add_key(config);
      is_done = true;
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::kUnavailable);
      ++refused;
    }
    is_struck = support::disk_calls() >= call;
    support::disarm_disk();
    token.require_mended(config, is_done);
  }
  MESSAGE(refused << " writes failed");
  CHECK(refused > 10);
}

TEST_CASE(
    "at whichever write of its folder a process is killed, the token is as before or as after") {
  const Copied token;
  int killed = 0;
  for (int call = 1, status = SIGKILL; WIFSIGNALED(status); ++call) {
    CAPTURE(call);
    const auto config = token.copy();
    const pid_t child = fork();
    if (child == 0) {
      support::arm_disk(Strike::kKill, call);
      token.add_key(config);
      _exit(0);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    token.require_mended(config, WIFEXITED(status));
    if (WIFSIGNALED(status)) ++killed;
  }
  MESSAGE("killed at " << killed << " writes");
  CHECK(killed > 10);
}
