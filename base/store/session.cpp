// The only place that sees SOCI: connections, kept statements, and the translation of errors.
#include "base/store/session.h"

#include <map>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/core/error.h"

#ifdef WELLKEY_POSTGRESQL
#include <soci/postgresql/soci-postgresql.h>
#endif

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
    SqliteRow{SQLITE_BUSY,       Fault::kConflict,    "another writer holds the database"     },
    SqliteRow{SQLITE_LOCKED,     Fault::kConflict,    "another statement holds the table"     },
    SqliteRow{SQLITE_CONSTRAINT, Fault::kConflict,    "a constraint of the database refused"  },
    SqliteRow{SQLITE_FULL,       Fault::kUnavailable, "the disk is full"                      },
    SqliteRow{SQLITE_IOERR,      Fault::kUnavailable, "the disk does not answer as it should" },
    SqliteRow{SQLITE_READONLY,   Fault::kUnavailable, "the database may only be read"         },
    SqliteRow{SQLITE_CANTOPEN,   Fault::kUnavailable, "the database file cannot be opened"    },
    SqliteRow{SQLITE_PERM,       Fault::kUnavailable, "the database file may not be used"     },
    SqliteRow{SQLITE_NOMEM,      Fault::kUnavailable, "there is no memory left"               },
    SqliteRow{SQLITE_CORRUPT,    Fault::kTampered,    "the database file is damaged"          },
    SqliteRow{SQLITE_NOTADB,     Fault::kTampered,    "the file is not a database"            },
    SqliteRow{SQLITE_MISMATCH,   Fault::kConflict,    "a value has not the type of its column"},
};

#ifdef WELLKEY_POSTGRESQL
struct PostgresqlRow {
  std::string_view sqlstate_class;
  Fault fault;
  std::string_view what;
};

constexpr std::array kPostgresqlFaults = {
    PostgresqlRow{"08", Fault::kUnavailable, "the database server does not answer"   },
    PostgresqlRow{"23", Fault::kConflict,    "a constraint of the database refused"  },
    PostgresqlRow{"28", Fault::kUnavailable, "the database server refused the login" },
    PostgresqlRow{"40", Fault::kConflict,    "another writer got there first"        },
    PostgresqlRow{"53", Fault::kUnavailable, "the database server has no room left"  },
    PostgresqlRow{"55", Fault::kConflict,    "another writer holds the database"     },
    PostgresqlRow{"57", Fault::kUnavailable, "the database server is stopping"       },
    PostgresqlRow{"58", Fault::kUnavailable, "the database server has a disk failure"},
    PostgresqlRow{"P0", Fault::kConflict,    "a trigger of the database refused"     },
    PostgresqlRow{"XX", Fault::kTampered,    "the database server reports damage"    },
};

// The server's text may repeat values: only the state goes out.
[[noreturn]] void fail_postgresql(const std::string& state) {
  for (const PostgresqlRow& row : kPostgresqlFaults) {
    if (state.starts_with(row.sqlstate_class)) fail(row.fault, "{} ({})", row.what, state);
  }
  fail(Fault::kMalformed, "statement cannot be run ({})", state);
}
#endif

// Bind and result buffers must not move while SOCI holds their addresses.
struct Prepared {
  explicit Prepared(soci::session& session) : statement(session) {}

  std::vector<long long> in_integers;
  std::vector<std::string> in_texts;
  std::vector<soci::indicator> in_marks;
  std::vector<long long> out_integers;
  std::vector<std::string> out_texts;
  std::vector<soci::indicator> out_marks;
  std::vector<Kind> kinds;
  soci::statement statement;
  bool running = false;
};

void prepare(Prepared& prepared, const std::string& sql, std::span<const Value> binds,
             std::span<const Kind> kinds) {
  prepared.in_integers.resize(binds.size());
  prepared.in_texts.resize(binds.size());
  prepared.in_marks.resize(binds.size());
  prepared.out_integers.resize(kinds.size());
  prepared.out_texts.resize(kinds.size());
  prepared.out_marks.resize(kinds.size());
  prepared.kinds.assign(kinds.begin(), kinds.end());
  for (std::size_t i = 0; i < binds.size(); ++i) {
    if (binds[i].is_integer()) {
      prepared.statement.exchange(soci::use(prepared.in_integers[i], prepared.in_marks[i]));
    } else {
      prepared.statement.exchange(soci::use(prepared.in_texts[i], prepared.in_marks[i]));
    }
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == Kind::kInteger) {
      prepared.statement.exchange(soci::into(prepared.out_integers[i], prepared.out_marks[i]));
    } else {
      prepared.statement.exchange(soci::into(prepared.out_texts[i], prepared.out_marks[i]));
    }
  }
  prepared.statement.alloc();
  prepared.statement.prepare(sql);
  prepared.statement.define_and_bind();
}

void fill(Prepared& prepared, std::span<const Value> binds) {
  for (std::size_t i = 0; i < binds.size(); ++i) {
    prepared.in_marks[i] = binds[i].is_null() ? soci::i_null : soci::i_ok;
    if (binds[i].is_null()) continue;
    if (binds[i].is_integer()) {
      prepared.in_integers[i] = binds[i].integer();
    } else {
      prepared.in_texts[i] = binds[i].text();
    }
  }
}

// SOCI reads a text or a fraction into an integer without a word.
void check_integers(Prepared& prepared, Engine engine) {
  if (engine != Engine::kSqlite) return;
  const auto* backend =
      static_cast<soci::sqlite3_statement_backend*>(prepared.statement.get_backend());
  for (std::size_t i = 0; i < prepared.kinds.size(); ++i) {
    if (prepared.kinds[i] != Kind::kInteger) continue;
    const int found = sqlite_api::sqlite3_column_type(backend->stmt_, static_cast<int>(i));
    if (found == SQLITE_INTEGER || found == SQLITE_NULL) continue;
    fail(Fault::kTampered, "column {} holds no integer", i + 1);
  }
}

std::vector<Value> row_of(Prepared& prepared, Engine engine) {
  check_integers(prepared, engine);
  std::vector<Value> row(prepared.kinds.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (prepared.out_marks[i] == soci::i_null) continue;
    row[i] = prepared.kinds[i] == Kind::kInteger ? Value(prepared.out_integers[i])
                                                 : Value(prepared.out_texts[i]);
  }
  return row;
}

std::string cache_key(std::string_view sql, std::span<const Value> binds,
                      std::span<const Kind> kinds) {
  std::string key(sql);
  key += '\0';
  for (const Value& bind : binds) key += bind.is_integer() ? 'i' : 't';
  key += '\0';
  for (const Kind kind : kinds) key += kind == Kind::kInteger ? 'i' : 't';
  return key;
}

}  // namespace

struct Database::Session::Connection {
  Connection(Engine which, std::filesystem::path file) : engine(which), path(std::move(file)) {}

  soci::session soci;
  Engine engine;
  std::filesystem::path path;
  std::map<std::string, std::unique_ptr<Prepared>, std::less<>> statements;

  Prepared& prepared(std::string_view sql, std::span<const Value> binds,
                     std::span<const Kind> kinds, const std::string& key);
  // The hidden type information of SOCI's back ends forbids dynamic_cast.
  sqlite_api::sqlite3* sqlite();
  [[noreturn]] void translate(const soci::soci_error& error);
  [[noreturn]] void fail_sqlite(int code);
};

Database::Session::Session(Engine which, const std::string& parameters, std::filesystem::path file,
                           Access how)
    : engine(which),
      path(std::move(file)),
      access(how),
      connection(std::make_unique<Connection>(which, path)) {
  try {
    if (which == Engine::kSqlite) {
      connection->soci.open(soci::sqlite3, parameters);
      return;
    }
#ifdef WELLKEY_POSTGRESQL
    connection->soci.open(soci::postgresql, parameters);
#else
    fail(Fault::kUnavailable, "this program was built without PostgreSQL");
#endif
  } catch (const soci::soci_error&) {
    // The text of the error may repeat the connection string, which may hold a password.
    fail(Fault::kUnavailable, "database {} cannot be opened",
         which == Engine::kSqlite ? path.string() : "server");
  }
}

Database::Session::~Session() = default;

sqlite_api::sqlite3* Database::Session::Connection::sqlite() {
  return static_cast<soci::sqlite3_session_backend&>(*soci.get_backend()).conn_;
}

void Database::Session::Connection::fail_sqlite(int code) {
  // SQLite's own text names tables and columns, never a bound value.
  const std::string detail = sqlite_api::sqlite3_errmsg(sqlite());
  const int primary = code & 0xFF;
  for (const SqliteRow& row : kSqliteFaults) {
    if (row.code == primary) fail(row.fault, "{} ({}: {})", row.what, path.string(), detail);
  }
  fail(Fault::kMalformed, "statement cannot be run: {}", detail);
}

void Database::Session::Connection::translate(const soci::soci_error& error) {
  if (const auto* sqlite_error = dynamic_cast<const soci::sqlite3_soci_error*>(&error)) {
    fail_sqlite(sqlite_error->result());
  }
#ifdef WELLKEY_POSTGRESQL
  if (const auto* server = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    fail_postgresql(server->sqlstate());
  }
#endif
  if (engine == Engine::kSqlite) fail_sqlite(sqlite_api::sqlite3_errcode(sqlite()));
  fail(Fault::kMalformed, "statement cannot be run");
}

Prepared& Database::Session::Connection::prepared(std::string_view sql,
                                                  std::span<const Value> binds,
                                                  std::span<const Kind> kinds,
                                                  const std::string& key) {
  const auto found = statements.find(key);
  if (found != statements.end()) return *found->second;
  // SOCI prepares the first of several statements and drops the others.
  if (sql.find(';') != std::string_view::npos) {
    fail(Fault::kMalformed, "one statement expected, without a semicolon");
  }
  auto made = std::make_unique<Prepared>(soci);
  prepare(*made, std::string(sql), binds, kinds);
  return *statements.emplace(key, std::move(made)).first->second;
}

std::int64_t Database::Session::execute(std::string_view sql, std::span<const Value> binds,
                                        std::span<const Kind> kinds, const TakeRow& take) {
  const std::string key = cache_key(sql, binds, kinds);
  try {
    Prepared& kept = connection->prepared(sql, binds, kinds, key);
    if (kept.running) fail(Fault::kWrongState, "statement is running already");
    fill(kept, binds);
    kept.running = true;
    kept.statement.execute(kinds.empty());
    while (!kinds.empty() && kept.statement.fetch()) take(row_of(kept, engine));
    kept.running = false;
    return kept.statement.get_affected_rows();
  } catch (const soci::soci_error& error) {
    try {
      connection->translate(error);
    } catch (...) {
      connection->statements.erase(key);
      throw;
    }
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kWrongState) connection->statements.erase(key);
    throw;
  } catch (...) {
    connection->statements.erase(key);
    throw;
  }
}

void Database::Session::script(std::string_view sql) {
  const std::string text(sql);
  if (engine == Engine::kSqlite) {
    const int code =
        sqlite_api::sqlite3_exec(connection->sqlite(), text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) connection->fail_sqlite(code);
    return;
  }
#ifdef WELLKEY_POSTGRESQL
  auto& backend = static_cast<soci::postgresql_session_backend&>(*connection->soci.get_backend());
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(backend.conn_, text.c_str()),
                                                             &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  fail_postgresql(state == nullptr ? "08000" : state);
#endif
}

}  // namespace store
