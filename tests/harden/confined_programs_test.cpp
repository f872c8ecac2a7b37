// The real programs while they run: how the kernel says they are confined, and what of theirs it shows.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/front/small_station.h"

namespace {

namespace fs = std::filesystem;
using support::SmallStation;

const std::string kPin = "739164";  // of every card of a small station

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Process {
  fs::path folder;  // below /proc
  std::string program;
  std::string words;  // the command line, each word ended by a zero
};

// Those that work for this station: its folder, or the private readers' slots, is in their words.
std::vector<Process> processes_of(const SmallStation& station) {
  std::vector<Process> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto words = text_of(entry.path() / "cmdline");
    const std::string program = words.substr(0, words.find('\0'));
    if (program != "keyceremony" && program != "virtual-card") continue;
    if (words.find(station.folder()) != std::string::npos ||
        words.find(support::PrivatePcscd::slots().string()) != std::string::npos) {
      found.push_back({entry.path(), program, words});
    }
  }
  return found;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("signer and cards run filtered, without new privileges, without core files") {
  SmallStation station;
  station.open_shift();
  const auto processes = processes_of(station);
  CHECK(processes.size() == 3);
  for (const Process& process : processes) {
    CAPTURE(process.program);
    const auto status = text_of(process.folder / "status");
    CHECK(contains(status, "\nSeccomp:\t2\n"));
    CHECK(contains(status, "\nNoNewPrivs:\t1\n"));
    CHECK_FALSE(contains(status, "\nVmLck:\t       0 kB\n"));
    std::ifstream limits(process.folder / "limits");
    for (std::string line; std::getline(limits, line);) {
      if (line.starts_with("Max core file size")) CHECK(contains(line, " 0  "));
    }
  }
  station.close_shift();
}

TEST_CASE("no PIN is in the arguments or the environment of a running program") {
  SmallStation station;
  station.open_shift();
  const auto processes = processes_of(station);
  REQUIRE(processes.size() == 3);
  for (const Process& process : processes) {
    CAPTURE(process.program);
    CHECK(contains(process.words, "/"));
    CHECK_FALSE(contains(process.words, kPin));
    // Of a process that is not dumpable only root sees this.
    const auto environment = text_of(process.folder / "environ");
    CHECK(environment.empty() == (geteuid() != 0));
    CHECK_FALSE(contains(environment, kPin));
  }
  station.close_shift();
}

TEST_CASE("a link in the station's folder leads no program out of it") {
  const SmallStation station;
  const fs::path hidden = fs::path(station.folder()).parent_path() / "hidden.toml";
  const fs::path settings = fs::path(station.folder()) / "station.toml";
  fs::rename(settings, hidden);
  fs::create_symlink(hidden, settings);
  const auto led_astray = station.run("issuance", {"list", "--station", station.folder()});
  CHECK(led_astray.status != 0);
  CHECK(contains(led_astray.text, "station.toml cannot be read"));
}
