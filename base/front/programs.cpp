#include "base/front/programs.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/error.h"

namespace front {

namespace {

using base::Fault;

constexpr int kNotStarted = 127;

std::filesystem::path sibling(std::string_view program) {
  std::filesystem::path path = own_folder() / program;
  if (access(path.c_str(), X_OK) != 0) {
    base::fail(Fault::kNotFound, "{} is not installed beside wellkey (expected {})", program,
               path.string());
  }
  return path;
}

std::string drain(int descriptor) {
  std::string text;
  char part[4096];
  for (;;) {
    const ssize_t count = read(descriptor, part, sizeof part);
    if (count > 0) text.append(part, static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) return text;
  }
}

}  // namespace

std::filesystem::path own_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

Outcome run(std::string_view program, const std::vector<std::string>& arguments) {
  const std::filesystem::path path = sibling(program);
  std::vector<char*> argv = {const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) base::fail(Fault::kUnavailable, "{}", std::strerror(errno));
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    execv(path.c_str(), argv.data());
    _exit(kNotStarted);
  }
  close(ends[1]);
  Outcome outcome{0, child > 0 ? drain(ends[0]) : std::string()};
  close(ends[0]);
  if (child < 0) base::fail(Fault::kUnavailable, "{} cannot be started", program);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

void become(std::string_view program, char** arguments) {
  const std::filesystem::path path = sibling(program);
  execv(path.c_str(), arguments);
  base::fail(Fault::kUnavailable, "{} cannot be started: {}", program, std::strerror(errno));
}

}  // namespace front
