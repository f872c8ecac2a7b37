// The memory of a running process, searched from outside as root can.
#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <sys/types.h>

namespace support {

// The places of `what` in everything that the process can write: heap, stack, locked arena, libraries'
// data. Each is "address in region".
inline std::vector<std::string> places_in_memory(pid_t process, const std::string& what) {
  const std::string folder = "/proc/" + std::to_string(process);
  std::ifstream regions(folder + "/maps");
  std::ifstream memory(folder + "/mem", std::ios::binary);
  std::vector<std::string> found;
  for (std::string line; std::getline(regions, line);) {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    char dash = 0;
    std::string rights;
    std::istringstream(line) >> std::hex >> from >> dash >> to >> rights;
    if (!rights.starts_with("rw")) continue;
    std::string content(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(memory.gcount()));
    for (auto at = content.find(what); at != std::string::npos; at = content.find(what, at + 1)) {
      std::ostringstream place;
      place << std::hex << from + at << " in " << line;
      found.push_back(place.str());
    }
  }
  return found;
}

}  // namespace support
