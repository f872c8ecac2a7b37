// The shared library through the stock pcscd: a foreign program in C and one in Python read a card.
#include <doctest/doctest.h>

#include "base/core/durable_file.h"
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
  const auto path = folder.path() / name;
  base::write_durably(path, base::ByteView(*card.medium()));
  return path;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
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

  const std::string program = (folder.path() / "show_card").string();
  const auto built = run_program({WELLKEY_C_COMPILER, "-x", "c", "-std=c11", "-Wall", "-Werror",
                                  WELLKEY_SOURCE_DIR "/docs/reader/show_card.c", "-x", "none", "-I",
                                  WELLKEY_SOURCE_DIR, kLibrary, "-o", program});
  REQUIRE_MESSAGE(built.status == 0, built.text);
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
