// The program at work: a real signer with a token, the desk's folder, and the program as a clerk runs it.
#pragma once

#include <atomic>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "base/hsm/checkpoint_signer.h"
#include "base/hsm/log_signer.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/hsm/soft_token.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/temp_folder.h"

namespace test {

using nlohmann::json;
using support::PrivatePcscd;
using support::run_program;

inline constexpr const char* kOrigin = "wellkey.example/desk-1";

class RunningSigner {
 public:
  RunningSigner() {
    {
      hsm::Token token(soft_.config, soft_.pin);
      hsm::add_origin(token, kOrigin);
    }
    thread_ = std::thread([this] {
      hsm::run_signer({soft_.config, heads(), socket()}, soft_.pin, stop_);
    });
    while (!answers()) std::this_thread::yield();
  }

  ~RunningSigner() {
    stop_ = true;
    thread_.join();
  }

  std::filesystem::path socket() const { return soft_.folder.path() / "signer.sock"; }

 private:
  std::filesystem::path heads() const { return soft_.folder.path() / "heads"; }

  bool answers() const {
    try {
      hsm::LogSigner(socket(), kOrigin).public_key();
      return true;
    } catch (const base::Error&) {
      return false;
    }
  }

  support::SoftToken soft_{hsm::kLogTokenLabel};
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// The desk's own folder with its cards, and the program as a clerk runs it.
class Clerk {
 public:
  explicit Clerk(const RunningSigner& signer) {
    base::write_durably(folder_.path() / "answers", "psam-pin = " + std::string(kPsamPin) + "\n");
    const std::string profile = WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml";
    const auto made = run({"init", "--county", "130109", "--origin", kOrigin, "--signer",
                           signer.socket().string(), "--profile", profile});
    REQUIRE_MESSAGE(made.status == 0, made.text);
  }

  support::ProgramRun run(std::vector<std::string> words) const {
    const std::string program = WELLKEY_BINARY_DIR "/bin/salesdesk";
    words.insert(words.begin(), {program, "--desk", (folder_.path() / "desk").string(), "--answers",
                                 (folder_.path() / "answers").string()});
    return run_program(words);
  }

  json asked(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const auto answer = run(words);
    REQUIRE_MESSAGE(answer.status == 0, answer.text);
    return json::parse(answer.text.substr(answer.text.find('{')));  // after the terminal's words
  }

  void hold_terminal_key(base::ByteView key, std::filesystem::perms mode) const {
    const auto path = folder_.path() / "desk" / "terminal.key";
    base::write_durably(path, key);
    std::filesystem::permissions(path, mode);
  }

  std::string file_of(base::ByteView content, const std::string& name) const {
    const auto path = folder_.path() / name;
    base::write_durably(path, content);
    return path.string();
  }

  std::filesystem::path image_of(const Card& card, const std::string& name) const {
    auto path = folder_.path() / name;
    base::write_durably(path, base::ByteView(*card.medium()));
    return path;
  }

 private:
  support::TempFolder folder_;
};

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace test
