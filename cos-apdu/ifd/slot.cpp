// The socket side of a slot: acceptance, presence, and question and answer with a time limit.
#include "cos-apdu/ifd/slot.h"

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace ifd {
namespace {

// A card that asks for more time for ever is as dead as a silent one.
constexpr int kMostExtensions = 120;
// The largest answer must fit into one message.
constexpr int kSocketBuffer = 256 * 1024;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Whoever can connect to a slot can pose as a card.
void require_closed_folder(const std::string& folder) {
  struct stat found {};

  if (stat(folder.c_str(), &found) != 0) fail(folder);
  if (!S_ISDIR(found.st_mode) || (found.st_mode & S_IRWXO) != 0) {
    throw std::runtime_error(folder + ": expected a folder that only its owner and group enter");
  }
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw std::runtime_error(path + ": longer than a socket name may be");
  }
  path.copy(address.sun_path, path.size());
  return address;
}

std::string socket_path(const std::string& folder, unsigned number) {
  char name[16];
  (void)std::snprintf(name, sizeof name, "slot%02u.sock", number);
  return folder + "/" + name;
}

int listen_at(const std::string& path) {
  const sockaddr_un address = address_of(path);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  unlink(path.c_str());
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0 || listen(fd, 1) != 0) {
    const int error = errno;
    close(fd);
    errno = error;
    fail(path);
  }
  return fd;
}

bool hung_up(int fd) {
  pollfd probe{fd, POLLRDHUP, 0};
  return poll(&probe, 1, 0) > 0 && (probe.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace

void Descriptor::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Slot::Slot(const std::string& folder, unsigned number, std::chrono::milliseconds patience)
    : path_(socket_path(folder, number)), patience_(patience), message_(kLargestFrame + 1) {
  require_closed_folder(folder);
  waker_.adopt(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!waker_.is_open()) fail("eventfd");
  listener_.adopt(listen_at(path_));
}

Slot::~Slot() {
  unlink(path_.c_str());
}

bool Slot::holds_card() {
  const std::unique_lock lock(traffic_, std::try_to_lock);
  if (!lock.owns_lock() || card_is_there()) return true;
  absence_is_told_ = true;
  if (!removal_is_seen_) return false;
  card_.adopt(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!card_.is_open()) return false;
  setsockopt(card_.get(), SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
  return true;
}

bool Slot::card_is_there() {
  if (card_.is_open() && hung_up(card_.get())) drop_card();
  return card_.is_open();
}

void Slot::drop_card() {
  card_.close();
  atr_.clear();
  absence_is_told_ = removal_is_seen_ = false;
  wake();
}

std::optional<Slot::Bytes> Slot::start(FrameKind how) {
  const std::lock_guard lock(traffic_);
  atr_.clear();
  if (!card_is_there()) return std::nullopt;
  auto atr = exchange(how, {}, FrameKind::kAtr);
  if (atr) atr_ = *atr;
  return atr;
}

void Slot::power_off() {
  const std::lock_guard lock(traffic_);
  atr_.clear();
  if (!card_is_there()) return;
  const auto message = encode_frame(FrameKind::kPowerOff);
  if (send(card_.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) drop_card();
}

Slot::Exchange Slot::transmit(std::span<const std::uint8_t> command) {
  const std::lock_guard lock(traffic_);
  if (!card_is_there()) return {};
  return {.sent = true, .answer = exchange(FrameKind::kCommand, command, FrameKind::kAnswer)};
}

Slot::Bytes Slot::atr() {
  const std::lock_guard lock(traffic_);
  return atr_;
}

std::optional<Slot::Bytes> Slot::exchange(FrameKind question, std::span<const std::uint8_t> body,
                                          FrameKind answer) {
  const auto message = encode_frame(question, body);
  std::optional<Bytes> received;
  if (decode_frame(message) &&
      send(card_.get(), message.data(), message.size(), MSG_NOSIGNAL) >= 0) {
    received = await(answer);
  }
  if (!received) drop_card();
  return received;
}

std::optional<Slot::Bytes> Slot::await(FrameKind answer) {
  for (int extensions = 0; extensions <= kMostExtensions; ++extensions) {
    pollfd ready{card_.get(), POLLIN, 0};
    int outcome = 0;
    do {
      outcome = poll(&ready, 1, static_cast<int>(patience_.count()));
    } while (outcome < 0 && errno == EINTR);
    if (outcome <= 0) return std::nullopt;
    const auto count = recv(card_.get(), message_.data(), message_.size(), 0);
    if (count <= 0) return std::nullopt;
    const auto frame = decode_frame({message_.data(), static_cast<std::size_t>(count)});
    if (!frame) return std::nullopt;
    if (frame->kind == answer) return Bytes(frame->body.begin(), frame->body.end());
    if (frame->kind != FrameKind::kMoreTime) return std::nullopt;
  }
  return std::nullopt;
}

void Slot::wait_for_change(std::chrono::milliseconds most) {
  pollfd watched[2] = {
      {waker_.get(), POLLIN, 0},
      {-1, 0, 0},
  };
  {
    const std::lock_guard lock(traffic_);
    // Who asks whether a card is there before it powers one keeps the answer to itself.
    removal_is_seen_ = absence_is_told_;
    watched[1] =
        card_.is_open() ? pollfd{card_.get(), POLLRDHUP, 0} : pollfd{listener_.get(), POLLIN, 0};
  }
  if (poll(watched, 2, static_cast<int>(most.count())) > 0 && watched[0].revents != 0) {
    eventfd_t count = 0;
    eventfd_read(waker_.get(), &count);
  }
}

void Slot::wake() {
  eventfd_write(waker_.get(), 1);
}

}  // namespace ifd
