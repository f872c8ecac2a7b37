// A folder of one test, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace support {

class TempFolder {
 public:
  TempFolder() {
    std::string shape = (std::filesystem::temp_directory_path() / "wellkey-XXXXXX").string();
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
