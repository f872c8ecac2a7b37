#include "base/core/harden.h"

#include <cerrno>
#include <cstring>
#include <mutex>

#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/core/error.h"

namespace base {

namespace {

// Enough for some ten thousand keys and below the default lock limit of 8 MiB.
constexpr std::size_t kArenaBytes = std::size_t{1} << 20U;
constexpr std::size_t kSmallestBlock = 32;

// Looked at first: a program that a hardened one has started may set no limit any more.
void forbid_core_dumps() {
  const rlimit no_core{0, 0};
  rlimit found{};
  if (getrlimit(RLIMIT_CORE, &found) == 0 && found.rlim_cur == 0 && found.rlim_max == 0) return;
  if (setrlimit(RLIMIT_CORE, &no_core) != 0) {
    fail(Fault::kUnavailable, "core dumps cannot be switched off: {}", std::strerror(errno));
  }
}

}  // namespace

void open_secret_arena() {
  static std::once_flag once;
  std::call_once(once, [] {
    // The reader's shared library and its program share one arena.
    if (CRYPTO_secure_malloc_initialized() == 1) return;
    // 1: locked and guarded; 2: made, but the lock was refused.
    if (CRYPTO_secure_malloc_init(kArenaBytes, kSmallestBlock) != 1) {
      fail(Fault::kUnavailable,
           "memory for secrets cannot be locked: {} bytes of RLIMIT_MEMLOCK expected", kArenaBytes);
    }
  });
}

void harden_process() {
  umask(S_IRWXG | S_IRWXO);
  forbid_core_dumps();
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    fail(Fault::kUnavailable, "the process cannot be hardened: {}", std::strerror(errno));
  }
  open_secret_arena();
}

}  // namespace base
