// Queries over the tables of schema.h.
#include "audit/archive.h"

#include "audit/schema.h"
#include "base/core/error.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

std::vector<Hash32> peaks_of(const std::string& hex) {
  const base::Bytes bytes = base::from_hex(hex, "peaks");
  base::Reader reader(bytes, "peaks");
  std::vector<Hash32> peaks;
  while (reader.remaining() > 0) peaks.push_back(reader.fixed<32>());
  return peaks;
}

}  // namespace

Archive Archive::open(const std::filesystem::path& path) {
  Archive archive(store::Database::open(path, store::Access::kReadOnly));
  const auto tables = archive.database_.value<std::int64_t>(
      "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('entry', "
      "'checkpoint')");
  if (tables != 2) fail(Fault::kTampered, "{} is not a log", path.string());
  store::refuse_newer(archive.database_, kLogSchema);
  return archive;
}

std::uint64_t Archive::size() {
  return static_cast<std::uint64_t>(
      database_.value<std::int64_t>("SELECT COALESCE(MAX(idx) + 1, 0) FROM entry"));
}

std::optional<Sealed> Archive::newest() {
  const auto row = database_.row<std::int64_t, std::string, std::string>(
      "SELECT size, peaks, note FROM checkpoint ORDER BY size DESC LIMIT 1");
  if (!row) return std::nullopt;
  const auto& [size, peaks, note] = *row;
  return Sealed{CompactRange(static_cast<std::uint64_t>(size), peaks_of(peaks)), note};
}

std::string Archive::entry(std::uint64_t index) {
  const auto row = database_.row<std::string>("SELECT body FROM entry WHERE idx = :index", index);
  if (!row) fail(Fault::kNotFound, "the log has no entry {}", index);
  return std::get<0>(*row);
}

void Archive::each_entry(
    std::uint64_t first,
    const std::function<void(std::uint64_t index, std::string_view bytes)>& take) {
  database_.each<std::int64_t, std::string>(
      "SELECT idx, body FROM entry WHERE idx >= :first ORDER BY idx",
      [&take](std::int64_t index, const std::string& body) {
        take(static_cast<std::uint64_t>(index), body);
      },
      first);
}

void Archive::each_checkpoint(const std::function<void(const StoredCheckpoint&)>& take) {
  database_.each<std::int64_t, std::string>("SELECT size, note FROM checkpoint ORDER BY size",
                                            [&take](std::int64_t size, const std::string& note) {
                                              take({static_cast<std::uint64_t>(size), note});
                                            });
}

std::optional<std::string> Archive::checkpoint_at(std::uint64_t size) {
  auto row = database_.row<std::string>("SELECT note FROM checkpoint WHERE size = :size", size);
  if (!row) return std::nullopt;
  return std::get<0>(std::move(*row));
}

std::string Archive::cosigned_checkpoint(std::uint64_t size) {
  auto note = checkpoint_at(size);
  if (!note) fail(Fault::kNotFound, "the log has no checkpoint of size {}", size);
  database_.each<std::string>(
      "SELECT line FROM cosignature WHERE size = :size ORDER BY line",
      [&note](const std::string& line) { *note += line; }, size);
  return *note;
}

std::vector<Hash32> Archive::leaves(std::uint64_t size) {
  std::vector<Hash32> leaves;
  leaves.reserve(size);
  database_.each<std::string>(
      "SELECT body FROM entry WHERE idx < :size ORDER BY idx",
      [&leaves](const std::string& body) { leaves.push_back(leaf_hash(base::bytes_of(body))); },
      size);
  if (leaves.size() != size) {
    fail(Fault::kTampered, "the log holds {} of {} entries", leaves.size(), size);
  }
  return leaves;
}

std::optional<Disclosure> Archive::disclosure(const crypto::Hash32& commitment) {
  const auto row = database_.row<base::FixedBytes<16>, std::string>(
      "SELECT salt, value FROM disclosure WHERE commitment = :commitment", commitment);
  if (!row) return std::nullopt;
  return Disclosure{std::get<0>(*row), std::get<1>(*row)};
}

}  // namespace audit
