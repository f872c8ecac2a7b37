// A folder of one test, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace support {

// In memory where thousands of synced writes would cost a test its time.
enum class Medium { kDisk, kMemory };

class TempFolder {
 public:
  explicit TempFolder(Medium medium = Medium::kDisk) {
    const std::filesystem::path parent =
        medium == Medium::kMemory ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string shape = (parent / "wellkey-XXXXXX").string();
    if (mkdtemp(shape.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = shape;
  }

  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace support
