// A database (SQLite file, or PostgreSQL by connection string) and its transactions.
//
//   store::Database db = store::Database::open("register.db", store::Access::kCreate);
//   store::Transaction change(db);
//   db.run("INSERT INTO card(serial, fen) VALUES(:serial, :fen)", serial8, amount);
//   change.commit();
//   for (const auto& [serial, fen] : db.rows<base::FixedBytes<8>, base::Amount>(
//            "SELECT serial, fen FROM card WHERE fen > :least", 100)) …
//
// Parameters are written :name, each once, in the order of the binds. One statement a call, without
// a semicolon. Statements are prepared once and kept.
//
// Errors name the call and the table, never a bound value: kConflict (a constraint or trigger said
// no, or another writer holds the database), kUnavailable (disk full, not readable, server gone),
// kTampered (the file is damaged or no database), kMalformed (the statement itself is wrong).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/store/value.h"

namespace store {

enum class Access {
  kCreate,    // made when absent, readable by its owner only
  kExisting,  // kNotFound when absent
  kReadOnly,  // kNotFound when absent; nothing can be written
};

enum class Engine { kSqlite, kPostgresql };

class Database {
 public:
  // SQLite with journal_mode WAL, synchronous FULL, foreign_keys on and a busy time-out of ten
  // seconds, each read back: throws kUnavailable when the file cannot hold them.
  static Database open(const std::filesystem::path& path, Access access);

  // "postgresql://dbname=… host=…" (what follows the slashes is libpq's own text). In the library
  // base_store_postgresql, which exists where libpq and its SOCI back end do.
  static Database connect(const std::string& address);

  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  Engine engine() const;

  // Empty for a server.
  const std::filesystem::path& path() const;

  // Throws kUnavailable when a setting above no longer holds.
  void check_settings();

  // Throws kTampered unless SQLite finds the whole file sound.
  void check_integrity();

  // A whole copy at one moment, opened and checked before this returns; an old copy is replaced.
  // SQLite only (kRefused otherwise), never within a transaction.
  void backup_to(const std::filesystem::path& copy);

  // Answers the number of rows changed.
  template <typename... Binds>
  std::int64_t run(std::string_view sql, const Binds&... binds) {
    const std::array<Value, sizeof...(Binds)> values{Value(binds)...};
    return execute(sql, values);
  }

  // Column types: std::int64_t, std::string, base::Amount, base::Bytes, base::FixedBytes<N>, and
  // std::optional of these where the column may be NULL (kTampered otherwise).
  template <typename... Columns, typename... Binds>
  std::vector<std::tuple<Columns...>> rows(std::string_view sql, const Binds&... binds) {
    std::vector<std::tuple<Columns...>> found;
    each<Columns...>(
        sql, [&found](Columns... columns) { found.emplace_back(std::move(columns)...); }, binds...);
    return found;
  }

  // At most one row; throws kConflict when there are more.
  template <typename... Columns, typename... Binds>
  std::optional<std::tuple<Columns...>> row(std::string_view sql, const Binds&... binds) {
    auto found = rows<Columns...>(sql, binds...);
    if (found.size() > 1) base::fail(base::Fault::kConflict, "one row expected, found several");
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  }

  // The one column of the one row; throws kNotFound without a row.
  template <typename T, typename... Binds>
  T value(std::string_view sql, const Binds&... binds) {
    auto found = row<T>(sql, binds...);
    if (!found) base::fail(base::Fault::kNotFound, "one row expected, found none");
    return std::get<0>(std::move(*found));
  }

  // Row by row, for results that should not stand in memory. `take` may run other statements.
  template <typename... Columns, typename Take, typename... Binds>
  void each(std::string_view sql, Take&& take, const Binds&... binds) {
    const std::array<Value, sizeof...(Binds)> values{Value(binds)...};
    constexpr std::array<Kind, sizeof...(Columns)> kinds{Column<Columns>::kKind...};
    query(sql, values, kinds, [&take](std::span<const Value> row) {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        take(Column<Columns>::of(row[I])...);
      }
      (std::index_sequence_for<Columns...>{});
    });
  }

  // The same for a statement whose columns are known at run time only (a list of reports).
  using TakeRow = std::function<void(std::span<const Value>)>;
  std::int64_t execute(std::string_view sql, std::span<const Value> binds);
  void query(std::string_view sql, std::span<const Value> binds, std::span<const Kind> kinds,
             const TakeRow& take);

  // Several statements in one text, without parameters (migrations).
  void script(std::string_view sql);

 private:
  friend class Transaction;
  struct Session;
  explicit Database(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
};

// Immediate on SQLite: it waits for other writers here, not at the first write. Serializable on
// PostgreSQL. What is not committed is rolled back.
class Transaction {
 public:
  // Throws kWrongState inside another transaction, kConflict when a writer does not make way.
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Throws as a statement does; the transaction is rolled back then.
  void commit();

 private:
  enum class State { kOpen, kEnded };

  Database::Session& session_;
  State state_ = State::kOpen;
};

}  // namespace store
