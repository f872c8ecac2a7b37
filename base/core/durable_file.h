// Files that are whole or absent: written beside, synced, renamed, and the folder synced.
#pragma once

#include <filesystem>
#include <optional>

#include "base/core/bytes.h"

namespace base {

// Throws kUnavailable (disk full, no permission) and leaves the old file as it was.
void write_durably(const std::filesystem::path& path, ByteView content);
void write_durably(const std::filesystem::path& path, std::string_view content);

// Throws kNotFound, or kUnavailable when it cannot be read.
Bytes read_file(const std::filesystem::path& path);
std::string read_text_file(const std::filesystem::path& path);

// A file that people hand in: never waits, and throws kMalformed for what is no ordinary file
// (folder, pipe, device) or is longer than `most` bytes.
std::string read_handed_in(const std::filesystem::path& path, std::size_t most);

void sync_folder(const std::filesystem::path& folder);

}  // namespace base
