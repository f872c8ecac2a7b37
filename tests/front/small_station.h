// A small real station, made by the programs themselves: two officers, two tokens, a shift.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/private_pcscd.h"
#include "tests/support/program.h"
#include "tests/support/temp_folder.h"

namespace support {

class SmallStation {
 public:
  SmallStation() {
    for (const std::string number : {"1", "2"}) {
      must("virtual-card", {"new", "role", "--serial", number, "--out", card(number)});
      daemon_.insert(static_cast<unsigned>(std::stoul(number)), card(number));
    }
    must("keyceremony", {"station", "init", "--station", folder(), "--mode", "rehearsal",
                         "--profile", WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml",
                         "--origin", "rehearsal.wellkey/doctor"});
    for (const std::string number : {"1", "2"}) {
      must("keyceremony",
           {"card-set", "prepare", "--station", folder(), "--answers", answers(), "--card",
            serial(number), "--id", "officer-" + number, "--name", name(number)});
    }
    must("keyceremony",
         {"token", "init", "--station", folder(), "--answers", answers(), "--officer",
          name("1") + "," + serial("1"), "--officer", name("2") + "," + serial("2")});
  }

  ~SmallStation() { run("keyceremony", {"token", "stop", "--station", folder()}); }

  SmallStation(const SmallStation&) = delete;
  SmallStation& operator=(const SmallStation&) = delete;

  void open_shift() {
    must("keyceremony",
         {"token", "serve", "--station", folder(), "--answers", answers(), "--background"});
  }

  void close_shift() { must("keyceremony", {"token", "stop", "--station", folder()}); }

  ProgramRun run(const std::string& program, std::vector<std::string> words) const {
    words.insert(words.begin(), WELLKEY_BINARY_DIR "/bin/" + program);
    return run_program(words);
  }

  std::string must(const std::string& program, const std::vector<std::string>& words) const {
    const ProgramRun done = run(program, words);
    if (done.status != 0) throw std::runtime_error(program + ": " + done.text);
    return done.text;
  }

  std::string folder() const { return (folder_.path() / "station").string(); }

  // A file with every answer that the commands here ask for, and `more` lines before them.
  std::string answers(const std::string& more = "") const {
    const auto path = folder_.path() / "answers";
    std::ofstream file(path);
    file << more;
    for (const std::string stem : {"officer-1", "officer-2", "stock.mother", "stock.control"}) {
      file << stem << ".pin = 739164\n" << stem << ".pin.again = 739164\n";
    }
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path.string();
  }

  std::string card(const std::string& number) const {
    return (folder_.path() / ("role-" + number)).string();
  }

  PrivatePcscd& readers() { return daemon_; }

  static std::string serial(const std::string& number) { return "220000000000000" + number; }

 private:
  static std::string name(const std::string& number) { return number == "1" ? "赵磊" : "孙丽"; }

  PrivatePcscd daemon_{4};
  TempFolder folder_;
};

}  // namespace support
