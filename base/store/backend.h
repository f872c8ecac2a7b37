// What differs between the back ends of SOCI; each is known to one source file alone.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include <soci/soci.h>

#include "base/store/database.h"

namespace store {

// Every function throws base::Error without bound values.
struct Backend {
  Engine engine;
  // Lets SOCI's own error pass: its text may repeat a password and is not shown.
  void (*open)(soci::session& session, const std::string& parameters);
  // Several statements in one text; `where` is for the error.
  void (*script)(soci::session& session, const std::string& sql, const std::string& where);
  void (*translate)(soci::session& session, const soci::soci_error& error,
                    const std::string& where);
  // Throws kTampered when a column that is fetched as an integer holds none in the row at hand.
  void (*check_row)(soci::statement& statement, std::span<const Kind> kinds);
};

extern const Backend kSqliteBackend;

}  // namespace store
