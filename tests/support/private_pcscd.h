// The stock pcscd on a private socket for the life of one test, with our slots as its readers.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgot it
#include <sys/pidfd.h>
}

#include "tests/support/program.h"

namespace support {

// libpcsclite reads PCSCLITE_CSOCK_NAME once per process: all daemons of a test binary, one after
// the other, use the same folder.
class PrivatePcscd {
 public:
  explicit PrivatePcscd(unsigned slots, unsigned patience_ms = 10'000) {
    script({"start", "--folder", folder().string(), "--slots", std::to_string(slots), "--patience",
            std::to_string(patience_ms), "--driver", WELLKEY_BINARY_DIR "/lib/libifd-wellkey.so"});
    setenv("PCSCLITE_CSOCK_NAME", (folder() / "pcscd.sock").c_str(), 1);
    setenv("WELLKEY_SLOTS", this->slots().c_str(), 1);
  }

  ~PrivatePcscd() { script({"stop"}); }

  PrivatePcscd(const PrivatePcscd&) = delete;
  PrivatePcscd& operator=(const PrivatePcscd&) = delete;

  static std::filesystem::path slots() { return folder() / "slots"; }

  static std::filesystem::path socket(unsigned slot) {
    return slots() / ((slot < 10 ? "slot0" : "slot") + std::to_string(slot) + ".sock");
  }

  // A new daemon at the same place; the cards stay.
  void restart() { script({"restart"}); }

  // Returns when it is gone.
  void kill_daemon() {
    const auto state = nlohmann::json::parse(std::ifstream(state_file()));
    const int daemon = pidfd_open(state["pid"].get<pid_t>(), 0);
    if (daemon < 0) throw std::runtime_error("the daemon is not there");
    pidfd_send_signal(daemon, SIGKILL, nullptr, 0);
    pollfd ended{daemon, POLLIN, 0};
    poll(&ended, 1, -1);
    close(daemon);
  }

  // The pid of the card's process, which ends with this object at the latest.
  pid_t insert(unsigned slot, const std::filesystem::path& image) {
    return std::stoi(virtual_card({"insert", "--background", std::to_string(slot), image}));
  }

  void eject(unsigned slot) { virtual_card({"eject", std::to_string(slot)}); }

 private:
  static std::filesystem::path folder() {
    static const auto path =
        std::filesystem::temp_directory_path() / ("wellkey-pcscd-" + std::to_string(getpid()));
    return path;
  }

  static std::filesystem::path state_file() { return folder().string() + ".json"; }

  static void script(const std::vector<std::string>& words) {
    require(run({WELLKEY_SOURCE_DIR "/tests/support/private_pcscd"}, words,
                {"--state", state_file().string()}));
  }

  static std::string virtual_card(const std::vector<std::string>& words) {
    return require(run({WELLKEY_BINARY_DIR "/bin/virtual-card"}, words, {}));
  }

  static ProgramRun run(std::vector<std::string> line, const std::vector<std::string>& words,
                        const std::vector<std::string>& more) {
    line.insert(line.end(), words.begin(), words.end());
    line.insert(line.end(), more.begin(), more.end());
    return run_program(line);
  }

  static std::string require(const ProgramRun& run) {
    if (run.status != 0) throw std::runtime_error(run.text);
    return run.text;
  }
};

}  // namespace support
