// virtual-card insert --trace and virtual-card trace, on the stock pcscd.
#include <cstdio>
#include <fstream>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/temp_folder.h"

using namespace test;
using support::PrivatePcscd;
using support::run_program;

namespace {

const std::string kVirtualCard = WELLKEY_BINARY_DIR "/bin/virtual-card";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Sockets of this name: the listener, and one more for each watcher that has connected.
int ends_of(const std::filesystem::path& socket) {
  std::ifstream table("/proc/net/unix");
  int ends = 0;
  for (std::string line; std::getline(table, line);)
    ends += line.ends_with(socket.string()) ? 1 : 0;
  return ends;
}

}  // namespace

TEST_CASE("a conversation in a slot is traced to a file from its first power-on, and live") {
  const County county(crypto::SuiteId::kAes128);
  const auto user = issue_user_card(county);
  const support::TempFolder folder;
  const auto image = (folder.path() / "user").string();
  const auto file = (folder.path() / "trace").string();
  base::write_durably(image, base::ByteView(*user->medium()));
  PrivatePcscd daemon(1);
  const auto inserted =
      run_program({kVirtualCard, "insert", "--background", "--trace", file, "0", image});
  REQUIRE_MESSAGE(inserted.status == 0, inserted.text);

  // NOLINTNEXTLINE(cert-env33-c): words of ours
  std::FILE* watcher = popen((kVirtualCard + " trace 0 2>&1").c_str(), "re");
  REQUIRE(watcher != nullptr);
  while (ends_of(PrivatePcscd::slots() / "slot00.trace") < 2) {
  }
  const auto shown = run_program({WELLKEY_BINARY_DIR "/bin/wellkey-card", "show"});
  REQUIRE_MESSAGE(shown.status == 0, shown.text);
  REQUIRE(run_program({kVirtualCard, "eject", "0"}).status == 0);

  std::string live;
  char block[4096];
  for (std::size_t count = 0; (count = std::fread(block, 1, sizeof block, watcher)) > 0;)
    live.append(block, count);
  CHECK(pclose(watcher) == 0);
  const auto kept = base::read_text_file(file);
  CHECK(kept.starts_with("* power on, ATR 3B"));
  CHECK(holds(kept, "> GET CARD STATUS 80 CA 01 00\n< 9000, done: format 01, kind 40, serial "));
  CHECK(holds(live, "> GET CARD STATUS 80 CA 01 00\n< 9000, done: format 01, kind 40, serial "));
  CHECK(holds(live, "> GET LOCK PROOF E0 CA 00 00\n"));
  CHECK(holds(live, "* power off\n"));
  CHECK(kept.ends_with(live.substr(live.size() / 2)));
}

TEST_CASE("an empty slot has no trace, and a recording comes from a file or from standard input") {
  PrivatePcscd daemon(1);
  const auto empty = run_program({kVirtualCard, "trace", "0"});
  CHECK(empty.status == 13);
  CHECK(holds(empty.text, "slot 0 holds no card"));
  const auto neither = run_program({kVirtualCard, "trace"});
  CHECK(neither.status == 10);
  CHECK(holds(neither.text, "expected a slot, or --file"));
  const auto piped =
      run_program({kVirtualCard, "trace", "--file", "-"}, "> 00 84 00 00 04\n< 67 00\n");
  CHECK(piped.status == 0);
  CHECK(piped.text == "> GET CHALLENGE 00 84 00 00\n< 6700, wrong length\n");
}
