// SQLite behind SOCI; its header must come before any other that includes sqlite3.h.
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/core/error.h"
#include "base/store/backend.h"

namespace store {

namespace {

using base::fail;
using base::Fault;

struct SqliteRow {
  int code;
  Fault fault;
  std::string_view what;
};

// Primary result codes; a code that is not here is a mistake in the statement.
constexpr std::array kSqliteFaults = {
    SqliteRow{SQLITE_BUSY, Fault::kConflict, "another writer holds the database"},
    SqliteRow{SQLITE_LOCKED, Fault::kConflict, "another statement holds the table"},
    SqliteRow{SQLITE_CONSTRAINT, Fault::kConflict, "a constraint of the database refused"},
    SqliteRow{SQLITE_FULL, Fault::kUnavailable, "the disk is full"},
    SqliteRow{SQLITE_IOERR, Fault::kUnavailable, "the disk does not answer as it should"},
    SqliteRow{SQLITE_READONLY, Fault::kUnavailable, "the database may only be read"},
    SqliteRow{SQLITE_CANTOPEN, Fault::kUnavailable, "the database file cannot be opened"},
    SqliteRow{SQLITE_PERM, Fault::kUnavailable, "the database file may not be used"},
    SqliteRow{SQLITE_NOMEM, Fault::kUnavailable, "there is no memory left"},
    SqliteRow{SQLITE_CORRUPT, Fault::kTampered, "the database file is damaged"},
    SqliteRow{SQLITE_NOTADB, Fault::kTampered, "the file is not a database"},
    SqliteRow{SQLITE_MISMATCH, Fault::kConflict, "a value has not the type of its column"},
};

// The hidden type information of SOCI's back ends forbids dynamic_cast.
sqlite_api::sqlite3* connection_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend&>(*session.get_backend()).conn_;
}

[[noreturn]] void fail_sqlite(soci::session& session, int code, const std::string& where) {
  // SQLite's own text names tables and columns, never a bound value.
  const std::string detail = sqlite_api::sqlite3_errmsg(connection_of(session));
  const int primary = code & 0xFF;
  for (const SqliteRow& row : kSqliteFaults) {
    if (row.code == primary) fail(row.fault, "{} ({}: {})", row.what, where, detail);
  }
  fail(Fault::kMalformed, "statement cannot be run: {}", detail);
}

void open(soci::session& session, const std::string& parameters) {
  session.open(soci::sqlite3, parameters);
}

void script(soci::session& session, const std::string& sql, const std::string& where) {
  const int code =
      sqlite_api::sqlite3_exec(connection_of(session), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_sqlite(session, code, where);
}

void translate(soci::session& session, const soci::soci_error& error, const std::string& where) {
  const auto* known = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  fail_sqlite(
      session,
      known != nullptr ? known->result() : sqlite_api::sqlite3_errcode(connection_of(session)),
      where);
}

// SOCI reads a text or a fraction into an integer without a word.
void check_row(soci::statement& statement, std::span<const Kind> kinds) {
  const auto* backend = static_cast<soci::sqlite3_statement_backend*>(statement.get_backend());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] != Kind::kInteger) continue;
    const int found = sqlite_api::sqlite3_column_type(backend->stmt_, static_cast<int>(i));
    if (found == SQLITE_INTEGER || found == SQLITE_NULL) continue;
    fail(Fault::kTampered, "column {} holds no integer", i + 1);
  }
}

}  // namespace

const Backend kSqliteBackend = {Engine::kSqlite, open, script, translate, check_row};

}  // namespace store
