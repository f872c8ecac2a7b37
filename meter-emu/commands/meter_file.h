// The image of a meter on disk: one process at a time, durable at every save.
#pragma once

#include <filesystem>
#include <optional>

#include "meter-emu/meter/image.h"

namespace meter {

class MeterFile {
 public:
  // Throws kNotFound, kConflict while another process has it, and as decode_image.
  explicit MeterFile(std::filesystem::path path);
  ~MeterFile();
  MeterFile(const MeterFile&) = delete;
  MeterFile& operator=(const MeterFile&) = delete;

  // An image that exists is never written over (kConflict).
  static void create(const std::filesystem::path& path, const Image& image);

  Meter& meter() { return image_.meter; }

  const std::string& esam_path() const { return image_.esam_path; }

  void save(const Meter& meter);

 private:
  std::filesystem::path path_;
  int lock_ = -1;
  Image image_;
};

// The image of the ESAM that a meter's image names; none when that cannot be read.
std::optional<std::filesystem::path> esam_of(const std::filesystem::path& image);

}  // namespace meter
