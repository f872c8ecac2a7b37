// A person at a pseudo-terminal: what he types, and what the screen shows of it.
#include "base/terminal/tty_terminal.h"

#include <array>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

// The outer end of a pseudo-terminal: a person who reads the screen before typing.
class Person {
 public:
  Person() {
    if (openpty(&outer_, &inner_, nullptr, nullptr, nullptr) != 0) FAIL("no pseudo-terminal");
  }

  ~Person() { ::close(outer_); }

  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  int inner() const { return inner_; }

  void waits_for(std::string_view text) {
    const std::size_t from = seen_;
    while (screen_.find(text, from) == std::string::npos) {
      pollfd wait{outer_, POLLIN, 0};
      REQUIRE_MESSAGE(::poll(&wait, 1, 5000) == 1, "the screen never showed: ", text);
      std::array<char, 512> piece{};
      const ssize_t count = ::read(outer_, piece.data(), piece.size());
      REQUIRE(count > 0);
      screen_.append(piece.data(), static_cast<std::size_t>(count));
    }
    seen_ = screen_.find(text, from) + text.size();
  }

  void types(std::string_view text) {
    REQUIRE(::write(outer_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }

  const std::string& screen() const { return screen_; }

 private:
  int outer_ = -1;
  int inner_ = -1;
  std::size_t seen_ = 0;
  std::string screen_;
};

}  // namespace

TEST_CASE("what is typed hidden is shown nowhere, only its position") {
  Person person;
  std::size_t length = 0;
  std::thread program([&, inner = person.inner()] {
    terminal::TtyTerminal tty(inner);
    length = tty.ask_secret({
                                "pin", {"PIN", "密码"},
                                 terminal::Alphabet::kDigits, 6, 12
    })
                 .text.size();
    tty.say({"stored", "已保存"});
  });
  person.waits_for("[0 of 6 to 12]");
  person.types("91");
  person.waits_for("[2 of 6 to 12]");
  person.types("x");
  person.waits_for("a digit expected at position 3");
  person.types(
      "837\x7f"
      "746\r");
  person.waits_for("已保存");
  program.join();
  CHECK(length == 7);
  for (const char* piece : {"91", "83", "746"}) {
    CHECK(person.screen().find(piece) == std::string::npos);
  }
}

TEST_CASE("echo comes back after a hidden answer") {
  Person person;
  std::string line;
  std::thread program([&, inner = person.inner()] {
    terminal::TtyTerminal tty(inner);
    tty.ask_secret({
        "pin", {"PIN", "密码"},
         terminal::Alphabet::kDigits, 1, 12
    });
    line = tty.ask({
        "bag", {"bag number", "袋号"}
    });
  });
  person.waits_for("[0 of 1 to 12]");
  person.types("1\r");
  person.waits_for("袋号: ");
  person.types("HB-0001\n");
  person.waits_for("HB-0001");
  program.join();
  CHECK(line == "HB-0001");
}

TEST_CASE("nobody answers within the time limit") {
  Person person;
  terminal::TtyTerminal tty(person.inner());
  CHECK_THROWS_WITH_AS(tty.ask({
                           "bag", {"bag number", "袋号"},
                            0s
  }),
                       doctest::Contains("no answer in time"), base::Error);
}

TEST_CASE("between two people screen and scroll-back are cleared") {
  Person person;
  std::thread program([inner = person.inner()] {
    terminal::TtyTerminal tty(inner);
    tty.clear();
    tty.say({"next", "下一位"});
  });
  person.waits_for("\033[2J\033[3J");
  person.waits_for("下一位");
  program.join();
}
