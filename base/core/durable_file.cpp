#include "base/core/durable_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/error.h"

namespace base {

namespace {

[[noreturn]] void fail_at(const std::filesystem::path& path, std::string_view act) {
  fail(Fault::kUnavailable, "{} {}: {}", act, path.string(), std::strerror(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}

  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

void sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path place = folder.empty() ? "." : folder;
  const Descriptor descriptor(open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() < 0 || fsync(descriptor.number()) != 0) fail_at(place, "sync");
}

namespace {

void write_new(const std::filesystem::path& path, ByteView content) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.number() < 0) fail_at(path, "write");
  while (!content.empty()) {
    const ssize_t written = write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_at(path, "write");
    content = content.subspan(static_cast<std::size_t>(written));
  }
  if (fsync(file.number()) != 0) fail_at(path, "sync");
}

}  // namespace

void write_durably(const std::filesystem::path& path, ByteView content) {
  std::filesystem::path beside = path;
  beside += ".new";
  try {
    write_new(beside, content);
    if (rename(beside.c_str(), path.c_str()) != 0) fail_at(path, "rename to");
  } catch (const Error&) {
    unlink(beside.c_str());
    throw;
  }
  sync_folder(path.parent_path());
}

void write_durably(const std::filesystem::path& path, std::string_view content) {
  write_durably(path, bytes_of(content));
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fail(std::filesystem::exists(path) ? Fault::kUnavailable : Fault::kNotFound,
         "file {} cannot be read", path.string());
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string read_text_file(const std::filesystem::path& path) {
  return text_of(read_file(path));
}

std::string read_handed_in(const std::filesystem::path& path, std::size_t most) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.number() < 0 && errno == ENOENT)
    fail(Fault::kNotFound, "file {} is not there", path.string());

  struct stat facts {};

  if (file.number() < 0 || fstat(file.number(), &facts) != 0) fail_at(path, "read");
  if (!S_ISREG(facts.st_mode))
    fail(Fault::kMalformed, "{}: expected an ordinary file", path.string());
  std::string text(most + 1, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = read(file.number(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_at(path, "read");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > most) fail(Fault::kMalformed, "{}: expected at most {} bytes", path.string(), most);
  text.resize(filled);
  return text;
}

}  // namespace base
