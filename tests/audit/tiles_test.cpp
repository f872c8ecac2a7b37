// The log as plain files.
#include "audit/tiles.h"

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "tests/audit/log_fixture.h"
#include "tests/audit/vectors.h"

using support::entry_of;
using support::Json;
using support::LogFixture;
using support::vectors;

namespace {

std::vector<audit::Entry> entries(std::uint64_t count) {
  std::vector<audit::Entry> list;
  for (std::uint64_t i = 0; i < count; ++i) list.push_back(entry_of(i));
  return list;
}

std::uintmax_t size_of(const std::filesystem::path& path) {
  return std::filesystem::exists(path) ? std::filesystem::file_size(path) : 0;
}

}  // namespace

TEST_CASE("tile numbers are written as published") {
  const Json& row = vectors()["tiles"]["index_path"];
  CHECK(audit::tile_index_path(row["index"].get<std::uint64_t>()) ==
        row["path"].get<std::string>());
  CHECK(audit::tile_index_path(0) == "000");
  CHECK(audit::tile_index_path(999) == "999");
  CHECK(audit::tile_index_path(1000) == "x001/000");
}

TEST_CASE("tiles are laid out as published") {
  for (const Json& row : vectors()["tiles"]["layout"]) {
    const auto size = row["size"].get<std::uint64_t>();
    CAPTURE(size);
    LogFixture f;
    f.open().append(entries(size));
    audit::Archive archive = audit::Archive::open(f.path);
    const std::filesystem::path out = f.folder.path() / "out";
    audit::write_tiles(archive, out);
    for (const Json& level : row["levels"]) {
      const auto number = level["level"].get<int>();
      const auto full = level["full"].get<std::uint64_t>();
      const auto width = level["partial_width"].get<std::uint64_t>();
      CAPTURE(number);
      const std::filesystem::path folder = out / "tile" / std::to_string(number);
      if (full > 0) CHECK(size_of(folder / audit::tile_index_path(full - 1)) == 8192);
      CHECK(size_of(folder / audit::tile_index_path(full)) == 0);
      const std::filesystem::path partial = folder / (audit::tile_index_path(full) + ".p");
      CHECK(std::filesystem::exists(partial) == (width > 0));
      if (width > 0) CHECK(size_of(partial / std::to_string(width)) == 32 * width);
    }
    CHECK_FALSE(std::filesystem::exists(out / "tile" / std::to_string(row["levels"].size())));
  }
}

TEST_CASE("a log that grew writes its new tiles only, and a changed one writes none") {
  LogFixture f;
  audit::Log log = f.open();
  log.append(entries(600));
  const std::filesystem::path out = f.folder.path() / "out";
  // entries: two full and one partial, hashes the same, and the two roots above
  CHECK(audit::write_tiles(log.archive(), out) == 7);
  CHECK(audit::write_tiles(log.archive(), out) == 0);
  log.append(entry_of(600));
  CHECK(audit::write_tiles(log.archive(), out) == 2);
  CHECK(base::read_text_file(out / "checkpoint") == log.checkpoint());

  store::Database db = store::Database::open(f.path, store::Access::kExisting);
  db.script("DROP TRIGGER entry_stays");
  db.run("UPDATE entry SET body = replace(body, 'officer-07', 'officer-08') WHERE idx = 2");
  CHECK_THROWS_AS(audit::write_tiles(log.archive(), f.folder.path() / "other"), base::Error);
  CHECK_FALSE(std::filesystem::exists(f.folder.path() / "other"));
}
