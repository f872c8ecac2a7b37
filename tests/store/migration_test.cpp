// Schema steps on real files.
#include "base/store/migration.h"

#include <array>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/support/temp_folder.h"

using base::Fault;
using store::Access;
using store::Database;
using store::Migration;

namespace {

constexpr std::array kSteps = {
    Migration{1, "cards", "CREATE TABLE card(serial TEXT PRIMARY KEY) STRICT"},
    Migration{2, "amounts",
              "ALTER TABLE card ADD COLUMN fen INTEGER NOT NULL DEFAULT 0;"
              "CREATE TRIGGER no_delete BEFORE DELETE ON card BEGIN"
              " SELECT RAISE(ABORT, 'cards stay'); END"},
};

std::span<const Migration> first_step() {
  return std::span(kSteps).first(1);
}

Fault fault_of(Database& db, std::span<const Migration> steps) {
  try {
    migrate(db, steps);
  } catch (const base::Error& error) {
    return error.fault();
  }
  FAIL("no error was thrown");
  return Fault::kMalformed;
}

}  // namespace

TEST_CASE("steps run once each, and an older database is copied before the next step") {
  support::TempFolder folder;
  Database db = Database::open(folder.path() / "a.db", Access::kCreate);
  migrate(db, first_step());
  CHECK(schema_number(db) == 1);
  db.run("INSERT INTO card(serial) VALUES('one')");
  migrate(db, kSteps);
  migrate(db, kSteps);
  CHECK(schema_number(db) == 2);
  CHECK(db.value<std::int64_t>("SELECT fen FROM card") == 0);
  CHECK_THROWS_AS(db.run("DELETE FROM card"), base::Error);

  Database copy = Database::open(folder.path() / "a.db.before-step-2", Access::kReadOnly);
  CHECK(schema_number(copy) == 1);
  CHECK(copy.value<std::string>("SELECT serial FROM card") == "one");
}

TEST_CASE("a database newer than the program is refused") {
  support::TempFolder folder;
  Database db = Database::open(folder.path() / "a.db", Access::kCreate);
  migrate(db, kSteps);
  CHECK(fault_of(db, first_step()) == Fault::kRefused);
}

TEST_CASE("a step that was changed after it was run is found") {
  support::TempFolder folder;
  Database db = Database::open(folder.path() / "a.db", Access::kCreate);
  migrate(db, first_step());
  const std::array other = {Migration{1, "cards", "CREATE TABLE card(serial TEXT) STRICT"}};
  CHECK(fault_of(db, other) == Fault::kTampered);
}

TEST_CASE("a step that fails half way leaves nothing behind") {
  support::TempFolder folder;
  Database db = Database::open(folder.path() / "a.db", Access::kCreate);
  const std::array broken = {
      Migration{1, "broken", "CREATE TABLE a(b TEXT) STRICT; INSERT INTO absent VALUES(1)"}};
  CHECK(fault_of(db, broken) == Fault::kMalformed);
  CHECK(schema_number(db) == 0);
  CHECK(db.value<std::int64_t>("SELECT COUNT(*) FROM sqlite_master WHERE name = 'a'") == 0);
  const std::array gap = {Migration{2, "gap", "CREATE TABLE a(b TEXT)"}};
  CHECK(fault_of(db, gap) == Fault::kMalformed);
}
