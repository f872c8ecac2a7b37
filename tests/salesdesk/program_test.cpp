// The program at work: a real signer with a token, the stock pcscd, cards in its readers.
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

using namespace test;
using nlohmann::json;
using support::PrivatePcscd;
using support::run_program;

namespace {

constexpr const char* kOrigin = "wellkey.example/desk-1";

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
    const auto made = run({"init", "--county", "130109", "--origin", kOrigin, "--signer",
                           signer.socket().string(), "--profile",
                           WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml"});
    REQUIRE_MESSAGE(made.status == 0, made.text);
  }

  support::ProgramRun run(std::vector<std::string> words) const {
    words.insert(words.begin(),
                 {WELLKEY_BINARY_DIR "/bin/salesdesk", "--desk", (folder_.path() / "desk").string(),
                  "--answers", (folder_.path() / "answers").string()});
    return run_program(words);
  }

  json asked(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const auto answer = run(words);
    REQUIRE_MESSAGE(answer.status == 0, answer.text);
    return json::parse(answer.text.substr(answer.text.find('{')));  // after the terminal's words
  }

  std::filesystem::path image_of(const Card& card, const std::string& name) const {
    const auto path = folder_.path() / name;
    base::write_durably(path, base::ByteView(*card.medium()));
    return path;
  }

 private:
  support::TempFolder folder_;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a clerk opens a shift and an account and sells through pcscd, each act in the log [R32] [R34] "
    "[R36] [R38] [R90] [R91]") {
  const RunningSigner signer;
  const Clerk clerk(signer);
  const County county(crypto::SuiteId::kAes128, "130109");
  const County elsewhere(crypto::SuiteId::kAes128, "130123");
  const auto psam = clerk.image_of(*issue_psam(county, usual_ceiling()), "psam");
  const auto user = clerk.image_of(*issue_user_card(county), "user");
  const auto foreign = clerk.image_of(*issue_user_card(elsewhere), "foreign");
  PrivatePcscd daemon(3);
  daemon.insert(0, psam);
  daemon.insert(1, user);

  CHECK(clerk.asked({"shift", "open", "--clerk", "clerk-12"})["shift"] == 1);
  const json account = clerk.asked(
      {"open-account", "--name", "王小明", "--approved-by", "officer-07", "--village", "兴安村"});
  CHECK(account["card"] == user_number(county).digits());
  const json sold = clerk.asked({"topup", "--yuan", "120", "--request", "r1"});
  CHECK(sold["state"] == "DONE");
  CHECK(sold["balance_fen"] == 12000);
  CHECK(sold["receipt"] == 1);
  CHECK(clerk.asked({"topup", "--yuan", "120", "--request", "r1"})["receipt"] == 1);
  CHECK(clerk.asked({"show"})["balance_fen"] == 12000);
  CHECK(clerk.asked({"balance"})["difference_fen"] == 0);

  SUBCASE("a card of another county is refused with its county") {
    daemon.eject(1);
    daemon.insert(2, foreign);
    const auto refused = clerk.run({"topup", "--yuan", "5"});
    CHECK(refused.status == 11);
    CHECK(contains(refused.text, "外县卡：卡属 130123，本台属 130109"));
  }
  SUBCASE("without a card the program says what it wants") {
    daemon.eject(1);
    const auto refused = clerk.run({"topup", "--yuan", "5"});
    CHECK(refused.status == 13);
    CHECK(contains(refused.text, "读写器上没有用户卡 / no user card on any reader"));
  }
  SUBCASE("two user cards are not chosen between") {
    daemon.insert(2, foreign);
    const auto refused = clerk.run({"topup", "--yuan", "5"});
    CHECK(refused.status == 14);
    CHECK(contains(refused.text, "more than one card of this kind"));
  }
  SUBCASE("what is not built yet is refused by name") {
    const auto refused = clerk.run({"deduct"});
    CHECK(refused.status == 11);
    CHECK(contains(refused.text, "本版本不提供 / deduct is not in this version"));
  }
}
