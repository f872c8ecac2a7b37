// Media for card images: memory, and a locked file.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
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
  while (!frame.empty()) {
    const auto written = ::write(descriptor_, frame.data(), frame.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      base::fail(base::Fault::kUnavailable, "card image {}: {}", path_.string(),
                 std::strerror(errno));
    frame = frame.subspan(static_cast<std::size_t>(written));
  }
  if (::fdatasync(descriptor_) != 0)
    base::fail(base::Fault::kUnavailable, "card image {}: {}", path_.string(),
               std::strerror(errno));
}

void FileStorage::replace_durably(ByteView image) {
  base::write_durably(path_, image);
  open_and_lock();
}

}  // namespace card::chip
