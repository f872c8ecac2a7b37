// The database layer against real SQLite files.
#include "base/store/database.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "tests/support/temp_folder.h"

using base::Fault;
using store::Access;
using store::Database;
using store::Transaction;

namespace {

struct Fixture {
  support::TempFolder folder;
  std::filesystem::path path = folder.path() / "test.db";
  Database db = Database::open(path, Access::kCreate);

  Fixture() {
    db.script(
        "CREATE TABLE card(serial TEXT PRIMARY KEY, fen INTEGER NOT NULL CHECK(fen >= 0), note "
        "TEXT)"
        " STRICT; CREATE TABLE sale(id INTEGER PRIMARY KEY, serial TEXT NOT NULL REFERENCES "
        "card(serial)) STRICT");
  }

  std::int64_t cards() { return db.value<std::int64_t>("SELECT COUNT(*) FROM card"); }
};

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

}  // namespace

TEST_CASE("what is bound comes back exactly, above 2^31 and 2^53 too [R173]") {
  Fixture f;
  for (const std::int64_t fen : {0L, 5'000'000'000L, 9'007'199'254'740'993L, INT64_MAX}) {
    CAPTURE(fen);
    f.db.run("DELETE FROM card");
    f.db.run("INSERT INTO card(serial, fen, note) VALUES(:serial, :fen, :note)", "a", fen, "井");
    const auto row = f.db.row<std::int64_t, std::string>("SELECT fen, note FROM card");
    REQUIRE(row);
    CHECK(std::get<0>(*row) == fen);
    CHECK(std::get<1>(*row) == "井");
  }
  CHECK_THROWS_AS(f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", "b", UINT64_MAX),
                  base::Error);
}

TEST_CASE("a sum is an integer and a fraction is not taken for one") {
  Fixture f;
  f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", "a", 9'007'199'254'740'993L);
  f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", "b", 2);
  CHECK(f.db.value<std::int64_t>("SELECT SUM(fen) FROM card") == 9'007'199'254'740'995L);
  CHECK(error_of([&] { f.db.value<std::int64_t>("SELECT AVG(fen) FROM card"); }).fault() ==
        Fault::kTampered);
  CHECK(error_of([&] { f.db.value<std::int64_t>("SELECT serial FROM card LIMIT 1"); }).fault() ==
        Fault::kTampered);
}

TEST_CASE("bytes, amounts, nothing and texts with a zero byte make the round trip") {
  Fixture f;
  const base::FixedBytes<4> serial = {0x00, 0xFF, 0x10, 0xAB};
  f.db.run("INSERT INTO card(serial, fen, note) VALUES(:s, :f, :n)", serial,
           base::Amount::fen(1234), std::nullopt);
  const auto row = f.db.row<base::FixedBytes<4>, base::Amount, std::optional<std::string>>(
      "SELECT serial, fen, note FROM card");
  REQUIRE(row);
  CHECK(std::get<0>(*row) == serial);
  CHECK(std::get<1>(*row).fen() == 1234);
  CHECK_FALSE(std::get<2>(*row).has_value());
  CHECK(f.db.value<std::string>("SELECT serial FROM card") == "00ff10ab");
  CHECK_THROWS_AS(f.db.value<std::string>("SELECT note FROM card"), base::Error);
  const std::string zero("a\0b", 3);
  CHECK(f.db.run("UPDATE card SET note = :note", zero) == 1);
  CHECK(f.db.value<std::string>("SELECT note FROM card") == zero);
}

TEST_CASE("a kept statement takes new values, and nothing after something") {
  Fixture f;
  constexpr auto kInsert = "INSERT INTO card(serial, fen, note) VALUES(:s, :f, :n)";
  f.db.run(kInsert, "a", 1, "first");
  f.db.run(kInsert, "b", 2, std::nullopt);
  f.db.run(kInsert, "c", 3, "third");
  const auto rows = f.db.rows<std::string, std::int64_t, std::optional<std::string>>(
      "SELECT serial, fen, note FROM card WHERE fen >= :least ORDER BY fen", 2);
  REQUIRE(rows.size() == 2);
  CHECK_FALSE(std::get<2>(rows[0]).has_value());
  CHECK(std::get<2>(rows[1]) == "third");
  CHECK(
      f.db.rows<std::int64_t>("SELECT fen FROM card WHERE fen >= :least ORDER BY fen", 1).size() ==
      3);
}

TEST_CASE("a transaction that is not committed is rolled back") {
  Fixture f;
  {
    Transaction change(f.db);
    f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", "a", 1);
    CHECK(error_of([&] { Transaction inner(f.db); }).fault() == Fault::kWrongState);
  }
  CHECK(f.cards() == 0);
  Transaction change(f.db);
  f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", "a", 1);
  change.commit();
  CHECK_THROWS_AS(change.commit(), base::Error);
  CHECK(f.cards() == 1);
}

TEST_CASE("two connections write one after another, and read first without a deadlock") {
  Fixture f;
  Database other = Database::open(f.path, Access::kExisting);
  for (int round = 0; round < 3; ++round) {
    for (Database* db : {&f.db, &other}) {
      Transaction change(*db);
      const auto next = db->value<std::int64_t>("SELECT COUNT(*) FROM card");
      db->run("INSERT INTO card(serial, fen) VALUES(:s, :f)", std::to_string(next), next);
      change.commit();
    }
  }
  CHECK(f.cards() == 6);
}

TEST_CASE("constraints refuse, and the error names the column but not the value") {
  Fixture f;
  f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", "13800138000", 1);
  const base::Error twice =
      error_of([&] { f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", "13800138000", 1); });
  CHECK(twice.fault() == Fault::kConflict);
  CHECK(std::string(twice.what()).find("card.serial") != std::string::npos);
  CHECK(std::string(twice.what()).find("13800138000") == std::string::npos);
  CHECK(error_of([&] { f.db.run("UPDATE card SET fen = :f", -1); }).fault() == Fault::kConflict);
  CHECK(error_of([&] { f.db.run("UPDATE card SET fen = :f", "x"); }).fault() == Fault::kConflict);
  CHECK(error_of([&] { f.db.run("INSERT INTO sale(serial) VALUES(:s)", "absent"); }).fault() ==
        Fault::kConflict);
  CHECK(error_of([&] { f.db.run("SELECT nothing FROM card"); }).fault() == Fault::kMalformed);
  CHECK(error_of([&] { f.db.run("DELETE FROM card; DELETE FROM sale"); }).fault() ==
        Fault::kMalformed);
}

TEST_CASE("settings are read back and a weaker one is refused") {
  struct Row {
    const char* weaker;
    const char* setting;
  };

  for (const auto& [weaker, setting] : {Row{"PRAGMA synchronous=NORMAL", "synchronous"},
                                        Row{"PRAGMA synchronous=OFF", "synchronous"},
                                        Row{"PRAGMA foreign_keys=OFF", "foreign_keys"},
                                        Row{"PRAGMA busy_timeout=0", "busy_timeout"},
                                        Row{"PRAGMA journal_mode=DELETE", "journal_mode"}}) {
    CAPTURE(weaker);
    Fixture f;
    f.db.check_settings();
    f.db.script(weaker);
    const base::Error error = error_of([&] { f.db.check_settings(); });
    CHECK(error.fault() == Fault::kUnavailable);
    CHECK(std::string(error.what()).find(setting) != std::string::npos);
  }
}

TEST_CASE("a full disk and a damaged file give their own faults") {
  Fixture f;
  f.db.script("PRAGMA max_page_count=8");
  const base::Error full = error_of([&] {
    for (int i = 0; i < 100; ++i) {
      f.db.run("INSERT INTO card(serial, fen, note) VALUES(:s, 1, :n)", std::to_string(i),
               std::string(4000, 'x'));
    }
  });
  CHECK(full.fault() == Fault::kUnavailable);
  CHECK(std::string(full.what()).find("full") != std::string::npos);

  const std::filesystem::path garbage = f.folder.path() / "garbage.db";
  base::write_durably(garbage, std::string(8192, 'G'));
  CHECK(error_of([&] { Database::open(garbage, Access::kExisting); }).fault() == Fault::kTampered);
  CHECK(error_of([&] {
          Database::open(f.folder.path() / "absent.db", Access::kExisting);
        }).fault() == Fault::kNotFound);
}

TEST_CASE("a damaged page is found by the integrity check") {
  support::TempFolder folder;
  const std::filesystem::path path = folder.path() / "page.db";
  {
    Database db = Database::open(path, Access::kCreate);
    db.script("CREATE TABLE t(a TEXT NOT NULL) STRICT");
    for (int i = 0; i < 50; ++i) db.run("INSERT INTO t(a) VALUES(:a)", std::string(1000, 'a'));
    db.script("PRAGMA wal_checkpoint(TRUNCATE)");
    db.check_integrity();
  }
  base::Bytes file = base::read_file(path);
  constexpr std::size_t kPage = 4096;
  for (std::size_t i = 5 * kPage; i < 5 * kPage + 64; ++i) file.at(i) ^= 0xFF;
  base::write_durably(path, file);
  Database db = Database::open(path, Access::kExisting);
  CHECK(error_of([&] { db.check_integrity(); }).fault() == Fault::kTampered);
}

TEST_CASE("a database file is its owner's alone, and a read-only one is not written") {
  Fixture f;

  struct stat state {};

  REQUIRE(stat(f.path.c_str(), &state) == 0);
  CHECK((state.st_mode & 0777) == 0600);
  Database reader = Database::open(f.path, Access::kReadOnly);
  CHECK(reader.value<std::int64_t>("SELECT COUNT(*) FROM card") == 0);
  CHECK(error_of([&] { reader.run("INSERT INTO card(serial, fen) VALUES('a', 1)"); }).fault() ==
        Fault::kUnavailable);
}

TEST_CASE("a row taker may run other statements, not its own again") {
  Fixture f;
  for (int i = 0; i < 3; ++i)
    f.db.run("INSERT INTO card(serial, fen) VALUES(:s, :f)", std::to_string(i), i);
  std::int64_t sum = 0;
  f.db.each<std::string>("SELECT serial FROM card", [&](const std::string& serial) {
    sum += f.db.value<std::int64_t>("SELECT fen FROM card WHERE serial = :s", serial);
  });
  CHECK(sum == 3);
  CHECK(error_of([&] {
          f.db.each<std::string>("SELECT serial FROM card", [&](const std::string&) {
            f.db.rows<std::string>("SELECT serial FROM card");
          });
        }).fault() == Fault::kWrongState);
}
