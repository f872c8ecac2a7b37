// One level after another, from the leaves up.
#include "audit/tiles.h"

#include <span>
#include <vector>

#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

class TileFolder {
 public:
  explicit TileFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Tile `index` of a kind ("0", "1", "entries"), `width` wide.
  void write(const std::string& kind, std::uint64_t index, std::size_t width,
             base::ByteView content) {
    std::filesystem::path path = folder_ / "tile" / kind / tile_index_path(index);
    if (width < kTileWidth) {
      path += ".p";
      path /= std::to_string(width);
    }
    if (std::filesystem::exists(path)) return;
    std::filesystem::create_directories(path.parent_path());
    base::write_durably(path, content);
    ++written_;
  }

  std::uint64_t written() const { return written_; }

 private:
  std::filesystem::path folder_;
  std::uint64_t written_ = 0;
};

// Answers the roots of the full tiles: the hashes of the next level.
std::vector<Hash32> write_level(TileFolder& folder, std::size_t level,
                                std::span<const Hash32> hashes) {
  std::vector<Hash32> roots;
  for (std::size_t first = 0; first < hashes.size(); first += kTileWidth) {
    const auto tile = hashes.subspan(first, std::min(kTileWidth, hashes.size() - first));
    base::Writer content;
    for (const Hash32& hash : tile) content.bytes(hash);
    folder.write(std::to_string(level), first / kTileWidth, tile.size(), content.view());
    if (tile.size() == kTileWidth) roots.push_back(root_of(tile));
  }
  return roots;
}

void write_entries(TileFolder& folder, Archive& archive, std::uint64_t size) {
  base::Writer content;
  archive.each_entry(0, [&](std::uint64_t index, std::string_view bytes) {
    if (index >= size) return;
    content.u16(static_cast<std::uint16_t>(bytes.size())).text(bytes);
    const std::size_t width = index % kTileWidth + 1;
    if (width < kTileWidth && index + 1 < size) return;
    folder.write("entries", index / kTileWidth, width, content.view());
    content = base::Writer();
  });
}

}  // namespace

std::string tile_index_path(std::uint64_t index) {
  std::string path = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) path = fmt::format("x{:03}/{}", index % 1000, path);
  return path;
}

std::uint64_t write_tiles(Archive& archive, const std::filesystem::path& folder) {
  const auto newest = archive.newest();
  if (!newest) fail(Fault::kNotFound, "the log has no checkpoint");
  const std::uint64_t size = newest->range.size();
  std::vector<Hash32> hashes = archive.leaves(size);
  const Checkpoint checkpoint = parse_checkpoint(parse_note(newest->note).text);
  if (checkpoint.head != Head{size, root_of(hashes)}) {
    fail(Fault::kTampered, "the entries do not give the root of the newest checkpoint");
  }
  TileFolder tiles(folder);
  write_entries(tiles, archive, size);
  for (std::size_t level = 0; !hashes.empty(); ++level) {
    hashes = write_level(tiles, level, hashes);
  }
  std::filesystem::create_directories(folder);
  base::write_durably(folder / "checkpoint", archive.cosigned_checkpoint(size));
  return tiles.written();
}

}  // namespace audit
