// A listening socket beside the seat; a watcher that does not keep up loses its place, not the card.
#include "cos-apdu/virtual/slot_trace.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <tuple>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/core/error.h"

namespace card::chip {
namespace {

using base::Fault;

constexpr int kMostWaiting = 4;
constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

std::filesystem::path socket_of(const std::filesystem::path& folder, unsigned slot) {
  return folder / fmt::format("slot{:02}.trace", slot);
}

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto text = path.string();
  if (text.size() >= sizeof address.sun_path)
    base::fail(Fault::kMalformed, "{}: longer than a socket name may be", text);
  text.copy(address.sun_path, text.size());
  return address;
}

int stream_socket() {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) base::fail(Fault::kUnavailable, "socket: {}", std::strerror(errno));
  return fd;
}

int listen_on(const std::filesystem::path& path) {
  const auto address = address_of(path);
  const int fd = stream_socket();
  unlink(path.c_str());  // of a card that was killed: the seat is ours
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      chmod(path.c_str(), kOwnerOnly) != 0 || listen(fd, kMostWaiting) != 0) {
    const int error = errno;
    close(fd);
    base::fail(Fault::kUnavailable, "{}: {}", path.string(), std::strerror(error));
  }
  return fd;
}

int open_file(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) base::fail(Fault::kUnavailable, "{}: {}", path.string(), std::strerror(errno));
  return fd;
}

}  // namespace

SlotTrace::SlotTrace(const std::filesystem::path& folder, unsigned slot,
                     const std::filesystem::path& file)
    : socket_(socket_of(folder, slot)), listener_(listen_on(socket_)) {
  if (!file.empty()) file_ = open_file(file);
}

SlotTrace::~SlotTrace() {
  for (const int watcher : watchers_) close(watcher);
  if (file_ >= 0) close(file_);
  close(listener_);
  unlink(socket_.c_str());
}

void SlotTrace::admit() {
  const int watcher = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (watcher >= 0) watchers_.push_back(watcher);
}

void SlotTrace::power_on(ByteView atr) {
  trace_.power_on();
  if (is_followed()) say("* power on, ATR " + base::to_hex(atr));
}

void SlotTrace::power_off() {
  if (is_followed()) say("* power off");
}

void SlotTrace::command(ByteView apdu) {
  if (is_followed()) say(trace_.command(apdu));
}

void SlotTrace::answer(ByteView response) {
  if (is_followed()) say(trace_.answer(response));
}

void SlotTrace::say(std::string_view line) {
  const auto text = fmt::format("{}\n", line);
  // A full disk keeps no card from answering.
  if (file_ >= 0) std::ignore = write(file_, text.data(), text.size());
  std::erase_if(watchers_, [&](int watcher) {
    const auto sent = send(watcher, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(text.size())) return false;
    close(watcher);
    return true;
  });
}

void watch_slot(const std::filesystem::path& folder, unsigned slot) {
  const auto address = address_of(socket_of(folder, slot));
  const int fd = stream_socket();
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    base::fail(Fault::kNotFound, "slot {} holds no card", slot);
  }
  char part[4096];
  for (;;) {
    const ssize_t count = read(fd, part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    const auto size = static_cast<std::size_t>(count);
    if (std::fwrite(part, 1, size, stdout) != size || std::fflush(stdout) != 0) break;
  }
  close(fd);
}

}  // namespace card::chip
