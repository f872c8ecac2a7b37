// Every way to change a log behind its back.
#include <doctest/doctest.h>

#include "audit/log.h"
#include "base/core/durable_file.h"
#include "tests/audit/log_fixture.h"

using base::Fault;
using support::append_some;
using support::entry_of;
using support::error_of;
using support::LogFixture;
using support::without_triggers;

TEST_CASE("the tables refuse what is not an append") {
  LogFixture f;
  audit::Log log = f.open();
  append_some(log, 3);
  store::Database db = store::Database::open(f.path, store::Access::kExisting);
  for (const char* sql :
       {"UPDATE entry SET body = 'x' WHERE idx = 1", "DELETE FROM entry WHERE idx = 2",
        "INSERT INTO entry(idx, body) VALUES(7, 'x')",
        "INSERT OR REPLACE INTO entry(idx, body) VALUES(1, 'x')",
        "UPDATE checkpoint SET note = 'x'", "DELETE FROM checkpoint",
        "INSERT INTO checkpoint(size, peaks, note) VALUES(2, '', 'x')"}) {
    CAPTURE(sql);
    CHECK(error_of([&] { db.run(sql); }).fault() == Fault::kConflict);
  }
  CHECK(f.verify().faults.empty());
}

TEST_CASE("an edited, deleted, swapped or added entry is found by rebuilding the tree") {
  struct Row {
    const char* claim;
    const char* sql;
    const char* fault;
  };

  for (const Row& row : {
           Row{"edited",
               "UPDATE entry SET body = replace(body, 'officer-07', 'officer-08') WHERE idx = 3",
               "the first 4 entries are not those of checkpoint 4"},
           Row{"deleted", "DELETE FROM entry WHERE idx = 3", "entries 3 to 3 are missing"},
           Row{"cut tail", "DELETE FROM entry WHERE idx >= 7",
               "the log has 7 entries, checkpoint 8 states 8"},
           Row{"swapped",
               "UPDATE entry SET body = (SELECT body FROM entry AS other WHERE other.idx = 7 - "
               "entry.idx)"
               " WHERE idx IN (3, 4)",
               "entry 3 says that it is number 4"},
           Row{"added", "INSERT INTO entry SELECT 8, body FROM entry WHERE idx = 7",
               "entries 8 to 8 stand under no checkpoint"},
           Row{"not canonical", "UPDATE entry SET body = body || ' ' WHERE idx = 0", "entry 0: "},
           Row{"checkpoint taken away", "DELETE FROM checkpoint WHERE size = 8",
               "entries 7 to 7 stand under no checkpoint"},
           Row{"checkpoint edited",
               "UPDATE checkpoint SET note = replace(note, 'example/test', 'example/text')"
               " WHERE size = 5",
               "checkpoint 5: "},
           Row{"checkpoint moved",
               "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 4) WHERE "
               "size = 5",
               "checkpoint 5 states another size"},
       }) {
    CAPTURE(row.claim);
    LogFixture f;
    audit::Log log = f.open();
    append_some(log, 8);
    without_triggers(f.path).run(row.sql);
    const audit::Findings findings = f.verify();
    const bool named = std::ranges::any_of(
        findings.faults, [&row](const std::string& fault) { return fault.starts_with(row.fault); });
    CHECK(named);
  }
}

TEST_CASE(
    "a tail that was cut and signed again passes the self-check, and fails an outside checkpoint") {
  LogFixture f;
  std::string outside;
  {
    audit::Log log = f.open();
    append_some(log, 6);
    base::write_durably(f.folder.path() / "old.db", "");
    log.archive().database().backup_to(f.folder.path() / "old.db");
    append_some(log, 3);
    outside = log.checkpoint();
  }
  for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(f.path.string() + tail);
  std::filesystem::rename(f.folder.path() / "old.db", f.path);

  SUBCASE("the program itself refuses to go on") {
    const base::Error error = error_of([&] { f.open(); });
    CHECK(error.fault() == Fault::kTampered);
    CHECK(std::string(error.what()).find("6 entries") != std::string::npos);
  }
  SUBCASE("without the second store it does not go on either") {
    std::filesystem::remove(f.remembered);
    CHECK(error_of([&] { f.open(); }).fault() == Fault::kTampered);
  }
  SUBCASE("with a forged second store the log goes on, and the outside checkpoint finds it") {
    audit::Archive archive = audit::Archive::open(f.path);
    base::write_durably(f.remembered, archive.newest()->note);
    audit::Log log = f.open();
    append_some(log, 5);
    CHECK(f.verify().faults.empty());
    const audit::Findings findings = f.verify({outside});
    REQUIRE(findings.faults.size() == 1);
    CHECK(findings.faults[0] == "the first 9 entries are not those of a checkpoint held outside");
    CHECK(error_of([&] {
            log.require_extends(audit::open_checkpoint(outside, f.key).head);
          }).fault() == Fault::kTampered);
  }
  SUBCASE("an outside checkpoint beyond the cut says what is missing") {
    CHECK(f.verify({outside}).faults.at(0) ==
          "the log has 6 entries, a checkpoint held outside states 9");
  }
}

TEST_CASE("a log whose file is gone, or emptied, is not begun again") {
  LogFixture f;
  f.open().append(entry_of(0));
  for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(f.path.string() + tail);
  CHECK(error_of([&] { f.open(); }).fault() == Fault::kTampered);
  base::write_durably(f.path, "");
  CHECK(error_of([&] { f.open(); }).fault() == Fault::kTampered);
}

TEST_CASE("a card that remembers a head catches an older or another log") {
  LogFixture f;
  audit::Log log = f.open();
  append_some(log, 4);
  const audit::Head remembered = log.head();
  append_some(log, 4);
  log.require_extends(remembered);
  log.require_extends(log.head());
  log.require_extends(audit::Head());
  CHECK(error_of([&] { log.require_extends({9, remembered.root}); }).fault() == Fault::kTampered);
  CHECK(error_of([&] { log.require_extends({5, remembered.root}); }).fault() == Fault::kTampered);
}
