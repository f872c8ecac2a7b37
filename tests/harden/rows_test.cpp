// Each row of the table in a process of its own: what it refuses is refused, what it gives works.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/program/confine.h"
#include "base/program/landlock.h"
#include "base/program/system_calls.h"
#include "tests/harden/attempts.h"
#include "tests/support/temp_folder.h"

namespace {

namespace fs = std::filesystem;
using attempts::Places;
using program::Given;

constexpr int kDone = 0;

// Written by hand, as the programs are described: not read from the table.
struct Expected {
  std::string program;
  std::string folder_option;  // names a folder that it writes; empty: it has none
  int connect;
  int serve;
  int start;
  int run_itself;
  int run_another;
  int signal;
};

const std::vector<Expected> kExpected = {
    {"keyceremony", "station", kDone, kDone, kDone, kDone, EACCES, kDone},
    {"issuance", "station", kDone, EPERM, EPERM, EPERM, EPERM, EPERM},
    {"audit", "log", EPERM, EPERM, EPERM, EPERM, EPERM, EPERM},
    {"salesdesk", "desk", kDone, EPERM, EPERM, EPERM, EPERM, EPERM},
    {"meter-emu", "image", kDone, EPERM, EPERM, EPERM, EPERM, EPERM},
    {"virtual-card", "slots", kDone, kDone, kDone, kDone, EACCES, kDone},
    {"wellkey-card", "", kDone, EPERM, EPERM, EPERM, EPERM, EPERM},
};

// The two places of a run; in each lies one file.
class Room {
 public:
  Room() : places_{folder_.path() / "inside", folder_.path() / "outside"} {
    for (const fs::path& place : {places_.inside, places_.outside}) {
      fs::create_directory(place);
      std::ofstream(place / "file") << "content\n";
    }
  }

  const Places& places() const { return places_; }

  // What the command line of a test names: the folder, or a file in it.
  std::vector<Given> given(const std::string& option) const {
    const bool names_a_file = option == "image";
    return {{option, (names_a_file ? places_.inside / "file" : places_.inside).string()}};
  }

 private:
  support::TempFolder folder_;
  Places places_;
};

const program::Row& row_of(const std::string& name) {
  const program::Row* row = program::find_row(name);
  REQUIRE(row != nullptr);
  return *row;
}

void confine(const std::string& name, const std::vector<Given>& given) {
  program::harden(row_of(name));
  program::fence(row_of(name), given);
}

// Where the kernel has no Landlock, files and programs are not fenced, and the tests of it say so.
bool no_fence() {
  if (program::landlock_level() > 0) return false;
  MESSAGE("this kernel has no Landlock: the fence is not tried");
  return true;
}

}  // namespace

TEST_CASE("what no program needs is refused to every program") {
  const Room room;
  for (const Expected& expected : kExpected) {
    const auto answers = attempts::in_a_child([&] {
      confine(expected.program, room.given(expected.folder_option));
      std::vector<int> all;
      for (const auto& attempt : attempts::forbidden_calls()) {
        all.push_back(attempt.make(room.places()));
      }
      return all;
    });
    REQUIRE(answers.size() == attempts::forbidden_calls().size());
    for (std::size_t at = 0; at < answers.size(); ++at) {
      CAPTURE(expected.program);
      CAPTURE(attempts::forbidden_calls()[at].name);
      CHECK(answers[at] == EPERM);
    }
  }
}

TEST_CASE("sockets, processes and signals are given to whom they are needed by") {
  const Room room;
  for (const Expected& expected : kExpected) {
    fs::remove(room.places().inside / "served.sock");
    const auto answers = attempts::in_a_child([&] {
      confine(expected.program, room.given(expected.folder_option));
      return std::vector<int>{
          attempts::connect_socket(room.places()), attempts::serve_socket(room.places()),
          attempts::start_process(room.places()),  attempts::run_itself(room.places()),
          attempts::signal_another(room.places()),
      };
    });
    CAPTURE(expected.program);
    CHECK(answers == std::vector<int>{expected.connect, expected.serve, expected.start,
                                      expected.run_itself, expected.signal});
  }
}

TEST_CASE("no program runs any other") {
  const Room room;
  for (const Expected& expected : kExpected) {
    if (expected.run_another == EACCES && no_fence()) continue;
    const auto answers = attempts::in_a_child([&] {
      confine(expected.program, room.given(expected.folder_option));
      return std::vector<int>{attempts::run_another_program(room.places())};
    });
    CAPTURE(expected.program);
    CHECK(answers == std::vector<int>{expected.run_another});
  }
}

TEST_CASE("a program writes where its command line says and reads nothing of its user beside it") {
  if (no_fence()) return;
  const Room room;
  for (const Expected& expected : kExpected) {
    const auto answers = attempts::in_a_child([&] {
      if (expected.folder_option.empty()) {
        confine(expected.program, {});
      } else {
        confine(expected.program, room.given(expected.folder_option));
      }
      const Places& places = room.places();
      return std::vector<int>{
          attempts::read_file(places.inside / "file"),
          attempts::replace_file(places.inside / "file"),
          attempts::read_file(places.outside / "file"),
          attempts::write_file(places.outside / "new"),
          attempts::replace_file(places.outside / "file"),
          attempts::read_file("/etc/shadow"),
          attempts::write_file("/var/tmp/wellkey-forbidden"),
          attempts::read_file("/usr/lib/ssl/openssl.cnf"),
          attempts::write_file("/dev/null"),
      };
    });
    const int within = expected.folder_option.empty() ? EACCES : kDone;
    CAPTURE(expected.program);
    CHECK(answers ==
          std::vector<int>{within, within, EACCES, EACCES, EACCES, EACCES, EACCES, kDone, kDone});
  }
}

TEST_CASE("a file that is only read is not written, and the files around it are not seen") {
  if (no_fence()) return;
  const Room room;
  const fs::path named = room.places().outside / "file";
  std::ofstream(room.places().outside / "other") << "content\n";

  struct Reading {
    std::string program;
    std::string option;
    std::string prefix;
  };

  const std::vector<Reading> readings = {
      {"keyceremony", "plan", ""}, {"issuance", "answers", ""},  {"audit", "key", "@"},
      {"audit", "proof", ""},      {"salesdesk", "profile", ""}, {"virtual-card", "file", ""}};
  for (const Reading& reading : readings) {
    const auto answers = attempts::in_a_child([&] {
      confine(reading.program, {{reading.option, reading.prefix + named.string()}});
      return std::vector<int>{attempts::read_file(named), attempts::write_file(named),
                              attempts::replace_file(named),
                              attempts::read_file(room.places().outside / "other")};
    });
    CAPTURE(reading.program);
    CAPTURE(reading.option);
    CHECK(answers == std::vector<int>{kDone, EACCES, EACCES, EACCES});
  }
}

TEST_CASE("a folder that is not there yet can be made, in the folder that is") {
  const Room room;
  const auto answers = attempts::in_a_child([&] {
    const fs::path station = room.places().inside / "new" / "station";
    confine("keyceremony", {{"station", station.string()}});
    fs::create_directories(station);
    return std::vector<int>{attempts::replace_file(station / "station.toml")};
  });
  CHECK(answers == std::vector<int>{kDone});
}

TEST_CASE("a program that confines itself again, started by itself, keeps what it needs") {
  const Room room;
  const auto answers = attempts::in_a_child([&] {
    confine("virtual-card", room.given("slots"));
    confine("virtual-card", room.given("slots"));
    return std::vector<int>{attempts::replace_file(room.places().inside / "file"),
                            attempts::serve_socket(room.places()),
                            attempts::run_itself(room.places())};
  });
  CHECK(answers == std::vector<int>{kDone, kDone, kDone});
}

TEST_CASE("the signer of a shift, once its token is open, starts nothing and signals nobody") {
  const Room room;
  const auto answers = attempts::in_a_child([&] {
    confine("keyceremony", room.given("station"));
    program::filter_system_calls(program::kLogSigner);
    return std::vector<int>{
        attempts::serve_socket(room.places()), attempts::start_process(room.places()),
        attempts::run_another_program(room.places()), attempts::signal_another(room.places())};
  });
  CHECK(answers == std::vector<int>{kDone, EPERM, EPERM, EPERM});
}

TEST_CASE("a confined program that dies leaves no core file") {
  const Room room;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    confine("keyceremony", room.given("station"));
    std::ignore = signal(SIGABRT, SIG_DFL);
    std::abort();
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  CHECK_FALSE(WCOREDUMP(status));
}

TEST_CASE("a process that may lock no memory is told how much it must") {
  const auto answers = attempts::in_a_child([] {
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 || (getuid() == 0 && setuid(65534) != 0)) {
      return std::vector<int>{-1};
    }
    try {
      program::harden(row_of("issuance"));
    } catch (const base::Error& error) {
      const std::string what = error.what();
      return std::vector<int>{what.find("RLIMIT_MEMLOCK expected") != std::string::npos ? 1 : 0};
    }
    return std::vector<int>{0};
  });
  CHECK(answers == std::vector<int>{1});
}

TEST_CASE("every program of the front has its row, and no row is without a program") {
  std::vector<std::string> programs = {"wellkey"};
  for (const Expected& expected : kExpected) programs.push_back(expected.program);
  CHECK(programs.size() == program::kRows.size());
  for (const std::string& name : programs) CHECK(program::find_row(name) != nullptr);
}
