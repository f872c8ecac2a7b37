// wellkey: lists the programs, runs one of them, and looks after the station.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "base/core/error.h"
#include "base/front/doctor.h"
#include "base/front/programs.h"
#include "base/program/confine.h"

namespace {

constexpr int kUsage = 2;
constexpr const char* kDefaultStation = "/var/lib/wellkey";

void print_help() {
  std::printf("wellkey (井钥) %s: one key system for prepaid irrigation electricity\n\n",
              WELLKEY_VERSION);
  std::printf("usage: wellkey PROGRAM ...           runs a program; PROGRAM --help explains it\n");
  std::printf("       wellkey doctor [--station DIR] looks at readers, cards, tokens, log, disk\n");
  std::printf("       wellkey --version\n\n");
  for (const front::Program& program : front::kPrograms) {
    std::printf("  %-13s %s\n", std::string(program.name).c_str(),
                std::string(program.role).c_str());
  }
}

int run_doctor(int count, char** words) {
  const char* from_environment = std::getenv("WELLKEY_STATION");
  std::string station = from_environment != nullptr ? from_environment : kDefaultStation;
  if (count == 4 && std::strcmp(words[2], "--station") == 0) {
    station = words[3];
  } else if (count != 2) {
    std::fputs("usage: wellkey doctor [--station DIR]\n", stderr);
    return kUsage;
  }
  return front::doctor(station) == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  try {
    program::harden(*program::find_row("wellkey"));
    const std::string_view word = count > 1 ? words[1] : "--help";
    if (word == "--help" || word == "-h" || word == "help") {
      print_help();
      return 0;
    }
    if (word == "--version") {
      std::printf("wellkey %s\n", WELLKEY_VERSION);
      return 0;
    }
    if (word == "doctor") return run_doctor(count, words);
    for (const front::Program& program : front::kPrograms) {
      if (program.name == word) front::become(program.file, words + 1);
    }
    std::fprintf(stderr, "wellkey: no program %s; wellkey --help lists them\n", words[1]);
    return kUsage;
  } catch (const base::Error& error) {
    std::fprintf(stderr, "wellkey: %s\n", error.what());
    return error.exit_status();
  }
}
