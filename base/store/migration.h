// Numbered steps that bring a database from any older schema to this program's.
#pragma once

#include <span>
#include <string_view>

#include "base/store/database.h"

namespace store {

struct Migration {
  std::int64_t number;  // 1, 2, 3 … without gaps
  std::string_view name;
  std::string_view sql;  // one or more statements; SQLite's, and PostgreSQL's unless
  std::string_view postgresql_sql = {};  // given here
};

// Runs the steps not yet run, each in a transaction of its own; a database that has had steps before
// is copied first to PATH.before-step-N. Throws kRefused when the database is newer than `steps`,
// kTampered when a step it records has another text than here.
void migrate(Database& database, std::span<const Migration> steps);

// For a reader that runs no step: throws kRefused as above.
void refuse_newer(Database& database, std::span<const Migration> steps);

// 0 for a database without any step.
std::int64_t schema_number(Database& database);

}  // namespace store
