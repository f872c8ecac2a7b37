// What is left of a PIN in the memory of the process that it was typed into.
#include "tests/harden/memory.h"

#include <csignal>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/front/small_station.h"
#include "tests/terminal/person.h"

namespace {

using support::places_in_memory;
using support::SmallStation;

const std::string kPin = "739164";
const std::string kPackedPin = "\x73\x91\x64";

// A program at the terminal of a person, until the test ends.
class AtTerminal {
 public:
  AtTerminal(const Person& person, std::vector<std::string> words) : process_(fork()) {
    if (process_ != 0) return;
    setsid();
    ioctl(person.inner(), TIOCSCTTY, 0);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      dup2(person.inner(), descriptor);
    }
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments.front(), arguments.data());
    _exit(127);
  }

  ~AtTerminal() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }

  AtTerminal(const AtTerminal&) = delete;
  AtTerminal& operator=(const AtTerminal&) = delete;

  pid_t process() const { return process_; }

 private:
  pid_t process_;
};

bool answers(const SmallStation& station) {
  return station.run("keyceremony", {"token", "check", "--station", station.folder()})
             .text.find("signer: answers") != std::string::npos;
}

}  // namespace

TEST_CASE("a typed PIN is held while it is typed, and nowhere in memory once the card has it") {
  if (geteuid() != 0) {
    MESSAGE("only root reads the memory of a process that is not dumpable: not searched");
    return;
  }
  const SmallStation station;
  Person officers;
  const std::string program = WELLKEY_BINARY_DIR "/bin/keyceremony";
  const AtTerminal signer(officers, {program, "token", "serve", "--station", station.folder()});
  for (int officer = 1; officer <= 2; ++officer) {
    officers.waits_for("[0 of ");
    officers.types(kPin);
    officers.waits_for("[6 of ");
    const auto held = places_in_memory(signer.process(), kPin);
    CHECK_FALSE(held.empty());
    officers.types("\n");
  }
  while (!answers(station)) {
  }
  CHECK_FALSE(places_in_memory(signer.process(), "rehearsal.wellkey/doctor").empty());
  for (const std::string& form : {kPin, kPackedPin}) {
    for (const std::string& place : places_in_memory(signer.process(), form)) FAIL_CHECK(place);
  }
}
