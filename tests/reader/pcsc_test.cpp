// The shared library through the stock pcscd: programs in C, Python and JavaScript read cards and sell.
#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/crypto/door.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/temp_folder.h"

using namespace test;
using support::PrivatePcscd;
using support::run_program;
using support::TempFolder;

namespace {

constexpr const char* kLibrary = WELLKEY_BINARY_DIR "/lib/libwellkey-reader.so";

std::filesystem::path image_of(const TempFolder& folder, const Card& card,
                               const std::string& name) {
  auto path = folder.path() / name;
  base::write_durably(path, base::ByteView(*card.medium()));
  return path;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Compiles files of docs/reader against the library.
std::string built(const TempFolder& folder, const std::string& name,
                  const std::vector<std::string>& files, const std::vector<std::string>& more) {
  std::string out = (folder.path() / name).string();
  std::vector<std::string> line = {WELLKEY_C_COMPILER, "-std=gnu11", "-Wall", "-Wextra", "-Werror"};
  for (const auto& file : files)
    line.insert(line.end(), {"-x", "c", WELLKEY_SOURCE_DIR "/docs/reader/" + file});
  line.insert(line.end(), {"-x", "none", "-I", WELLKEY_SOURCE_DIR, kLibrary, "-o", out});
  line.insert(line.end(), more.begin(), more.end());
  const auto run = run_program(line);
  REQUIRE_MESSAGE(run.status == 0, run.text);
  return out;
}

// Sixteen bytes, as the examples read them.
std::string terminal_key_file(const TempFolder& folder, const County& county,
                              const base::FixedBytes<8>& serial, const std::string& name) {
  const auto key = county.leaf(Purpose::kHandheld, serial);
  const auto path = folder.path() / name;
  base::write_durably(path, key.reveal(crypto::SecretDoor::open()));
  return path.string();
}

// One sale by a program that takes the PIN on standard input.
support::ProgramRun sell(const std::vector<std::string>& program, const std::string& fen,
                         const std::filesystem::path& journal, std::string_view pin = kPsamPin,
                         const std::vector<std::string>& more = {}) {
  std::vector<std::string> line = {"env", "LD_LIBRARY_PATH=" WELLKEY_BINARY_DIR "/lib"};
  line.insert(line.end(), program.begin(), program.end());
  line.insert(line.end(), {fen, "20260715", "083000", journal.string()});
  line.insert(line.end(), more.begin(), more.end());
  return run_program(line, std::string(pin) + "\n");
}

}  // namespace

TEST_CASE(
    "the examples in C and in Python read a card through pcscd [R32] [R34] [R35] [R43] [R47]") {
  const County county(crypto::SuiteId::kAes128);
  const TempFolder folder;
  const auto user = image_of(folder, *issue_user_card(county), "user");
  const auto psam = image_of(folder, *issue_psam(county, usual_ceiling()), "psam");
  PrivatePcscd daemon(2);
  daemon.insert(0, psam);
  daemon.insert(1, user);
  const std::string number = user_number(county).digits();

  const auto python =
      run_program({"python3", WELLKEY_SOURCE_DIR "/docs/reader/show_card.py", kLibrary});
  CHECK_MESSAGE(python.status == 0, python.text);
  CHECK(contains(python.text, number + " county 410122"));
  CHECK(contains(python.text, "balance 0.00 yuan"));

  const std::string program = built(folder, "show_card", {"show_card.c"}, {});
  const auto shown = run_program({"env", "LD_LIBRARY_PATH=" WELLKEY_BINARY_DIR "/lib", program});
  CHECK_MESSAGE(shown.status == 0, shown.text);
  CHECK(contains(shown.text, "card    " + number));
  CHECK(contains(shown.text, "locked  no"));

  daemon.eject(1);
  const auto gone =
      run_program({"python3", WELLKEY_SOURCE_DIR "/docs/reader/show_card.py", kLibrary});
  CHECK(gone.status == 1);
  CHECK(contains(gone.text, "读写器上没有用户卡 / no user card on any reader"));
}

TEST_CASE(
    "programs in C, Python and Node sell on one card, each with a journal before the money moves "
    "[R32] [R36] [R38] [R44] [R48]") {
  const County county(crypto::SuiteId::kAes128);
  const TempFolder folder;
  PrivatePcscd daemon(2);
  daemon.insert(0, image_of(folder, *issue_psam(county, usual_ceiling()), "psam"));
  daemon.insert(1, image_of(folder, *issue_user_card(county), "user"));
  const std::string number = user_number(county).digits();
  const std::string docs = WELLKEY_SOURCE_DIR "/docs/reader/";
  const auto journal = folder.path() / "journal";

  const auto in_c = built(folder, "top_up", {"top_up.c"}, {});
  const auto first = sell({in_c}, "1000", journal);
  CHECK_MESSAGE(first.status == 0, first.text);
  CHECK(contains(first.text, "sold    1000 fen, balance 1000 fen\ncard    " + number +
                                 " county 410122 until 20361231\nrecord  02 1000 fen counter 1"));

  const auto second = sell({"python3", docs + "top_up.py", kLibrary}, "2000", journal);
  CHECK_MESSAGE(second.status == 0, second.text);
  CHECK(contains(second.text, "sold    2000 fen, balance 3000 fen\ncard    " + number +
                                  " county 410122\nrecord  02 2000 fen counter 2\n"
                                  "record  02 1000 fen counter 1\n"));

  const auto addon = built(folder, "wellkey.node", {"node/wellkey_node.c", "node/fields.c"},
                           {"-shared", "-fPIC", "-fvisibility=hidden"});
  const auto third = sell({"node", docs + "node/top_up.js", addon}, "3000", journal);
  CHECK_MESSAGE(third.status == 0, third.text);
  CHECK(contains(third.text, "sold    3000 fen, balance 6000 fen\ncard    " + number +
                                 " county 410122\nrecord  02 3000 fen counter 3\n"));

  CHECK(base::read_text_file(journal) ==
        number + " 1000 fen on 0, counter 0, terminal 000000001001\n" + number +
            " 2000 fen on 1000, counter 1, terminal 000000001001\n" + number +
            " 3000 fen on 3000, counter 2, terminal 000000001001\n");

  for (const auto& program : {std::vector<std::string>{in_c},
                              {"python3", docs + "top_up.py", kLibrary},
                              {"node", docs + "node/top_up.js", addon}}) {
    CAPTURE(program.front());
    const auto refused = sell(program, "1", "/nonexistent/journal");
    CHECK(refused.status == 1);
  }
  const auto wrong = sell({"node", docs + "node/top_up.js", addon}, "1", journal, "271828");
  CHECK(wrong.status == 1);
  CHECK(contains(wrong.text, "top_up: 密码错误 / wrong PIN: 2 tries left"));
}

TEST_CASE("programs in Python and Node open a PSAM that is bound to their desk [R36] [R49]") {
  for (const auto suite : {crypto::SuiteId::kAes128, crypto::SuiteId::kSm4}) {
    CAPTURE(static_cast<int>(suite));
    const County county(suite);
    const TempFolder folder;
    const auto psam = issue_psam(county, usual_ceiling(), {.keys = {Purpose::kHandheld}});
    PrivatePcscd daemon(2);
    daemon.insert(0, image_of(folder, *psam, "psam"));
    daemon.insert(1, image_of(folder, *issue_user_card(county), "user"));
    const std::string docs = WELLKEY_SOURCE_DIR "/docs/reader/";
    const auto journal = folder.path() / "journal";
    const auto addon = built(folder, "wellkey.node", {"node/wellkey_node.c", "node/fields.c"},
                             {"-shared", "-fPIC", "-fvisibility=hidden"});
    const auto ours = terminal_key_file(folder, county, psam->serial().bytes(), "terminal.key");
    const auto foreign = terminal_key_file(folder, county, {0x2B, 9}, "foreign.key");
    for (const auto& program : {std::vector<std::string>{"python3", docs + "top_up.py", kLibrary},
                                {"node", docs + "node/top_up.js", addon}}) {
      CAPTURE(program.front());
      const auto unproved = sell(program, "100", journal);
      CHECK(unproved.status == 1);
      CHECK(contains(unproved.text, "PSAM卡已绑定售电终端，本机没有终端密钥"));
      const auto wrong = sell(program, "100", journal, kPsamPin, {foreign});
      CHECK(wrong.status == 1);
      CHECK(contains(wrong.text, "the PSAM is bound to another desk: 2 tries left"));
      const auto sold = sell(program, "100", journal, kPsamPin, {ours});
      CHECK_MESSAGE(sold.status == 0, sold.text);
      CHECK(contains(sold.text, "sold    100 fen"));
    }
  }
}
