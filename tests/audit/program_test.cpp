// The program audit as a stranger runs it, and the openssl command without it.
#include <doctest/doctest.h>

#include "audit/proof.h"
#include "base/core/durable_file.h"
#include "tests/audit/log_fixture.h"
#include "tests/support/shell.h"

using support::entry_of;
using support::LogFixture;
using support::Run;
using support::shell;

namespace {

struct Fixture : LogFixture {
  std::string program = std::string(WELLKEY_BINARY_DIR) + "/bin/audit";
  std::string vkey = "'" + audit::format(key) + "'";

  Fixture() {
    audit::Log log = open();
    for (std::uint64_t i = 0; i < 5; ++i) log.append(entry_of(i));
  }

  Run audit(const std::string& arguments) const { return shell(program + " " + arguments); }

  std::string log() const { return " --log " + folder.path().string(); }

  std::string file(const char* name) const { return (folder.path() / name).string(); }
};

}  // namespace

TEST_CASE("verify accepts a sound log and names the fault of another") {
  Fixture f;
  const Run good = f.audit("verify --key " + f.vkey + f.log());
  CHECK(good.status == 0);
  CHECK(good.output.find("5 entries") != std::string::npos);
  CHECK(good.output.find("the log holds") != std::string::npos);
  CHECK(f.audit("verify --json --key " + f.vkey + f.log()).output.find("\"faults\":[]") !=
        std::string::npos);

  CHECK(shell(f.program + " checkpoint" + f.log() + " > " + f.file("outside")).status == 0);
  CHECK(f.audit("verify --key " + f.vkey + f.log() + " --since " + f.file("outside")).status == 0);
  store::Database db = store::Database::open(f.path, store::Access::kExisting);
  db.script("DROP TRIGGER entry_stays");
  db.run("UPDATE entry SET body = replace(body, 'officer-07', 'officer-08') WHERE idx = 2");
  const Run bad = f.audit("verify --key " + f.vkey + f.log());
  CHECK(bad.status == 16);
  CHECK(bad.output.find("FAULT the first 3 entries are not those of checkpoint 3") !=
        std::string::npos);
}

TEST_CASE("the openssl command alone verifies a checkpoint, and refuses a changed one") {
  Fixture f;
  CHECK(shell(f.program + " checkpoint" + f.log() + " > " + f.file("note")).status == 0);
  const Run taken =
      f.audit("openssl " + f.file("note") + " --key " + f.vkey + " --out " + f.file("apart"));
  CHECK(taken.status == 0);
  REQUIRE(taken.output.starts_with("openssl pkeyutl -verify -pubin -inkey "));
  const std::string command = taken.output.substr(0, taken.output.find('\n'));
  const Run judged = shell(command);
  CHECK(judged.status == 0);
  CHECK(judged.output.find("Signature Verified Successfully") != std::string::npos);
  CHECK(
      shell("openssl pkey -pubin -inform DER -in " + f.file("apart/key.der") + " -noout").status ==
      0);
  std::string text = base::read_text_file(f.file("apart/text"));
  text.back() = ' ';
  base::write_durably(f.file("apart/text"), text);
  CHECK(shell(command).status != 0);
}

TEST_CASE("a proof file and an entry's bytes are all that check needs") {
  Fixture f;
  CHECK(shell(f.program + " prove 3" + f.log() + " > " + f.file("3.tlog-proof")).status == 0);
  CHECK(shell(f.program + " show --json --from 3" + f.log() + " | head -n 1 > " + f.file("entry"))
            .status == 0);
  const std::string rest = " --key " + f.vkey;
  CHECK(f.audit("check " + f.file("3.tlog-proof") + " --entry " + f.file("entry") + rest).status ==
        0);
  CHECK(shell(f.program + " show --json --from 4" + f.log() + " > " + f.file("entry")).status == 0);
  CHECK(f.audit("check " + f.file("3.tlog-proof") + " --entry " + f.file("entry") + rest).status ==
        16);
}

TEST_CASE("show prints acts in both languages, and one act alone") {
  Fixture f;
  const Run all = f.audit("show" + f.log());
  CHECK(std::ranges::count(all.output, '\n') == 5);
  CHECK(all.output.find(
            "issue-done 发卡完成 done by=issuer/officer-07 kind=2B count=0 run=batch-1") !=
        std::string::npos);
  CHECK(f.audit("show --act combined" + f.log()).output.empty());
  CHECK(f.audit("show --act nonsense" + f.log()).status == 10);
}

TEST_CASE("what cannot be understood or is not built is refused with its own status") {
  Fixture f;
  CHECK(f.audit("").status == 2);
  CHECK(f.audit("verify" + f.log()).status == 2);
  CHECK(f.audit("verify --key nonsense" + f.log()).status == 10);
  CHECK(f.audit("verify --key " + f.vkey + " --log /nonexistent/log.db").status == 13);
  CHECK(f.audit("prove 99" + f.log()).status == 13);
  CHECK(f.audit("prove 010" + f.log()).status == 10);
  CHECK(f.audit("kit").status == 11);
}

TEST_CASE("the program links neither a token nor a reader") {
  Fixture f;
  const Run libraries = shell("ldd " + f.program);
  CHECK(libraries.output.find("pcsclite") == std::string::npos);
  CHECK(libraries.output.find("p11") == std::string::npos);
  CHECK(libraries.output.find("softhsm") == std::string::npos);
}
