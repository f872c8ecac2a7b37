// Beside the image lies its lock: the image itself is replaced at every save.
#include "meter-emu/commands/meter_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace meter {
namespace {

int lock_beside(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    base::fail(base::Fault::kNotFound, "meter image {}: not found", path.string());
  }
  const auto beside = path.string() + ".lock";
  const int fd = open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) base::fail(base::Fault::kUnavailable, "{}: {}", beside, std::strerror(errno));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    base::fail(base::Fault::kConflict, "meter image {}: in use by another process", path.string());
  }
  return fd;
}

}  // namespace

MeterFile::MeterFile(std::filesystem::path path)
    : path_(std::move(path)), lock_(lock_beside(path_)), image_([this] {
        try {
          return decode_image(base::read_text_file(path_));
        } catch (...) {
          close(lock_);
          throw;
        }
      }()) {}

MeterFile::~MeterFile() {
  close(lock_);
}

void MeterFile::create(const std::filesystem::path& path, const Image& image) {
  if (std::filesystem::exists(path)) {
    base::fail(base::Fault::kConflict, "{} exists: a meter image is never written over",
               path.string());
  }
  base::write_durably(path, encode_image(image));
}

void MeterFile::save(const Meter& meter) {
  base::write_durably(path_, encode_image({meter, image_.esam_path}));
}

std::optional<std::filesystem::path> esam_of(const std::filesystem::path& image) {
  try {
    return decode_image(base::read_text_file(image)).esam_path;
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace meter
