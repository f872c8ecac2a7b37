// What can be said of a server without one; the rest waits for a server in the tests.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/store/database.h"

TEST_CASE("a server that does not answer is unavailable, and its password stays unsaid") {
  try {
    store::Database::connect(
        "postgresql://host=/nonexistent dbname=desk password=geheim connect_timeout=1");
    FAIL("no error was thrown");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kUnavailable);
    CHECK(std::string(error.what()).find("geheim") == std::string::npos);
  }
}
