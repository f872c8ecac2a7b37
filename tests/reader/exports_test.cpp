// The library as others see it: its names, and the examples of docs/reader.
#include <algorithm>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "tests/support/program.h"

using support::run_program;

namespace {

constexpr const char* kLibrary = WELLKEY_BINARY_DIR "/lib/libwellkey-reader.so";

std::set<std::string> exported() {
  const auto listing = run_program({"nm", "-D", "--defined-only", kLibrary});
  REQUIRE_MESSAGE(listing.status == 0, listing.text);
  std::istringstream lines(listing.text);
  std::set<std::string> names;
  for (std::string address, type, name; lines >> address >> type >> name;) names.insert(name);
  return names;
}

}  // namespace

TEST_CASE(
    "the library exports fifteen functions, a version and an error text, and nothing else [R32] "
    "[R33]") {
  const std::set<std::string> fifteen = {
      "wellkey_open_port",       "wellkey_close_port",       "wellkey_psam_verify_pin",
      "wellkey_psam_modify_key", "wellkey_purchase",         "wellkey_deduct",
      "wellkey_settle_lock",     "wellkey_issue_tool_card",  "wellkey_read_tool_card",
      "wellkey_get_card_state",  "wellkey_get_records",      "wellkey_get_lock_state",
      "wellkey_release_lock",    "wellkey_read_card_number", "wellkey_read_card_information",
  };
  REQUIRE(fifteen.size() == 15);
  std::set<std::string> all = fifteen;
  all.insert({"wellkey_version", "wellkey_error_text"});
  CHECK(exported() == all);
}

TEST_CASE(
    "the header is plain C11, and every structure has the layout that callers know [R32] [R33]") {
  const std::string source = WELLKEY_SOURCE_DIR;
  const auto run =
      run_program({WELLKEY_C_COMPILER, "-x", "c", "-std=c11", "-Wall", "-Wextra", "-Wpedantic",
                   "-Werror", "-fsyntax-only", "-I", source, source + "/tests/reader/abi.c"});
  CHECK_MESSAGE(run.status == 0, run.text);
}

TEST_CASE("without a PC/SC service opening the port says so [R34]") {
  const std::string script = WELLKEY_SOURCE_DIR "/docs/reader/show_card.py";
  const auto run = run_program(
      {"env", "PCSCLITE_CSOCK_NAME=/nonexistent/pcscd.sock", "python3", script, kLibrary});
  CHECK(run.status == 1);
  CHECK(run.text.find("PC/SC") != std::string::npos);
}
