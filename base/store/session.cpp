// Kept statements: prepared once by SOCI, filled and run again.
#include "base/store/session.h"

#include "base/core/error.h"

namespace store {

using base::fail;
using base::Fault;

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

namespace {

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

std::vector<Value> row_of(const Prepared& prepared) {
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

Database::Session::Session(const Backend& which, const std::string& parameters,
                           std::filesystem::path file, Access how)
    : backend(which), path(std::move(file)), access(how) {
  try {
    backend.open(soci_, parameters);
  } catch (const soci::soci_error&) {
    // The text of the error may repeat the connection string, which may hold a password.
    fail(Fault::kUnavailable, "database {} cannot be opened",
         path.empty() ? "server" : path.string());
  }
}

Database::Session::~Session() = default;

Prepared& Database::Session::prepared(std::string_view sql, std::span<const Value> binds,
                                      std::span<const Kind> kinds, const std::string& key) {
  const auto found = statements_.find(key);
  if (found != statements_.end()) return *found->second;
  // SOCI prepares the first of several statements and drops the others.
  if (sql.find(';') != std::string_view::npos) {
    fail(Fault::kMalformed, "one statement expected, without a semicolon");
  }
  auto made = std::make_unique<Prepared>(soci_);
  prepare(*made, std::string(sql), binds, kinds);
  return *statements_.emplace(key, std::move(made)).first->second;
}

std::int64_t Database::Session::execute(std::string_view sql, std::span<const Value> binds,
                                        std::span<const Kind> kinds, const TakeRow& take) {
  const std::string key = cache_key(sql, binds, kinds);
  const auto found = statements_.find(key);
  if (found != statements_.end() && found->second->running) {
    fail(Fault::kWrongState, "statement is running already");
  }
  try {
    Prepared& kept = prepared(sql, binds, kinds, key);
    fill(kept, binds);
    kept.running = true;
    kept.statement.execute(kinds.empty());
    while (!kinds.empty() && kept.statement.fetch()) {
      backend.check_row(kept.statement, kinds);
      take(row_of(kept));
    }
    kept.running = false;
    return kept.statement.get_affected_rows();
  } catch (const soci::soci_error& error) {
    // Before the statement goes: SQLite keeps the text of its last error only.
    try {
      backend.translate(soci_, error, path.string());
    } catch (...) {
      statements_.erase(key);
      throw;
    }
    throw;
  } catch (...) {
    statements_.erase(key);
    throw;
  }
}

void Database::Session::script(std::string_view sql) {
  backend.script(soci_, std::string(sql), path.string());
}

}  // namespace store
