// Answers out of a file: in rehearsal only, and never a shortcut for the exact word.
#include "base/terminal/scripted_terminal.h"

#include <fstream>
#include <functional>

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/terminal/new_pin.h"

namespace {

namespace fs = std::filesystem;

class AnswersFile {
 public:
  explicit AnswersFile(std::string_view text)
      : path_(fs::temp_directory_path() / fmt::format("wellkey-answers-{}", ::getpid())) {
    std::ofstream(path_) << text;
  }

  ~AnswersFile() { fs::remove(path_); }

  AnswersFile(const AnswersFile&) = delete;
  AnswersFile& operator=(const AnswersFile&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

base::Fault fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.fault();
  }
  FAIL("no error");
  return base::Fault::kMalformed;
}

}  // namespace

TEST_CASE("a live ceremony takes no scripted answers") {
  const AnswersFile file("a = 1\n");
  CHECK_THROWS_WITH_AS(terminal::ScriptedTerminal(file.path(), base::Mode::kLive),
                       doctest::Contains("people answer at the terminal"), base::Error);
}

TEST_CASE("answers are found by the id of their question") {
  const AnswersFile file("# people\nleader-1.bag = HB 0001 \n\ntwo=x=y\n");
  terminal::ScriptedTerminal terminal(file.path(), base::Mode::kRehearsal);
  CHECK(terminal.ask({"leader-1.bag", {"bag", "袋号"}}) == "HB 0001");
  CHECK(terminal.ask({"two", {"two", "二"}}) == "x=y");
  CHECK(fault_of([&] { terminal.ask({"three", {"three", "三"}}); }) == base::Fault::kNotFound);
}

TEST_CASE("a line without an equals sign is named") {
  const AnswersFile file("a = 1\nnonsense\n");
  CHECK_THROWS_WITH_AS(terminal::ScriptedTerminal(file.path(), base::Mode::kRehearsal),
                       doctest::Contains("line 2"), base::Error);
}

TEST_CASE("only the exact word confirms, and y is not a confirmation") {
  const AnswersFile file("a = y\na = yes\na = confirm\nb = y\nb = CONFIRM\n");
  terminal::ScriptedTerminal terminal(file.path(), base::Mode::kRehearsal);
  CHECK(fault_of([&] {
          terminal.confirm({"a", {"go on", "继续"}}, "CONFIRM");
        }) == base::Fault::kRefused);
  CHECK_NOTHROW(terminal.confirm({"b", {"go on", "继续"}}, "CONFIRM"));
}

TEST_CASE("a wrong character of a hidden answer is named by position, never by content") {
  const AnswersFile file("pin = 12a456\n");
  terminal::ScriptedTerminal terminal(file.path(), base::Mode::kRehearsal);
  try {
    terminal.ask_secret({"pin", {"PIN", "密码"}, terminal::Alphabet::kDigits, 6, 12});
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(std::string(error.what()) == "pin: character 3 is not a digit");
  }
}

TEST_CASE("a PIN that counts, repeats or differs from its second entry is refused") {
  const auto pin_of = [](std::string_view answers) {
    const AnswersFile file(answers);
    terminal::ScriptedTerminal terminal(file.path(), base::Mode::kRehearsal);
    return terminal::ask_new_pin(terminal, "pin", {"PIN", "密码"}).size();
  };
  CHECK(fault_of([&] { pin_of("pin = 123456\npin.again = 123456\n"); }) == base::Fault::kRefused);
  CHECK(fault_of([&] { pin_of("pin = 121212\npin.again = 121212\n"); }) == base::Fault::kRefused);
  CHECK(fault_of([&] { pin_of("pin = 739164\npin.again = 739165\n"); }) == base::Fault::kRefused);
  CHECK(fault_of([&] { pin_of("pin = 73916\npin.again = 73916\n"); }) == base::Fault::kMalformed);
  CHECK(pin_of("pin = 739164\npin.again = 739164\n") == 6);
  CHECK(pin_of("pin = 111111\npin = 739164\npin.again = 739164\n") == 6);
}
