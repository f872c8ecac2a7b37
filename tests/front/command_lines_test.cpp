// The command line of every program, walked from its own --help down to the last subcommand.
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/program.h"
#include "tests/support/temp_folder.h"

using support::ProgramRun;
using support::run_program;

namespace {

constexpr int kUsage = 2;
constexpr int kMalformed = 10;
constexpr int kRefused = 11;

const std::vector<std::string> kTrees = {"keyceremony", "issuance",     "audit",       "salesdesk",
                                         "meter-emu",   "virtual-card", "wellkey-card"};

using Words = std::vector<std::string>;

ProgramRun run(Words words) {
  words.front() = WELLKEY_BINARY_DIR "/bin/" + words.front();
  return run_program(words);
}

Words with(Words words, const std::string& last) {
  words.push_back(last);
  return words;
}

bool says(const ProgramRun& done, const std::string& part) {
  return done.text.find(part) != std::string::npos;
}

// Sections of a help text are lines that end in a colon; commands stand in those that name no
// options, two blanks in.
Words commands_in(const std::string& help) {
  Words found;
  std::istringstream lines(help);
  bool is_command_section = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() != ' ') {
      is_command_section = line.ends_with(':') && line != "Options:" && line != "Positionals:";
    } else if (is_command_section && line.size() > 2 &&
               std::islower(static_cast<unsigned char>(line[2])) != 0) {
      found.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return found;
}

// Calls `look` with the words of every command that has none below it, and for every one above.
template <typename Look>
std::size_t walk(const Words& words, const Look& look) {
  const ProgramRun help = run(with(words, "--help"));
  CAPTURE(help.text);
  REQUIRE(help.status == 0);
  CHECK(says(help, "Usage:"));
  const Words below = commands_in(help.text);
  look(words, below);
  std::size_t leaves = below.empty() ? 1 : 0;
  for (const std::string& name : below) leaves += walk(with(words, name), look);
  return leaves;
}

}  // namespace

TEST_CASE("every program and subcommand explains itself, and knows no option that it has not") {
  unsetenv("WELLKEY_STATION");
  unsetenv("WELLKEY_DESK");
  std::size_t leaves = 0;
  for (const std::string& program : kTrees) {
    leaves += walk({program}, [](const Words& words, const Words&) {
      const ProgramRun done = run(with(words, "--no-such-option"));
      CAPTURE(words);
      CAPTURE(done.text);
      // A command that this version has not yet refuses whatever follows it.
      const bool is_not_yet = done.status == kRefused && says(done, "version");
      if (is_not_yet) return;
      CHECK(done.status == kUsage);
      CHECK(done.text == words.front() + ": '--no-such-option' is not known here; " +
                             words.front() + " --help explains\n");
    });
  }
  CHECK(leaves > 60);
}

TEST_CASE("an unknown or missing subcommand is a usage error in our own words") {
  for (const std::string& program : kTrees) {
    walk({program}, [](const Words& words, const Words& below) {
      if (below.empty()) return;
      CAPTURE(words);
      const ProgramRun unknown = run(with(words, "no-such-command"));
      CHECK(unknown.status == kUsage);
      CHECK(says(unknown, "'no-such-command' is not known here"));
      const ProgramRun missing = run(words);
      CHECK(missing.status == kUsage);
      CHECK(missing.text.starts_with(words.front() + ": "));
    });
  }
}

TEST_CASE("every program says its version, and wellkey runs each by name") {
  for (const std::string& program : kTrees) {
    const ProgramRun version = run({program, "--version"});
    CHECK(version.status == 0);
    CHECK(version.text == program + " " WELLKEY_VERSION "\n");
    const std::string word = program == "wellkey-card" ? "card" : program;
    CHECK(run({"wellkey", word, "--version"}).text == version.text);
    CHECK(says(run({"wellkey", "--help"}), "  " + word + " "));
  }
  CHECK(run({"wellkey", "--version"}).text == "wellkey " WELLKEY_VERSION "\n");
  CHECK(run({"wellkey", "no-such-program"}).status == kUsage);
  CHECK(run({"wellkey", "doctor", "--no-such-option"}).status == kUsage);
}

TEST_CASE("a number out of range, in octal or in hexadecimal is refused, never bent") {
  const support::TempFolder folder;
  const std::string image = (folder.path() / "image").string();
  const std::vector<Words> lines = {
      {"virtual-card", "new", "user", "--out", image, "--serial"},
      {"virtual-card", "eject", "--slots", folder.path().string()},
  };
  for (const Words& line : lines) {
    for (const std::string number : {"99999999999999999999", "010", "0x10", "1e3", "1.5", ""}) {
      const ProgramRun done = run(with(line, number));
      CAPTURE(line);
      CAPTURE(done.text);
      CHECK((done.status == kMalformed || done.status == kUsage));
      CHECK_FALSE(std::filesystem::exists(image));
    }
  }
}
