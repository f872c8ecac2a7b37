// Tiles (C2SP tlog-tiles 0.1.0, height 8): the log as plain files that other people's tools read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "audit/archive.h"

namespace audit {

inline constexpr std::size_t kTileWidth = 256;

// "x001/x234/067" for 1234067.
std::string tile_index_path(std::uint64_t index);

// Writes tile/LEVEL/INDEX[.p/WIDTH], tile/entries/INDEX[.p/WIDTH] and, last, checkpoint (with its
// witness lines) into `folder`. Full tiles that are there already are left as they are. Answers the
// number of files written. Throws kTampered when the entries do not give the newest checkpoint's
// root: nothing is written then.
std::uint64_t write_tiles(Archive& archive, const std::filesystem::path& folder);

}  // namespace audit
