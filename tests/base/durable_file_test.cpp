// Files that are whole or absent.
#include "base/core/durable_file.h"

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/support/temp_folder.h"

TEST_CASE("a file is replaced whole, and nothing is left beside it") {
  const support::TempFolder folder;
  const auto path = folder.path() / "state";
  base::write_durably(path, "first");
  base::write_durably(path, "second");
  CHECK(base::read_text_file(path) == "second");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a file that cannot be written leaves the old one as it was") {
  const support::TempFolder folder;
  const auto path = folder.path() / "state";
  base::write_durably(path, "first");
  std::filesystem::create_directory(folder.path() / "state.new");
  CHECK_THROWS_AS(base::write_durably(path, "second"), base::Error);
  CHECK(base::read_text_file(path) == "first");
}

TEST_CASE("a missing file and a missing folder are named") {
  const support::TempFolder folder;
  try {
    base::read_file(folder.path() / "absent");
    FAIL("read");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kNotFound);
    CHECK(std::string(error.what()).find("absent") != std::string::npos);
  }
  CHECK_THROWS_AS(base::write_durably(folder.path() / "no" / "file", "x"), base::Error);
}

TEST_CASE("a full disk is an error and not a half-written file") {
  // /dev/full answers ENOSPC to every write; the rename never happens.
  const support::TempFolder folder;
  std::filesystem::create_symlink("/dev/full", folder.path() / "state.new");
  CHECK_THROWS_AS(base::write_durably(folder.path() / "state", "x"), base::Error);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "state"));
}
