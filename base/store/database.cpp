// Opening, settings and copies of a database, and its transactions.
#include "base/store/database.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/store/session.h"

namespace store {

namespace {

using base::fail;
using base::Fault;

constexpr std::int64_t kBusyMilliseconds = 10000;

std::string quoted(const std::filesystem::path& path) {
  const std::string text = path.string();
  if (text.find('"') != std::string::npos || text.find('\\') != std::string::npos) {
    fail(Fault::kMalformed, "database path holds a quotation mark or a backslash");
  }
  return '"' + text + '"';
}

void make_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    fail(Fault::kUnavailable, "make database {}: {}", path.string(), std::strerror(errno));
  }
  ::close(descriptor);
}

void set_sqlite(Database& database, Access access) {
  database.script(fmt::format("PRAGMA busy_timeout={}", kBusyMilliseconds));
  database.script("PRAGMA foreign_keys=ON");
  if (access == Access::kReadOnly) return;
  database.script("PRAGMA journal_mode=WAL");
  database.script("PRAGMA synchronous=FULL");
}

}  // namespace

Database::Database(std::unique_ptr<Session> session) : session_(std::move(session)) {}

Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Database Database::open(const std::filesystem::path& path, Access access) {
  if (access == Access::kCreate) {
    make_file(path);
  } else if (!std::filesystem::is_regular_file(path)) {
    fail(Fault::kNotFound, "there is no database {}", path.string());
  }
  const std::string parameters =
      "dbname=" + quoted(path) + (access == Access::kReadOnly ? " readonly=true" : "");
  Database database(std::make_unique<Session>(kSqliteBackend, parameters, path, access));
  set_sqlite(database, access);
  database.check_settings();
  return database;
}

Engine Database::engine() const {
  return session_->backend.engine;
}

const std::filesystem::path& Database::path() const {
  return session_->path;
}

void Database::check_settings() {
  if (engine() != Engine::kSqlite) return;
  const auto expect = [this](std::string_view setting, const auto& expected) {
    using Type = std::decay_t<decltype(expected)>;
    const Type found = value<Type>(fmt::format("PRAGMA {}", setting));
    if (found != expected) {
      fail(Fault::kUnavailable, "{}: {} is {}, expected {}", path().string(), setting, found,
           expected);
    }
  };
  expect("foreign_keys", std::int64_t{1});
  expect("busy_timeout", kBusyMilliseconds);
  if (session_->access == Access::kReadOnly) return;
  expect("journal_mode", std::string("wal"));
  expect("synchronous", std::int64_t{2});
}

void Database::check_integrity() {
  if (engine() != Engine::kSqlite) return;
  const auto lines = rows<std::string>("PRAGMA integrity_check(1)");
  if (lines.size() != 1 || std::get<0>(lines.front()) != "ok") {
    fail(Fault::kTampered, "{}: the database file is damaged", path().string());
  }
}

void Database::backup_to(const std::filesystem::path& copy) {
  if (engine() != Engine::kSqlite) {
    fail(Fault::kRefused, "a server's database is copied by the server's own tools");
  }
  std::filesystem::remove(copy);
  run("VACUUM INTO :copy", copy.string());
  open(copy, Access::kReadOnly).check_integrity();
}

std::int64_t Database::execute(std::string_view sql, std::span<const Value> binds) {
  return session_->execute(sql, binds, {}, [](std::span<const Value>) {});
}

void Database::query(std::string_view sql, std::span<const Value> binds,
                     std::span<const Kind> kinds, const TakeRow& take) {
  session_->execute(sql, binds, kinds, take);
}

void Database::script(std::string_view sql) {
  session_->script(sql);
}

Transaction::Transaction(Database& database) : session_(*database.session_) {
  if (session_.in_transaction) fail(Fault::kWrongState, "a transaction is open already");
  session_.script(session_.backend.engine == Engine::kSqlite
                      ? "BEGIN IMMEDIATE"
                      : "BEGIN ISOLATION LEVEL SERIALIZABLE");
  session_.in_transaction = true;
}

Transaction::~Transaction() {
  if (state_ == State::kEnded) return;
  session_.in_transaction = false;
  try {
    session_.script("ROLLBACK");
  } catch (const base::Error&) {
    // SQLite has rolled back by itself after some failures and says so here.
  }
}

void Transaction::commit() {
  if (state_ == State::kEnded) fail(Fault::kWrongState, "the transaction has ended");
  session_.script("COMMIT");
  state_ = State::kEnded;
  session_.in_transaction = false;
}

}  // namespace store
