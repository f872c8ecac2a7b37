// Appending, remembering and every way to change a log behind its back.
#include "audit/log.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/proof.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "tests/audit/fault_disk.h"
#include "tests/audit/log_fixture.h"

using base::Fault;
using support::entry_of;
using support::LogFixture;
using support::Strike;

namespace {

template <typename Act>
base::Error error_of(Act&& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return {Fault::kMalformed, ""};
}

void append_some(audit::Log& log, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) log.append(entry_of(i));
}

// What somebody with the disk does first.
store::Database without_triggers(const std::filesystem::path& path) {
  store::Database db = store::Database::open(path, store::Access::kExisting);
  for (const auto& [name] :
       db.rows<std::string>("SELECT name FROM sqlite_master WHERE type = 'trigger'")) {
    db.script("DROP TRIGGER " + name);
  }
  return db;
}

// Runs `act` in a child; answers whether it was killed rather than done.
template <typename Act>
bool killed_in_child(Act&& act) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      act();
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) return true;
  REQUIRE(WEXITSTATUS(status) == 0);
  return false;
}

}  // namespace

TEST_CASE("entries are numbered, checkpointed one by one, and verify from their bytes") {
  LogFixture f;
  audit::Log log = f.open();
  CHECK(log.head() == audit::Head());
  CHECK(log.append(entry_of(0)) == 0);
  const std::vector<audit::Entry> three = {entry_of(1), entry_of(2), entry_of(3)};
  CHECK(log.append(three) == 1);
  CHECK(log.append(entry_of(4)) == 4);

  const audit::Findings findings = f.verify();
  CHECK(findings.faults.empty());
  CHECK(findings.head == log.head());
  CHECK(findings.head.size == 5);
  CHECK(findings.checkpoints == 4);
  CHECK(audit::open_checkpoint(log.checkpoint(), f.key).head == log.head());
  CHECK(base::read_text_file(f.remembered) == log.checkpoint());
  const audit::Record record = audit::parse_entry(log.archive().entry(3));
  CHECK(record.stamp.sequence == 3);
  CHECK(record.stamp.station == "test-station");
}

TEST_CASE("a refused entry leaves nothing of its batch") {
  LogFixture f;
  audit::Log log = f.open();
  log.append(entry_of(0));
  std::vector<audit::Entry> batch = {entry_of(1), entry_of(2)};
  batch[1].by.clear();
  CHECK(error_of([&] { log.append(batch); }).fault() == Fault::kMalformed);
  CHECK(error_of([&] { log.append(std::span<const audit::Entry>()); }).fault() ==
        Fault::kMalformed);
  CHECK(log.append(entry_of(1)) == 1);
  CHECK(f.verify().faults.empty());
}

TEST_CASE("a signer that fails, or signs with another key, leaves nothing in the log") {
  LogFixture f;
  f.open().append(entry_of(0));
  const crypto::Ed25519Pair other = crypto::Ed25519Pair::generate();
  audit::Signer wrong = f.signer();
  wrong.sign = [&other](base::ByteView text) { return crypto::sign(other.seed, text); };
  const audit::Place place{f.path, "test-station", base::Mode::kRehearsal};
  audit::Log log = audit::Log::open(place, wrong, [] { return base::UtcTime{1}; });
  CHECK(error_of([&] { log.append(entry_of(1)); }).fault() == Fault::kTampered);
  wrong.key = other.point;
  CHECK(error_of([&] {
          audit::Log::open(place, wrong, [] { return base::UtcTime{1}; });
        }).fault() == Fault::kTampered);
  CHECK(f.open().head().size == 1);
}

TEST_CASE("two programs append in turn to one log") {
  LogFixture f;
  audit::Log first = f.open();
  audit::Log second = f.open();
  for (std::uint64_t i = 0; i < 6; ++i) {
    CHECK((i % 2 == 0 ? first : second).append(entry_of(i)) == i);
  }
  CHECK(f.verify().faults.empty());
}

TEST_CASE("two processes append at once and every entry is there") {
  LogFixture f;
  f.open();
  std::vector<pid_t> children;
  for (int child = 0; child < 3; ++child) {
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      try {
        audit::Log log = f.open();
        append_some(log, 10);
        _exit(0);
      } catch (...) {
        _exit(1);
      }
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = -1;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  const audit::Findings findings = f.verify();
  CHECK(findings.faults.empty());
  CHECK(findings.head.size == 30);
}

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
               "UPDATE entry SET body = replace(body, 'officer-07', 'officer-08') WHERE idx = 3",    "the first 4 entries are not those of checkpoint 4"},
           Row{"deleted",               "DELETE FROM entry WHERE idx = 3",                           "entries 3 to 3 are missing"                       },
           Row{"cut tail",              "DELETE FROM entry WHERE idx >= 7",
               "the log has 7 entries, checkpoint 8 states 8"                                                                                           },
           Row{"swapped",
               "UPDATE entry SET body = (SELECT body FROM entry AS other WHERE other.idx = 7 - "
               "entry.idx)"
               " WHERE idx IN (3, 4)",                                                               "entry 3 says that it is number 4"                 },
           Row{"added",                 "INSERT INTO entry SELECT 8, body FROM entry WHERE idx = 7",
               "entries 8 to 8 stand under no checkpoint"                                                                                               },
           Row{"not canonical",         "UPDATE entry SET body = body || ' ' WHERE idx = 0",         "entry 0: "                                        },
           Row{"checkpoint taken away", "DELETE FROM checkpoint WHERE size = 8",
               "entries 7 to 7 stand under no checkpoint"                                                                                               },
           Row{"checkpoint edited",
               "UPDATE checkpoint SET note = replace(note, 'example/test', 'example/text')"
               " WHERE size = 5",                                                                    "checkpoint 5: "                                   },
           Row{"checkpoint moved",
               "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 4) WHERE "
               "size = 5",                                                                           "checkpoint 5 states another size"                 },
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

TEST_CASE("a log that is killed at any write goes on and verifies") {
  int kills = 0;
  for (int at = 1;; ++at) {
    CAPTURE(at);
    LogFixture f;
    f.open().append(entry_of(0));
    const bool killed = killed_in_child([&] {
      audit::Log log = f.open();
      support::arm_disk(Strike::kKill, at);
      log.append(entry_of(1));
      log.append(std::vector{entry_of(2), entry_of(3)});
      support::disarm_disk();
    });
    audit::Log log = f.open();
    const std::uint64_t size = log.head().size;
    CHECK((size == 1 || size == 2 || size == 4));
    CHECK(log.append(entry_of(9)) == size);
    const audit::Findings findings = f.verify({base::read_text_file(f.remembered)});
    CHECK(findings.faults.empty());
    CHECK(findings.head.size == size + 1);
    if (!killed) break;
    ++kills;
  }
  CHECK(kills > 10);
}

TEST_CASE("a log that is killed at any write of its beginning can be begun again") {
  int kills = 0;
  for (int at = 1;; ++at) {
    CAPTURE(at);
    LogFixture f;
    const bool killed = killed_in_child([&] {
      support::arm_disk(Strike::kKill, at);
      f.open();
      support::disarm_disk();
    });
    f.open().append(entry_of(0));
    CHECK(f.verify().faults.empty());
    if (!killed) break;
    ++kills;
  }
  CHECK(kills > 10);
}

TEST_CASE("a disk that is full at any write stops the work, and nothing is lost or half there") {
  bool untouched = false;
  for (int at = 1; !untouched; ++at) {
    CAPTURE(at);
    LogFixture f;
    audit::Log log = f.open();
    log.append(entry_of(0));
    support::arm_disk(Strike::kDiskFull, at);
    bool refused = false;
    try {
      log.append(entry_of(1));
    } catch (const base::Error& error) {
      refused = true;
      CHECK(error.fault() == Fault::kUnavailable);
    }
    untouched = support::disk_calls() < at;
    if (refused) {
      const base::Error again = error_of([&] { log.append(entry_of(2)); });
      CHECK(again.fault() == Fault::kUnavailable);
    }
    support::disarm_disk();
    const std::uint64_t size = log.head().size;
    CHECK((size == 1 || size == 2));
    CHECK(log.append(entry_of(3)) == size);
    CHECK(f.verify().faults.empty());
  }
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

TEST_CASE("each entry is proved by a file, and by no other entry's bytes") {
  LogFixture f;
  audit::Log log = f.open();
  append_some(log, 7);
  for (std::uint64_t i = 0; i < 7; ++i) {
    CAPTURE(i);
    const audit::ProofFile proof =
        audit::parse_proof(audit::format(audit::prove(log.archive(), i)));
    const std::string entry = log.archive().entry(i);
    audit::require_proves(proof, base::bytes_of(entry), f.key);
    const std::string other = log.archive().entry((i + 1) % 7);
    CHECK_THROWS_AS(audit::require_proves(proof, base::bytes_of(other), f.key), base::Error);
  }
  CHECK(error_of([&] { audit::prove(log.archive(), 7); }).fault() == Fault::kNotFound);
}

TEST_CASE("a person is forgotten and the proof stays") {
  LogFixture f;
  audit::Log log = f.open();
  const audit::Disclosure disclosure = audit::person_of("李四 13800138000");
  audit::Entry entry = entry_of(0);
  entry.act = audit::Act::kAccountOpened;
  entry.object = {audit::person(disclosure)};
  log.append(entry);
  const crypto::Hash32 commitment = audit::commitment(disclosure);
  CHECK(log.archive().disclosure(commitment) == disclosure);
  log.forget(commitment, {"officer-07", audit::Role::kSecurityOfficer});
  CHECK_FALSE(log.archive().disclosure(commitment).has_value());
  CHECK(error_of([&] {
          log.forget(commitment, {"officer-07", audit::Role::kSecurityOfficer});
        }).fault() == Fault::kNotFound);
  CHECK(f.verify().faults.empty());
  for (const auto& file : std::filesystem::directory_iterator(f.folder.path())) {
    if (!file.is_regular_file()) continue;
    CAPTURE(file.path().string());
    CHECK(base::read_text_file(file.path()).find("13800138000") == std::string::npos);
  }
}

TEST_CASE("a witness's line is kept with its checkpoint and judged by verify") {
  LogFixture f;
  audit::Log log = f.open();
  append_some(log, 3);
  const crypto::Ed25519Pair pair = crypto::Ed25519Pair::generate();
  const audit::VerifierKey witness{"witness.example/w1", audit::KeyType::kCosignature, pair.point};
  audit::Note note = audit::parse_note(log.checkpoint());
  const base::UtcTime time{1795359845};
  const auto signature =
      crypto::sign(pair.seed, base::bytes_of(audit::cosigned_bytes(note.text, time)));
  note.lines.push_back(audit::witness_line(witness, time, signature));
  CHECK(audit::cosigned_at(note, witness) == time);
  log.add_cosignature(note, witness);
  log.append(entry_of(3));

  audit::Archive archive = audit::Archive::open(f.path);
  CHECK(audit::verify(archive, {f.key, {witness}, {}, std::nullopt}).cosignatures == 1);
  CHECK(audit::parse_note(archive.cosigned_checkpoint(3)) == note);
  without_triggers(f.path).run(
      "UPDATE cosignature SET line = :line",
      audit::format(audit::witness_line(witness, {1795359846}, signature)));
  const audit::Findings findings = audit::verify(archive, {f.key, {witness}, {}, std::nullopt});
  REQUIRE(findings.faults.size() == 1);
  CHECK(findings.faults[0] == "checkpoint 3: cosignature of witness.example/w1 does not hold");

  note.text = "other\n";
  CHECK(error_of([&] { log.add_cosignature(note, witness); }).fault() == Fault::kTampered);
}
