// jCardSim in its own process: peers/JCardSimRounds.java is asked for one round after the other.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/cards/bench.h"

namespace bench {
namespace {

constexpr const char* kClassPath = "WELLKEY_BENCH_JCARDSIM";
constexpr const char* kProgram = WELLKEY_SOURCE_DIR "/tests/bench/cards/peers/JCardSimRounds.java";
constexpr std::string_view kAdvice =
    "jCardSim (github.com/licel/jcardsim, built with a Java Card 3.0.5 kit) and a JDK of 17 or "
    "later:\n"
    "    WELLKEY_BENCH_JCARDSIM=class path of jCardSim and of what it needs";

class JCardSim {
 public:
  JCardSim(const std::string& class_path, const SimpleCard& card) {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::runtime_error(fmt::format("socketpair: {}", std::strerror(errno)));
    start(ends[1], class_path, card);
    close(ends[1]);
    out_ = ends[0];
    in_ = fdopen(ends[0], "r");
  }

  // The end of its input ends the program.
  ~JCardSim() {
    static_cast<void>(fclose(in_));
    waitpid(pid_, nullptr, 0);
  }

  JCardSim(const JCardSim&) = delete;
  JCardSim& operator=(const JCardSim&) = delete;

  double round(base::ByteView command, base::ByteView expected) const {
    const auto line = base::to_hex(command) + "=" + base::to_hex(expected) + "\n";
    std::array<char, 64> answer{};
    if (send(out_, line.data(), line.size(), MSG_NOSIGNAL) < 0 ||
        fgets(answer.data(), answer.size(), in_) == nullptr)
      throw std::runtime_error("jCardSim: no rate, or a wrong answer");
    return std::strtod(answer.data(), nullptr);
  }

 private:
  void start(int its_end, const std::string& class_path, const SimpleCard& card) {
    const auto name = "-Dcard.name=" + base::to_hex(card.name);
    const auto fci = "-Dcard.fci=" + base::to_hex(card.fci);
    const auto file = "-Dcard.file=" + base::to_hex(card.file);
    const auto round = std::to_string(kRound.count());
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(its_end, STDIN_FILENO);
    dup2(its_end, STDOUT_FILENO);
    execlp("java", "java", "-cp", class_path.c_str(), name.c_str(), fci.c_str(), file.c_str(),
           kProgram, round.c_str(), nullptr);
    _exit(127);
  }

  FILE* in_ = nullptr;
  int out_ = -1;
  pid_t pid_ = -1;
};

Work asked(const std::string& name, const std::shared_ptr<JCardSim>& card, base::Bytes command,
           base::Bytes expected) {
  return {name, [card, command = std::move(command), expected = std::move(expected)] {
            return card->round(command, expected);
          }};
}

}  // namespace

std::vector<Work> jcardsim_works(const SimpleCard& card) {
  const char* const class_path = std::getenv(kClassPath);
  if (class_path == nullptr) {
    fmt::print("\nnot measured: {}\n", kAdvice);
    return {};
  }
  const auto peer = std::make_shared<JCardSim>(class_path, card);
  return {asked("jCardSim, SELECT by name", peer, card.select, card.select_answer),
          asked("jCardSim, READ BINARY, 16 bytes", peer, card.read, card.read_answer)};
}

}  // namespace bench
