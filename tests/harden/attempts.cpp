#include "tests/harden/attempts.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <tuple>

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace attempts {

namespace {

namespace fs = std::filesystem;

int answer_of(long result) {
  return result < 0 ? errno : 0;
}

int open_socket(int family, int kind) {
  const int descriptor = socket(family, kind | SOCK_CLOEXEC, 0);
  const int answer = answer_of(descriptor);
  if (descriptor >= 0) close(descriptor);
  return answer;
}

int map(int protection) {
  void* at = mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? errno : 0;
}

int make_code_of_data() {
  void* at = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return answer_of(mprotect(at, 4096, PROT_READ | PROT_EXEC));
}

int read_memory_of_parent() {
  char mine = 0;
  iovec local{&mine, 1};
  iovec remote{&mine, 1};
  return answer_of(process_vm_readv(getppid(), &local, 1, &remote, 1, 0));
}

int raise_core_limit() {
  const rlimit generous{1, 1};
  return answer_of(setrlimit(RLIMIT_CORE, &generous));
}

sockaddr_un address_of(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

int status_of(pid_t child) {
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void write_all(int descriptor, const std::vector<int>& answers) {
  const auto size = answers.size() * sizeof(int);
  if (write(descriptor, answers.data(), size) != static_cast<ssize_t>(size)) _exit(1);
}

}  // namespace

const std::vector<Attempt>& forbidden_calls() {
  using P = const Places&;
  static const std::vector<Attempt> all = {
      {"a socket to the network", [](P) { return open_socket(AF_INET, SOCK_STREAM); }},
      {"a socket to the network of six", [](P) { return open_socket(AF_INET6, SOCK_DGRAM); }},
      {"a socket to the kernel", [](P) { return open_socket(AF_NETLINK, SOCK_RAW); }},
      {"a socket to the wire", [](P) { return open_socket(AF_PACKET, SOCK_RAW); }},
      {"being traced", [](P) { return answer_of(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
      {"tracing the parent",
       [](P) { return answer_of(ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr)); }},
      {"reading another's memory", [](P) { return read_memory_of_parent(); }},
      {"being dumpable again", [](P) { return answer_of(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }},
      {"core dumps again", [](P) { return raise_core_limit(); }},
      {"memory to write and run", [](P) { return map(PROT_READ | PROT_WRITE | PROT_EXEC); }},
      {"running what was written", [](P) { return make_code_of_data(); }},
      {"a namespace of its own", [](P) { return answer_of(unshare(CLONE_NEWUSER)); }},
      {"mounting",
       [](P places) {
         return answer_of(mount("none", places.inside.c_str(), "tmpfs", 0, nullptr));
       }},
      {"another root", [](P places) { return answer_of(chroot(places.inside.c_str())); }},
      {"another user", [](P) { return answer_of(setuid(getuid())); }},
      {"typing into the terminal",
       [](P) {
         char letter = '\n';
         return answer_of(ioctl(STDIN_FILENO, TIOCSTI, &letter));
       }},
      {"programs in the kernel", [](P) { return answer_of(syscall(SYS_bpf, 0, nullptr, 0)); }},
      {"the rings of the kernel",
       [](P) { return answer_of(syscall(SYS_io_uring_setup, 1, nullptr)); }},
      {"keys of the kernel", [](P) { return answer_of(syscall(SYS_keyctl, 0, 0, 0, 0, 0)); }},
      {"counters of the processor",
       [](P) { return answer_of(syscall(SYS_perf_event_open, nullptr, 0, -1, -1, 0)); }},
      {"a file without a name", [](P) { return answer_of(memfd_create("code", 0)); }},
      {"a module of the kernel",
       [](P) { return answer_of(syscall(SYS_init_module, nullptr, 0, "")); }},
  };
  return all;
}

int connect_socket(const Places&) {
  return open_socket(AF_UNIX, SOCK_STREAM);
}

int serve_socket(const Places& places) {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = address_of(places.inside / "served.sock");
  const bool served =
      descriptor >= 0 &&
      bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      listen(descriptor, 1) == 0;
  const int answer = served ? 0 : errno;
  if (descriptor >= 0) close(descriptor);
  return answer;
}

int start_process(const Places&) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  return child < 0 ? errno : status_of(child);
}

int run_itself(const Places&) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    const int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDOUT_FILENO);
    execl("/proc/self/exe", "again", "--version", nullptr);
    _exit(errno);
  }
  return status_of(child);
}

// Without a fork, which has an attempt of its own: where it is done, nobody is left to answer.
int run_another_program(const Places&) {
  execl("/bin/true", "true", nullptr);
  return errno;
}

int signal_another(const Places&) {
  return answer_of(kill(getppid(), 0));
}

int read_file(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int answer = answer_of(descriptor);
  if (descriptor >= 0) close(descriptor);
  return answer;
}

int write_file(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const int answer = answer_of(descriptor);
  if (descriptor >= 0) close(descriptor);
  return answer;
}

int replace_file(const fs::path& path) {
  fs::path beside = path;
  beside += ".new";
  const int answer = write_file(beside);
  return answer != 0 ? answer : answer_of(rename(beside.c_str(), path.c_str()));
}

std::vector<int> in_a_child(const std::function<std::vector<int>()>& act) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t child = fork();
  if (child == 0) {
    try {
      write_all(ends[1], act());
      _exit(0);
    } catch (const std::exception& error) {
      std::ignore = std::fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
  }
  close(ends[1]);
  std::vector<int> answers;
  for (int one = 0; read(ends[0], &one, sizeof one) == sizeof one;) answers.push_back(one);
  close(ends[0]);
  if (status_of(child) != 0) throw std::runtime_error("the child ended before it answered");
  return answers;
}

}  // namespace attempts
