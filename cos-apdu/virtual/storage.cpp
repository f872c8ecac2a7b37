// Media for card images: memory, and a locked file.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "cos-apdu/virtual/nvm.h"

namespace card::chip {

void Storage::append(ByteView frame) {
  ++writes_;
  if (hook_) {
    if (const auto cut = hook_(writes_, frame.size())) {
      append_durably(frame.first(std::min(*cut, frame.size())));
      throw PowerLost{};
    }
  }
  append_durably(frame);
}

void Storage::replace(ByteView image) {
  ++writes_;
  if (hook_) {
    if (const auto cut = hook_(writes_, image.size())) {
      if (*cut >= image.size()) replace_durably(image);
      throw PowerLost{};
    }
  }
  replace_durably(image);
}

void MemoryStorage::append_durably(ByteView frame) {
  medium_->insert(medium_->end(), frame.begin(), frame.end());
}

void MemoryStorage::replace_durably(ByteView image) {
  medium_->assign(image.begin(), image.end());
}

FileStorage::FileStorage(std::filesystem::path path) : path_(std::move(path)) {
  open_and_lock();
}

FileStorage::~FileStorage() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void FileStorage::open_and_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
  if (descriptor_ < 0) {
    const auto fault = errno == ENOENT ? base::Fault::kNotFound : base::Fault::kUnavailable;
    base::fail(fault, "card image {}: {}", path_.string(), std::strerror(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
    base::fail(base::Fault::kConflict, "card image {}: it is inserted somewhere else",
               path_.string());
}

base::WipedBytes FileStorage::read_all() {
  const Bytes content = base::read_file(path_);
  return {content.begin(), content.end()};
}

void FileStorage::append_durably(ByteView frame) {
  const auto size = ::lseek(descriptor_, 0, SEEK_END);
  if (size >= 0 && write_all(frame) && ::fdatasync(descriptor_) == 0) return;
  const int why = errno;
  cut_back(size);
  base::fail(base::Fault::kUnavailable, "card image {}: {}", path_.string(), std::strerror(why));
}

bool FileStorage::write_all(ByteView frame) const {
  while (!frame.empty()) {
    const auto written = ::write(descriptor_, frame.data(), frame.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    frame = frame.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// A refused commit must not come to light at the next power-on.
void FileStorage::cut_back(std::int64_t size) const {
  if (size < 0 || ::ftruncate(descriptor_, size) != 0 || ::fdatasync(descriptor_) != 0)
    throw PowerLost{};
}

void FileStorage::replace_durably(ByteView image) {
  try {
    base::write_durably(path_, image);
  } catch (const base::Error&) {
    if (is_the_file_at_path()) throw;
    throw PowerLost{};
  }
  try {
    open_and_lock();
  } catch (const base::Error&) {
    throw PowerLost{};
  }
}

bool FileStorage::is_the_file_at_path() const {
  struct stat open_file {};

  struct stat at_path {};

  return ::fstat(descriptor_, &open_file) == 0 && ::stat(path_.c_str(), &at_path) == 0 &&
         open_file.st_ino == at_path.st_ino && open_file.st_dev == at_path.st_dev;
}

}  // namespace card::chip
