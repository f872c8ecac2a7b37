// The database layer against a PostgreSQL server of its own, on a socket in a temporary folder.
#include <doctest/doctest.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/store/migration.h"
#include "tests/support/shell.h"
#include "tests/support/temp_folder.h"

using base::Fault;
using store::Database;
using store::Transaction;
using support::shell;

namespace {

constexpr const char* kServerPrograms = "/usr/lib/postgresql/15/bin/";

// PostgreSQL refuses to run as root: its own user runs it then.
class Server {
 public:
  Server() {
    if (geteuid() == 0) {
      programs_ = "runuser -u postgres -- " + programs_;
      require("chown postgres " + folder_.path().string());
    }
    require(programs_ + "initdb -D " + data() +
            " -A trust -U desk --no-sync --locale=C -E UTF8 > /dev/null");
    require(programs_ + "pg_ctl -D " + data() + " -w -l " + folder_.path().string() +
            "/log -o \"-h '' -k " + folder_.path().string() + "\" start > /dev/null");
  }

  ~Server() { shell(programs_ + "pg_ctl -D " + data() + " -m immediate stop"); }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string address() const {
    return "postgresql://host=" + folder_.path().string() + " user=desk dbname=postgres";
  }

 private:
  std::string data() const { return folder_.path().string() + "/data"; }

  static void require(const std::string& line) {
    const auto done = shell(line);
    REQUIRE_MESSAGE(done.status == 0, done.output);
  }

  support::TempFolder folder_;
  std::string programs_ = kServerPrograms;
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

constexpr std::array kSteps = {
    store::Migration{1, "cards",
                     "CREATE TABLE card(serial TEXT PRIMARY KEY,"
                     " fen BIGINT NOT NULL CHECK(fen >= 0), note TEXT);"
                     "CREATE TABLE sale(id INTEGER PRIMARY KEY)",
                     "CREATE TABLE card(serial TEXT PRIMARY KEY,"
                     " fen BIGINT NOT NULL CHECK(fen >= 0), note TEXT);"
                     "CREATE TABLE sale(id BIGINT GENERATED ALWAYS AS IDENTITY)"},
};

constexpr auto kInsert = "INSERT INTO card(serial, fen, note) VALUES(:serial, :fen, :note)";

}  // namespace

TEST_CASE("a PostgreSQL server keeps the same promises as a file") {
  if (!std::filesystem::exists(std::string(kServerPrograms) + "initdb")) {
    MESSAGE("skipped: needs the package postgresql-15");
    return;
  }
  const Server server;
  Database db = Database::connect(server.address());
  migrate(db, kSteps);
  migrate(db, kSteps);
  CHECK(schema_number(db) == 1);

  SUBCASE("values come back exactly") {
    for (const std::int64_t fen : {0L, 5'000'000'000L, 9'007'199'254'740'993L, INT64_MAX}) {
      CAPTURE(fen);
      db.run("DELETE FROM card");
      CHECK(db.run(kInsert, base::FixedBytes<2>{0x00, 0xAB}, fen, "井") == 1);
      const auto row = db.row<base::FixedBytes<2>, std::int64_t, std::optional<std::string>>(
          "SELECT serial, fen, note FROM card WHERE fen = :fen", fen);
      REQUIRE(row);
      CHECK(std::get<0>(*row) == base::FixedBytes<2>{0x00, 0xAB});
      CHECK(std::get<1>(*row) == fen);
      CHECK(std::get<2>(*row) == "井");
    }
    db.run(kInsert, "b", 0, std::nullopt);
    CHECK(db.value<std::int64_t>("SELECT COUNT(*) FROM card WHERE note IS NULL") == 1);
  }
  SUBCASE("what is not committed is rolled back") {
    {
      Transaction change(db);
      db.run(kInsert, "a", 1, std::nullopt);
    }
    CHECK(db.value<std::int64_t>("SELECT COUNT(*) FROM card") == 0);
    Transaction change(db);
    db.run(kInsert, "a", 1, std::nullopt);
    change.commit();
    CHECK(db.value<std::int64_t>("SELECT COUNT(*) FROM card") == 1);
  }
  SUBCASE("an error says no bound value, and the connection goes on") {
    db.run(kInsert, "13800138000", 1, std::nullopt);
    const base::Error twice = error_of([&] { db.run(kInsert, "13800138000", 1, std::nullopt); });
    CHECK(twice.fault() == Fault::kConflict);
    CHECK(std::string(twice.what()).find("13800138000") == std::string::npos);
    CHECK(error_of([&] { db.run("SELECT nothing FROM card"); }).fault() == Fault::kMalformed);
    CHECK(error_of([&] { db.script("INSERT INTO absent VALUES(1)"); }).fault() ==
          Fault::kMalformed);
    db.run(kInsert, "another", 1, std::nullopt);
  }
  SUBCASE("a row that is made tells its number") {
    CHECK(db.value<std::int64_t>("INSERT INTO sale DEFAULT VALUES RETURNING id") == 1);
    CHECK(db.value<std::int64_t>("INSERT INTO sale DEFAULT VALUES RETURNING id") == 2);
  }
}

TEST_CASE("a server that does not answer is unavailable, and its password stays unsaid") {
  const base::Error error = error_of([] {
    Database::connect(
        "postgresql://host=/nonexistent dbname=desk password=geheim connect_timeout=1");
  });
  CHECK(error.fault() == Fault::kUnavailable);
  CHECK(std::string(error.what()).find("geheim") == std::string::npos);
}
