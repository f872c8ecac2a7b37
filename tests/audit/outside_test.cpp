// Checkers that share no code with us judge our files unchanged: Go's x/mod packages from Debian,
// and a short Python script with the openssl command.
#include <doctest/doctest.h>

#include "audit/proof.h"
#include "audit/tiles.h"
#include "base/core/durable_file.h"
#include "tests/audit/log_fixture.h"
#include "tests/support/shell.h"

using support::entry_of;
using support::LogFixture;
using support::shell;

namespace {

constexpr const char* kGoPackages = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";

bool go_is_here() {
  return shell("command -v go").status == 0 && std::filesystem::exists(kGoPackages);
}

struct Forgery {
  const char* file;
  const char* from;
  const char* to;
};

// A log of 530 entries as files, with a checkpoint of its first 300 and the proof of entry 417.
struct Written : LogFixture {
  Written() {
    audit::Log log = open();
    for (std::uint64_t i = 0; i < 300; ++i) log.append(entry_of(i));
    base::write_durably(file("older"), log.checkpoint());
    for (std::uint64_t i = 300; i < 530; ++i) log.append(entry_of(i));
    audit::write_tiles(log.archive(), file("tiles"));
    base::write_durably(file("proof"), audit::format(audit::prove(log.archive(), 417)));
    base::write_durably(file("entry"), log.archive().entry(417));
  }

  std::string file(const char* name) const { return (folder.path() / name).string(); }

  void forge(const Forgery& forgery) {
    kept = base::read_text_file(file(forgery.file));
    std::string forged = kept;
    const std::size_t at = forged.find(forgery.from);
    REQUIRE(at != std::string::npos);
    forged.replace(at, std::string_view(forgery.from).size(), forgery.to);
    base::write_durably(file(forgery.file), forged);
  }

  void restore(const Forgery& forgery) { base::write_durably(file(forgery.file), kept); }

  std::string kept;
};

}  // namespace

TEST_CASE("Go's own packages accept our checkpoint, tree, proof and growth, and refuse forgeries") {
  if (!go_is_here()) {
    MESSAGE("skipped: needs the packages golang-go and golang-golang-x-mod-dev");
    return;
  }
  Written f;
  const std::string source = std::string(WELLKEY_SOURCE_DIR) + "/tests/audit/outside/check.go";
  const auto built = shell("GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=" WELLKEY_BINARY_DIR
                           "/go-cache"
                           " go build -o " +
                           f.file("check") + " " + source);
  REQUIRE_MESSAGE(built.status == 0, built.output);
  const auto check = [&] {
    return shell(f.file("check") + " " + f.file("tiles") + " '" + audit::format(f.key) + "' " +
                 f.file("proof") + " " + f.file("entry") + " " + f.file("older"));
  };
  const auto good = check();
  CHECK(good.output == "530 entries hold\n");
  CHECK(good.status == 0);

  for (const Forgery& forgery : {
           Forgery{"entry", "\"count\":417", "\"count\":418"},
           Forgery{"proof", "index 417", "index 416"},
           Forgery{"older", "\n300\n", "\n301\n"},
           Forgery{"tiles/checkpoint", "\n530\n", "\n529\n"},
           Forgery{"tiles/tile/entries/000", "\"count\":9", "\"count\":8"},
       }) {
    CAPTURE(forgery.file);
    f.forge(forgery);
    CHECK(check().status == 1);
    f.restore(forgery);
  }
}

TEST_CASE("the Python checker accepts our files on a bare system, and refuses forgeries") {
  Written f;
  const auto check = [&] {
    return shell("python3 -I " WELLKEY_SOURCE_DIR "/audit/check_log.py " + f.file("tiles") + " '" +
                 audit::format(f.key) + "' " + f.file("older"));
  };
  const auto good = check();
  CHECK(good.output == "530 entries hold, 1 older checkpoints too\n");
  CHECK(good.status == 0);
  for (const Forgery& forgery : {
           Forgery{"older", "\n300\n", "\n301\n"},
           Forgery{"tiles/checkpoint", "\n530\n", "\n529\n"},
           Forgery{"tiles/tile/entries/000", "\"count\":9", "\"count\":8"},
           Forgery{"tiles/tile/entries/000", "\"seq\":9", "\"seq\":8"},
       }) {
    CAPTURE(forgery.file);
    f.forge(forgery);
    CHECK(check().status == 1);
    f.restore(forgery);
  }
}
