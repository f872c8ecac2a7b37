// The checkpoint signer: what it signs, what it refuses, and that it forgets nothing.
#include <atomic>
#include <functional>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/hsm/checkpoint_signer.h"
#include "base/hsm/log_signer.h"
#include "tests/hsm/soft_token.h"

namespace {

constexpr const char* kOrigin = "hebei.example/station-1";
constexpr const char* kRoot = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr const char* kOtherRoot = "BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

base::Bytes checkpoint(std::uint64_t size, const char* root = kRoot) {
  return base::bytes_of(fmt::format("{}\n{}\n{}\n", kOrigin, size, root));
}

base::Fault fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.fault();
  }
  FAIL("nothing was thrown");
  return {};
}

// A signer that runs in a thread of the test, as it does in a process of its own.
class RunningSigner {
 public:
  explicit RunningSigner(support::SoftToken& soft)
      : config_{soft.config, soft.folder.path() / "heads", soft.folder.path() / "signer.sock"},
        thread_([this, pin = soft.pin.duplicate()] { hsm::run_signer(config_, pin, stop_); }) {
    while (!answers()) std::this_thread::yield();
  }

  ~RunningSigner() {
    stop_ = true;
    thread_.join();
  }

  hsm::LogSigner client() const { return {config_.socket, kOrigin}; }

  const std::filesystem::path& socket() const { return config_.socket; }

 private:
  bool answers() const {
    try {
      client().public_key();
      return true;
    } catch (const base::Error&) {
      return false;
    }
  }

  hsm::SignerConfig config_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("the signer signs checkpoints of its origins over its socket") {
  support::SoftToken soft(hsm::kLogTokenLabel);
  const auto point = [&] {
    hsm::Token token(soft.config, soft.pin);
    return hsm::add_origin(token, kOrigin);
  }();
  std::filesystem::path socket;
  {
    const RunningSigner running(soft);
    socket = running.socket();

    struct stat status {};

    REQUIRE(stat(socket.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const auto client = running.client();
    CHECK(client.public_key() == point);
    const auto text = checkpoint(1);
    CHECK(crypto::verify(point, text, client.sign(text)));
    CHECK(fault_of([&] { hsm::LogSigner(socket, "unknown.example").public_key(); }) ==
          base::Fault::kNotFound);
    CHECK(fault_of([&] { client.sign(base::bytes_of("pay 100 yuan\n")); }) ==
          base::Fault::kMalformed);
    CHECK(fault_of([&] { hsm::UnixSocket::listen(socket); }) == base::Fault::kConflict);
  }
  CHECK_FALSE(std::filesystem::exists(socket));
  CHECK(fault_of([&] { hsm::LogSigner(socket, kOrigin).public_key(); }) ==
        base::Fault::kUnavailable);
}

TEST_CASE("the signer refuses to go back, also after a restart") {
  support::SoftToken soft(hsm::kLogTokenLabel);
  hsm::Token token(soft.config, soft.pin);
  hsm::add_origin(token, kOrigin);
  const auto heads = soft.folder.path() / "heads";
  {
    hsm::CheckpointSigner signer(token.session(), heads);
    signer.sign(checkpoint(10));
    signer.sign(checkpoint(20));
  }
  hsm::CheckpointSigner signer(token.session(), heads);
  CHECK(fault_of([&] { signer.sign(checkpoint(10)); }) == base::Fault::kRefused);
  CHECK(fault_of([&] { signer.sign(checkpoint(9)); }) == base::Fault::kRefused);
  CHECK_NOTHROW(signer.sign(checkpoint(20)));
  CHECK_NOTHROW(signer.sign(checkpoint(21)));
  CHECK(fault_of([&] { signer.sign(checkpoint(20)); }) == base::Fault::kRefused);
}

TEST_CASE("a last signature whose transaction failed may be replaced, and stays on record") {
  support::TempFolder folder;
  hsm::SignedHeads(folder.path(), kOrigin).admit({10, kRoot});
  hsm::SignedHeads(folder.path(), kOrigin).admit({20, kRoot});
  hsm::SignedHeads(folder.path(), kOrigin).admit({11, kOtherRoot});
  hsm::SignedHeads(folder.path(), kOrigin).admit({12, kOtherRoot});
  const hsm::SignedHeads after(folder.path(), kOrigin);
  REQUIRE(after.replaced().size() == 1);
  CHECK(after.replaced().front() == hsm::SignedHeads::Head{20, kRoot});
}

TEST_CASE("a record of signed heads that was cut short is refused, not taken for a new one") {
  support::TempFolder folder;
  hsm::SignedHeads(folder.path(), kOrigin).admit({10, kRoot});
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    std::filesystem::resize_file(entry.path(), 30);
  CHECK(fault_of([&] { hsm::SignedHeads(folder.path(), kOrigin); }) == base::Fault::kTampered);
}

TEST_CASE("only the three lines of a checkpoint are signed") {
  const auto is_refused = [](const std::string& text) {
    CAPTURE(text);
    CHECK(fault_of([&] { hsm::parse_checkpoint_text(base::bytes_of(text)); }) ==
          base::Fault::kMalformed);
  };
  const std::string root = kRoot;
  CHECK(hsm::parse_checkpoint_text(checkpoint(0)).size == 0);
  is_refused("");
  is_refused("o\n1\n" + root);
  is_refused("o\n01\n" + root + "\n");
  is_refused("o\n-1\n" + root + "\n");
  is_refused("o\n99999999999999999999\n" + root + "\n");
  is_refused("\n1\n" + root + "\n");
  is_refused("o\n1\n" + root + "\nextension\n");
  is_refused("o\n1\n" + root.substr(1) + "\n");
  is_refused("o\n1\n" + root.substr(0, 42) + "9=\n");
}
