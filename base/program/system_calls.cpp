#include "base/program/system_calls.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/error.h"

namespace program {

namespace {

using base::Fault;

// The kernel knows more names than one version of libseccomp: each is looked up when it is used.
constexpr std::string_view kMemory[] = {"brk",    "madvise", "mlock", "mlock2",
                                        "mremap", "munlock", "munmap"};

constexpr std::string_view kFiles[] = {
    "access",    "chmod",      "close",    "close_range", "copy_file_range",
    "dup",       "dup2",       "dup3",     "faccessat",   "faccessat2",
    "fadvise64", "fallocate",  "fchmod",   "fchmodat",    "fchown",
    "fcntl",     "fdatasync",  "flock",    "fstat",       "fstatfs",
    "fsync",     "ftruncate",  "getcwd",   "getdents64",  "link",
    "lseek",     "lstat",      "mkdir",    "mkdirat",     "newfstatat",
    "open",      "openat",     "pread64",  "pwrite64",    "read",
    "readlink",  "readlinkat", "readv",    "rename",      "renameat",
    "renameat2", "rmdir",      "sendfile", "stat",        "statfs",
    "statx",     "umask",      "unlink",   "unlinkat",    "write",
    "writev"};

constexpr std::string_view kWaiting[] = {
    "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "pause",    "pipe",
    "pipe2",         "poll",      "ppoll",       "pselect6",   "select",   "signalfd4"};

constexpr std::string_view kTime[] = {"clock_getres", "clock_gettime", "clock_nanosleep",
                                      "gettimeofday", "nanosleep",     "time",
                                      "times"};

constexpr std::string_view kOwnSignals[] = {"restart_syscall", "rt_sigaction", "rt_sigprocmask",
                                            "rt_sigreturn", "sigaltstack"};

constexpr std::string_view kThreading[] = {
    "futex",       "get_robust_list", "gettid",         "rseq", "sched_getaffinity",
    "sched_yield", "set_robust_list", "set_tid_address"};

constexpr std::string_view kItself[] = {
    "arch_prctl", "exit",      "exit_group", "getegid", "geteuid",   "getgid",
    "getgroups",  "getpgrp",   "getpid",     "getppid", "getrandom", "getresgid",
    "getresuid",  "getrlimit", "getrusage",  "getuid",  "sysinfo",   "uname"};

// More of the same confinement only takes away.
constexpr std::string_view kConfining[] = {"landlock_add_rule", "landlock_create_ruleset",
                                           "landlock_restrict_self", "seccomp"};

constexpr std::span<const std::string_view> kForAll[] = {
    kMemory, kFiles, kWaiting, kTime, kOwnSignals, kThreading, kItself, kConfining};

constexpr std::string_view kConnecting[] = {
    "connect", "getpeername", "getsockname", "getsockopt", "recvfrom",
    "recvmsg", "sendmsg",     "sendto",      "setsockopt", "shutdown"};

constexpr std::string_view kServing[] = {"accept", "accept4", "bind", "listen"};

// The process that is started is not this one: whom it may signal is not known yet.
constexpr std::string_view kStarting[] = {"execve", "setsid", "tgkill", "vfork", "wait4", "waitid"};

constexpr std::string_view kSignalling[] = {"kill", "pidfd_open", "pidfd_send_signal"};

// Calls of which one argument decides; any other value is refused.
struct ByValue {
  std::string_view call;
  unsigned argument;  // from 0
  std::uint64_t mask;
  std::uint64_t value;
};

constexpr std::uint64_t kWhole = 0xffffffff;  // the arguments here are ints in the kernel
constexpr std::uint64_t kWriteExec = PROT_WRITE | PROT_EXEC;
constexpr std::uint64_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

constexpr ByValue kByValue[] = {
    // Memory is written or run, never both; nothing becomes code after it was written.
    {"mmap", 2, PROT_EXEC, 0},
    {"mmap", 2, kWriteExec, PROT_EXEC},
    {"mprotect", 2, PROT_EXEC, 0},
    // A terminal is read and set; nothing is typed into it (TIOCSTI).
    {"ioctl", 1, kWhole, TCGETS},
    {"ioctl", 1, kWhole, TCSETS},
    {"ioctl", 1, kWhole, TCSETSW},
    {"ioctl", 1, kWhole, TCSETSF},
    {"ioctl", 1, kWhole, TCFLSH},
    {"ioctl", 1, kWhole, TIOCGWINSZ},
    {"ioctl", 1, kWhole, TIOCGPGRP},
    {"ioctl", 1, kWhole, FIONBIO},
    {"ioctl", 1, kWhole, FIONREAD},
    {"ioctl", 1, kWhole, FIOCLEX},
    // Not dumpable for ever: of the switches only those that take away.
    {"prctl", 0, kWhole, PR_GET_DUMPABLE},
    {"prctl", 0, kWhole, PR_SET_NO_NEW_PRIVS},
    {"prctl", 0, kWhole, PR_GET_NO_NEW_PRIVS},
    {"prctl", 0, kWhole, PR_SET_NAME},
    {"prctl", 0, kWhole, PR_GET_NAME},
    {"prctl", 0, kWhole, PR_GET_SECCOMP},
    // Limits are read, never set: root could raise the one on core dumps again.
    {"prlimit64", 2, ~std::uint64_t{0}, 0},
};

constexpr ByValue kThreads = {"clone", 0, CLONE_THREAD, CLONE_THREAD};
constexpr ByValue kProcesses = {"clone", 0, kNewNamespaces, 0};
constexpr ByValue kUnixSockets = {"socket", 0, kWhole, AF_UNIX};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

class Filter {
 public:
  Filter() : filter_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
    if (filter_ == nullptr) refuse(ENOMEM);
    // glibc falls back to clone, whose flags a filter can read.
    check(seccomp_rule_add(filter_.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
    check(seccomp_attr_set(filter_.get(), SCMP_FLTATR_CTL_TSYNC, 1));
  }

  void allow(std::span<const std::string_view> calls) {
    for (const std::string_view call : calls) allow(call, {});
  }

  void allow(const ByValue& row) {
    allow(row.call, {{SCMP_CMP(row.argument, SCMP_CMP_MASKED_EQ, row.mask, row.value)}});
  }

  // prctl(PR_SET_DUMPABLE) has two arguments that count.
  void allow(std::string_view call, const std::vector<scmp_arg_cmp>& conditions) {
    const int number = seccomp_syscall_resolve_name(std::string(call).c_str());
    if (number == __NR_SCMP_ERROR) return;
    check(seccomp_rule_add_array(filter_.get(), SCMP_ACT_ALLOW, number,
                                 static_cast<unsigned>(conditions.size()), conditions.data()));
  }

  void load() { check(seccomp_load(filter_.get())); }

 private:
  [[noreturn]] static void refuse(int error) {
    base::fail(Fault::kUnavailable, "system calls cannot be filtered: {}", std::strerror(error));
  }

  static void check(int result) {
    if (result < 0) refuse(-result);
  }

  std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, Release> filter_;
};

}  // namespace

void filter_system_calls(const Row& row) {
  Filter filter;
  for (const auto calls : kForAll) filter.allow(calls);
  for (const ByValue& by_value : kByValue) filter.allow(by_value);
  filter.allow("prctl", {SCMP_A0_32(SCMP_CMP_EQ, PR_SET_DUMPABLE), SCMP_A1_32(SCMP_CMP_EQ, 0)});
  filter.allow(row.starts == Starts::kNothing ? kThreads : kProcesses);
  if (row.starts == Starts::kNothing) {
    // Which ends itself with abort().
    filter.allow({"tgkill", 0, kWhole, static_cast<std::uint64_t>(getpid())});
  } else {
    filter.allow(kStarting);
  }
  if (row.signals == Signals::kToOthers) filter.allow(kSignalling);
  if (row.sockets != Sockets::kNone) {
    filter.allow(kUnixSockets);
    filter.allow(kConnecting);
  }
  if (row.sockets == Sockets::kServe) filter.allow(kServing);
  filter.load();
}

}  // namespace program
