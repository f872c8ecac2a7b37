// PostgreSQL behind SOCI: a library of its own, because libpq brings many others with it.
#include <memory>

#include <soci/postgresql/soci-postgresql.h>

#include "base/core/error.h"
#include "base/store/session.h"

namespace store {

namespace {

using base::fail;
using base::Fault;

struct PostgresqlRow {
  std::string_view sqlstate_class;
  Fault fault;
  std::string_view what;
};

constexpr std::array kPostgresqlFaults = {
    PostgresqlRow{"08", Fault::kUnavailable, "the database server does not answer"},
    PostgresqlRow{"23", Fault::kConflict, "a constraint of the database refused"},
    PostgresqlRow{"28", Fault::kUnavailable, "the database server refused the login"},
    PostgresqlRow{"40", Fault::kConflict, "another writer got there first"},
    PostgresqlRow{"53", Fault::kUnavailable, "the database server has no room left"},
    PostgresqlRow{"55", Fault::kConflict, "another writer holds the database"},
    PostgresqlRow{"57", Fault::kUnavailable, "the database server is stopping"},
    PostgresqlRow{"58", Fault::kUnavailable, "the database server has a disk failure"},
    PostgresqlRow{"P0", Fault::kConflict, "a trigger of the database refused"},
    PostgresqlRow{"XX", Fault::kTampered, "the database server reports damage"},
};

// The server's text may repeat values: only the state goes out.
[[noreturn]] void fail_postgresql(const std::string& state) {
  for (const PostgresqlRow& row : kPostgresqlFaults) {
    if (state.starts_with(row.sqlstate_class)) fail(row.fault, "{} ({})", row.what, state);
  }
  fail(Fault::kMalformed, "statement cannot be run ({})", state);
}

void open(soci::session& session, const std::string& parameters) {
  session.open(soci::postgresql, parameters);
}

void script(soci::session& session, const std::string& sql, const std::string&) {
  auto& backend = static_cast<soci::postgresql_session_backend&>(*session.get_backend());
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(backend.conn_, sql.c_str()),
                                                             &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  fail_postgresql(state == nullptr ? "08000" : state);
}

void translate(soci::session&, const soci::soci_error& error, const std::string&) {
  if (const auto* known = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    fail_postgresql(known->sqlstate());
  }
  fail(Fault::kMalformed, "statement cannot be run");
}

// The server converts, or refuses to.
void check_row(soci::statement&, std::span<const Kind>) {}

constexpr Backend kPostgresqlBackend = {Engine::kPostgresql, open, script, translate, check_row};

}  // namespace

Database Database::connect(const std::string& address) {
  constexpr std::string_view kScheme = "postgresql://";
  if (!address.starts_with(kScheme)) {
    fail(Fault::kMalformed, "database address does not start with {}", kScheme);
  }
  Database database(std::make_unique<Session>(kPostgresqlBackend, address.substr(kScheme.size()),
                                              std::filesystem::path(), Access::kExisting));
  // libpq prints notices on standard error by itself.
  database.script("SET client_min_messages = warning");
  return database;
}

}  // namespace store
