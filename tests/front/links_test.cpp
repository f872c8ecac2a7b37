// What each built program can reach: its link line is its list of privileges.
//
// Read from the built files: the libraries that the loader brings (NEEDED), and the names inside. A
// PKCS#11 module is loaded by its path at run time, so its door is seen by the one name that it asks
// for. The card operating system is seen by its namespace.
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/shell.h"

namespace {

enum class Reach { kNo, kYes };

struct Privileges {
  std::string program;
  Reach pcsc;         // libpcsclite: cards in readers
  Reach token;        // PKCS#11: C_GetFunctionList
  Reach card_system;  // card::chip: the software inside emulated cards
  Reach reader;       // libwellkey-reader
  Reach database;     // SOCI
};

constexpr Reach kNo = Reach::kNo;
constexpr Reach kYes = Reach::kYes;

const std::vector<Privileges> kPrograms = {
    {"wellkey", kNo, kNo, kNo, kNo, kNo},        {"audit", kNo, kNo, kNo, kNo, kYes},
    {"keyceremony", kYes, kYes, kNo, kNo, kYes}, {"issuance", kYes, kYes, kNo, kNo, kYes},
    {"salesdesk", kNo, kNo, kNo, kYes, kYes},    {"meter-emu", kYes, kNo, kYes, kNo, kNo},
    {"virtual-card", kNo, kNo, kYes, kNo, kNo},  {"wellkey-card", kYes, kNo, kNo, kNo, kNo},
};

std::string path_of(const std::string& program) {
  return WELLKEY_BINARY_DIR "/bin/" + program;
}

std::vector<std::string> needed_by(const std::string& file) {
  const auto read = support::shell("readelf -d '" + file + "'");
  REQUIRE_MESSAGE(read.status == 0, read.output);
  std::vector<std::string> names;
  std::istringstream lines(read.output);
  for (std::string line; std::getline(lines, line);) {
    const auto open = line.find('[');
    if (line.find("(NEEDED)") == std::string::npos || open == std::string::npos) continue;
    names.push_back(line.substr(open + 1, line.find(']') - open - 1));
  }
  REQUIRE_FALSE(names.empty());
  return names;
}

Reach needs(const std::string& file, const std::string& library) {
  for (const std::string& name : needed_by(file)) {
    if (name.find(library) != std::string::npos) return kYes;
  }
  return kNo;
}

// The name is text in the program, not a symbol: it is asked for with dlsym.
Reach asks_for_tokens(const std::string& file) {
  return support::shell("grep -qa C_GetFunctionList '" + file + "'").status == 0 ? kYes : kNo;
}

Reach holds_card_system(const std::string& file) {
  const auto names = support::shell("nm -C '" + file + "'");
  REQUIRE_MESSAGE(names.status == 0, names.output);
  REQUIRE_MESSAGE(names.output.find(" main") != std::string::npos, "stripped");
  return names.output.find("card::chip::") == std::string::npos ? kNo : kYes;
}

}  // namespace

TEST_CASE("each program reaches what its row of privileges says, and nothing more") {
  for (const Privileges& row : kPrograms) {
    const std::string file = path_of(row.program);
    CAPTURE(row.program);
    CHECK(needs(file, "pcsclite") == row.pcsc);
    CHECK(asks_for_tokens(file) == row.token);
    CHECK(holds_card_system(file) == row.card_system);
    CHECK(needs(file, "wellkey-reader") == row.reader);
    CHECK(needs(file, "soci") == row.database);
    // No program is bound to one module: its path stands in station.toml.
    for (const std::string library : {"softhsm", "p11", "pkcs11"}) {
      CHECK(needs(file, library) == kNo);
    }
  }
}

TEST_CASE("the audit program reaches neither cards nor tokens, through no library either") {
  const auto loaded = support::shell("ldd '" + path_of("audit") + "'");
  REQUIRE(loaded.status == 0);
  CHECK(loaded.output.find("libcrypto") != std::string::npos);
  for (const std::string library : {"pcsclite", "softhsm", "p11", "pkcs11", "wellkey-reader"}) {
    CAPTURE(library);
    CHECK(loaded.output.find(library) == std::string::npos);
  }
}

TEST_CASE("the pcscd driver brings no library of ours into the daemon") {
  for (const std::string& name : needed_by(WELLKEY_BINARY_DIR "/lib/libifd-wellkey.so")) {
    CAPTURE(name);
    const bool is_runtime = name.starts_with("libstdc++") || name.starts_with("libgcc_s") ||
                            name.starts_with("libc.so") || name.starts_with("libm.so") ||
                            name.starts_with("ld-linux") || name.starts_with("libasan") ||
                            name.starts_with("libubsan");
    CHECK(is_runtime);
  }
}

TEST_CASE("every built program has its row") {
  std::set<std::string> rows;
  for (const Privileges& row : kPrograms) rows.insert(row.program);
  std::istringstream built(support::shell("ls '" WELLKEY_BINARY_DIR "/bin'").output);
  for (std::string name; std::getline(built, name);) {
    CAPTURE(name);
    CHECK(rows.contains(name));
  }
}
