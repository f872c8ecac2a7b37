// wellkey: lists the programs, runs one of them, and looks after the station.
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/front/doctor.h"
#include "base/front/programs.h"
#include "base/program/command_line.h"

namespace {

constexpr const char* kDefaultStation = "/var/lib/wellkey";

void print_help() {
  fmt::print("wellkey (井钥) {}: one key system for prepaid irrigation electricity\n\n",
             WELLKEY_VERSION);
  fmt::print(
      "usage: wellkey PROGRAM ...           runs a program; PROGRAM --help explains it\n"
      "       wellkey doctor [--station DIR] looks at readers, cards, tokens, log, disk\n"
      "       wellkey --version\n\n");
  for (const front::Program& program : front::kPrograms)
    fmt::print("  {:<13} {}\n", program.name, program.role);
}

int run_doctor(int count, char** words) {
  const char* from_environment = std::getenv("WELLKEY_STATION");
  std::string station = from_environment != nullptr ? from_environment : kDefaultStation;
  if (count == 4 && std::strcmp(words[2], "--station") == 0) {
    station = words[3];
  } else if (count != 2) {
    fmt::print(stderr, "usage: wellkey doctor [--station DIR]\n");
    return program::kUsageStatus;
  }
  return front::doctor(station) == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  return program::guarded("wellkey", [&] {
    program::harden(*program::find_row("wellkey"));
    const std::string_view word = count > 1 ? words[1] : "--help";
    if (word == "--help" || word == "-h" || word == "help") {
      print_help();
      return 0;
    }
    if (word == "--version") {
      fmt::print("wellkey {}\n", WELLKEY_VERSION);
      return 0;
    }
    if (word == "doctor") return run_doctor(count, words);
    for (const front::Program& program : front::kPrograms) {
      if (program.name == word) front::become(program.file, words + 1);
    }
    fmt::print(stderr, "wellkey: no program {}; wellkey --help lists them\n", word);
    return program::kUsageStatus;
  });
}
