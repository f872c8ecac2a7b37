// What a secret cannot do, and what is left of it.
#include "base/core/secret.h"

#include <ostream>
#include <type_traits>

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/harden.h"

using base::SecretBytes;

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

template <typename T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};

TEST_CASE("a secret cannot be copied, printed or compared by accident") {
  CHECK_FALSE(std::is_copy_constructible_v<SecretBytes>);
  CHECK_FALSE(std::is_copy_assignable_v<SecretBytes>);
  CHECK_FALSE(Printable<SecretBytes>);
  CHECK_FALSE(Comparable<SecretBytes>);
  CHECK_FALSE(std::is_default_constructible_v<base::SecretAccess>);
}

TEST_CASE("a moved secret leaves nothing behind") {
  SecretBytes first = SecretBytes::copy_of(base::Bytes{1, 2, 3});
  const SecretBytes second = std::move(first);
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): what is promised of it
  CHECK(second.size() == 3);
}

TEST_CASE("a secret typed byte by byte keeps its length through growth and correction") {
  SecretBytes typed;
  for (int count = 0; count < 100; ++count) typed.push_back(static_cast<base::Byte>(count));
  typed.pop_back();
  CHECK(typed.size() == 99);
  typed.clear();
  CHECK(typed.empty());
}

TEST_CASE("a hardened process makes no core, cannot be dumped and gains no privilege") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    base::harden_process();
    rlimit core{};
    getrlimit(RLIMIT_CORE, &core);
    const bool hard = core.rlim_cur == 0 && core.rlim_max == 0 &&
                      prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                      prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
    _exit(hard ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
