// A person at a pseudo-terminal: what he types, and what the screen shows of it.
#include "base/terminal/tty_terminal.h"

#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "tests/terminal/person.h"

using namespace std::chrono_literals;

TEST_CASE("what is typed hidden is shown nowhere, only its position") {
  Person person;
  std::size_t length = 0;
  std::thread program([&, inner = person.inner()] {
    terminal::TtyTerminal tty(inner);
    length =
        tty.ask_secret({"pin", {"PIN", "密码"}, terminal::Alphabet::kDigits, 6, 12}).text.size();
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
    tty.ask_secret({"pin", {"PIN", "密码"}, terminal::Alphabet::kDigits, 1, 12});
    line = tty.ask({"bag", {"bag number", "袋号"}});
  });
  person.waits_for("[0 of 1 to 12]");
  person.types("1\r");
  person.waits_for("袋号: ");
  person.types("HB-0001\n");
  person.waits_for("HB-0001");
  program.join();
  CHECK(line == "HB-0001");
}

TEST_CASE("an entry left idle is thrown away, the screen cleared and its person asked again") {
  Person person;
  std::size_t length = 0;
  std::thread program([&, inner = person.inner()] {
    terminal::TtyTerminal tty(inner);
    length =
        tty.ask_secret({"pin", {"PIN", "密码"}, terminal::Alphabet::kDigits, 4, 4, 1s}).text.size();
    tty.say({"stored", "已保存"});
  });
  person.waits_for("[0 of 4]");
  person.types("739");
  person.waits_for("[3 of 4]");
  person.waits_for("\033[2J\033[3J");
  person.waits_for("HERE: ");
  person.types("1\n");
  person.waits_for("HERE: ");
  person.types("HERE\n");
  person.waits_for("[0 of 4]");
  person.types("7391\n");
  person.waits_for("已保存");
  program.join();
  CHECK(length == 4);
  CHECK(person.screen().find("739") == std::string::npos);
}

TEST_CASE("nobody answers within the time limit, and nobody comes back") {
  Person person;
  terminal::TtyTerminal tty(person.inner(), 0s);
  CHECK_THROWS_WITH_AS(tty.ask({"bag", {"bag number", "袋号"}, 0s}),
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
