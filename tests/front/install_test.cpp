// cmake --install into an empty root: everything is there, and runs from there.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/shell.h"
#include "tests/support/temp_folder.h"

namespace {

namespace fs = std::filesystem;
using support::shell;

const std::string kPrefix = WELLKEY_PREFIX;
const std::string kBin = WELLKEY_PREFIX "/" WELLKEY_BINDIR "/";
const std::string kLib = WELLKEY_PREFIX "/" WELLKEY_LIBDIR "/";
const std::string kShare = WELLKEY_PREFIX "/" WELLKEY_DATADIR "/";
const std::string kDoc = WELLKEY_DOCDIR "/";
const std::string kUnits = WELLKEY_PREFIX "/lib/systemd/system/";
const std::string kDriver = WELLKEY_DRIVERS "/serial/libifd-wellkey.so";
const std::string kReaderConf = WELLKEY_READER_CONF "/wellkey";

const std::vector<std::string> kPrograms = {"wellkey",      "keyceremony", "issuance",
                                            "audit",        "salesdesk",   "meter-emu",
                                            "virtual-card", "wellkey-card"};

// One installed tree for all cases.
class Root {
 public:
  Root() {
    const auto done = shell("DESTDIR='" + folder_.path().string() + "' cmake --install '" +
                            WELLKEY_BINARY_DIR "'");
    REQUIRE_MESSAGE(done.status == 0, done.output);
  }

  std::string at(const std::string& installed) const { return folder_.path().string() + installed; }

 private:
  support::TempFolder folder_;
};

const Root& root() {
  static const Root once;
  return once;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// With the stock units that our drop-ins belong to.
const std::string& root_with_stock_units() {
  static const std::string folder = [] {
    std::string at = root().at("");
    const auto copied =
        shell("mkdir -p '" + at + "/usr/lib/systemd/system' '" + at +
              "/usr/sbin' && cp /lib/systemd/system/pcscd.service "
              "/lib/systemd/system/pcscd.socket '" +
              at + "/usr/lib/systemd/system' && cp /usr/sbin/pcscd '" + at + "/usr/sbin'");
    REQUIRE_MESSAGE(copied.status == 0, copied.output);
    return at;
  }();
  return folder;
}

}  // namespace

TEST_CASE("an installation has programs, libraries, driver, units, profile and documents") {
  std::vector<std::string> expected = {
      kLib + "libwellkey-reader.so",
      kLib + "libwellkey-reader.so.0",
      kPrefix + "/" + WELLKEY_INCLUDEDIR + "/wellkey_reader.h",
      kDriver,
      kReaderConf,
      kUnits + "virtual-card@.service",
      kUnits + "pcscd.service.d/wellkey.conf",
      kUnits + "pcscd.socket.d/wellkey.conf",
      kPrefix + "/lib/sysusers.d/wellkey.conf",
      kPrefix + "/lib/tmpfiles.d/wellkey.conf",
      kShare + "wellkey/profiles/hebei-sample.toml",
      kDoc + "README.md",
      kDoc + "LICENSE",
      kDoc + "SECURITY.md",
      kDoc + "deploy/README.md",
      kDoc + "formats/README.md",
      kDoc + "reader/show_card.c",
  };
  for (const std::string& program : kPrograms) expected.push_back(kBin + program);
  for (const std::string pages : {"docs/decisions", "runbooks"}) {
    for (const auto& page : fs::directory_iterator(WELLKEY_SOURCE_DIR "/" + pages)) {
      const std::string folder = pages.substr(pages.rfind('/') + 1);
      expected.push_back(kDoc + folder + "/" + page.path().filename().string());
    }
  }
  for (const std::string& path : expected) {
    CAPTURE(path);
    CHECK(fs::exists(root().at(path)));
  }
}

TEST_CASE(
    "the installed reader.conf names the installed driver, and units the installed programs") {
  CHECK(contains(text_of(root().at(kReaderConf)), "\nLIBPATH " + kDriver + "\n"));
  const auto unit = text_of(root().at(kUnits + "virtual-card@.service"));
  CHECK(contains(unit, "\nExecStart=" + kBin + "virtual-card insert "));
  CHECK_FALSE(contains(unit, "@CMAKE"));
}

TEST_CASE("installed programs run from where they are and find each other and their library") {
  for (const std::string& program : kPrograms) {
    const auto version = shell("'" + root().at(kBin + program) + "' --version");
    CHECK(version.status == 0);
    CHECK(version.output == program + " " WELLKEY_VERSION "\n");
  }
  const auto doctor = shell("'" + root().at(kBin + "wellkey") + "' doctor --station '" +
                            root().at("/no-station") + "'");
  CHECK(doctor.status == 1);
  CHECK(contains(doctor.output, "locked memory"));
  CHECK(contains(doctor.output, "keyceremony: "));
  CHECK_FALSE(contains(doctor.output, "is not installed"));
  const auto loaded = shell("ldd '" + root().at(kBin + "salesdesk") + "'");
  CHECK(contains(loaded.output, "libwellkey-reader.so.0 => " + root().at(kBin) + "../"));
}

TEST_CASE("no installed file remembers the folder that it was built in") {
  for (const std::string& program : kPrograms) {
    const auto path = shell("readelf -d '" + root().at(kBin + program) + "' | grep -i 'r.*path'");
    CAPTURE(program);
    CHECK_FALSE(contains(path.output, WELLKEY_BINARY_DIR));
  }
}

TEST_CASE("systemd takes the installed units and drop-ins") {
  const auto verified =
      shell("systemd-analyze verify --man=no --recursive-errors=no --root='" +
            root_with_stock_units() + "' virtual-card@3.service pcscd.service pcscd.socket");
  CHECK_MESSAGE(verified.status == 0, verified.output);
  CHECK(verified.output.empty());
}

// Of systemd's own scale, in tenths: 0 is closed, 100 open; the packaged pcscd has 96.
TEST_CASE("units leave little open: a card next to nothing, the root daemon what readers need") {
  struct Unit {
    std::string name;
    std::string most;
  };

  const std::string& folder = root_with_stock_units();
  for (const Unit& unit : {Unit{"virtual-card@3.service", "5"}, Unit{"pcscd.service", "25"}}) {
    const auto judged =
        shell("systemd-analyze security --no-pager --offline=true --threshold=" + unit.most +
              " --root='" + folder + "' " + unit.name);
    CAPTURE(unit.name);
    CHECK_MESSAGE(judged.status == 0, judged.output);
    CHECK(contains(judged.output, "Overall exposure level for " + unit.name));
  }
}
