// The fence around the file system (Landlock), as high as this kernel can build it.
//
// Level: the version of the kernel's interface that was used, 0 where it has none. Debian 12 has 2;
// what a level adds stands in kLevels.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/program/rows.h"

namespace program {

struct Level {
  int number;
  std::string_view adds;
  std::uint64_t files;    // LANDLOCK_ACCESS_FS_*
  std::uint64_t network;  // LANDLOCK_ACCESS_NET_*
  std::uint64_t scopes;   // LANDLOCK_SCOPE_*
};

// The bits of linux/landlock.h, which on Debian 12 ends with level 2.
inline constexpr std::array kLevels = {
    Level{1, "reading, writing, making, removing and running files", 0x1fff, 0, 0},
    Level{2, "moving files between folders", 0x2000, 0, 0},
    Level{3, "cutting files short", 0x4000, 0, 0},
    Level{4, "TCP", 0, 0x3, 0},
    Level{5, "commands to devices", 0x8000, 0, 0},
    Level{6, "abstract sockets and signals to processes outside", 0, 0, 0x3},
};

// What this kernel offers, at most the last of kLevels; 0 without Landlock.
int landlock_level();

enum class Rights : std::uint8_t {
  kRead,
  kWrite,  // reading, writing, and in a folder making and removing files, folders and sockets
  kRun,    // reading and running
};

class Fence {
 public:
  // Refuses everything that is not allowed below, once it is closed. `signals` decides whether
  // processes outside may be told to stop.
  explicit Fence(Signals signals);
  ~Fence();
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;

  // The file, or the folder and all below; symbolic links are followed now. What is not there is
  // left out.
  void allow(const std::filesystem::path& path, Rights rights);

  // For the rest of this process's life and all that it starts. Returns the level. Throws
  // kUnavailable when a kernel that has Landlock refuses.
  int close();

 private:
  int level_;
  std::uint64_t files_ = 0;
  int ruleset_ = -1;
};

}  // namespace program
