// A card of a test's own making behind a slot: it says on the socket exactly what it is told to.
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cos-apdu/ifd/frame.h"

namespace support {

using Bytes = std::vector<std::uint8_t>;

// Offers T=0 only, or T=1 only (ISO/IEC 7816-3 §8.2; the latter with a check byte).
inline const Bytes kAtrT0 = {0x3B, 0x02, 0x54, 0x30};
inline const Bytes kAtrT1 = {0x3B, 0x82, 0x01, 0x54, 0x31, 0xE6};

class RawCard {
 public:
  // The messages to send for one command, whole frames; none: hang up.
  using Reply = std::function<std::vector<Bytes>(std::span<const std::uint8_t> command)>;

  // Not a message: the card thinks for 150 ms.
  static inline const Bytes kPause{};

  RawCard(const std::filesystem::path& socket, Bytes atr, Reply reply)
      : fd_(connect_to(socket)),
        atr_(std::move(atr)),
        reply_(std::move(reply)),
        thread_([this] { serve(); }) {}

  ~RawCard() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }

  RawCard(const RawCard&) = delete;
  RawCard& operator=(const RawCard&) = delete;

  static Bytes answer(std::span<const std::uint8_t> body) {
    return ifd::encode_frame(ifd::FrameKind::kAnswer, body);
  }

  static Bytes more_time() { return ifd::encode_frame(ifd::FrameKind::kMoreTime); }

 private:
  static int connect_to(const std::filesystem::path& socket_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("no reader at " + socket_path.string());
    }
    return fd;
  }

  void serve() {
    Bytes message(ifd::kLargestFrame);
    for (;;) {
      const auto length = recv(fd_, message.data(), message.size(), 0);
      if (length <= 0) return;
      const auto frame = ifd::decode_frame({message.data(), static_cast<std::size_t>(length)});
      if (!frame) return;
      if (frame->kind == ifd::FrameKind::kPowerOff) continue;
      if (frame->kind != ifd::FrameKind::kCommand) {
        say(ifd::encode_frame(ifd::FrameKind::kAtr, atr_));
        continue;
      }
      const auto messages = reply_(frame->body);
      if (messages.empty()) {
        shutdown(fd_, SHUT_RDWR);
        return;
      }
      for (const auto& one : messages) say(one);
    }
  }

  void say(const Bytes& message) {
    if (message.empty()) {
      poll(nullptr, 0, 150);
      return;
    }
    send(fd_, message.data(), message.size(), MSG_NOSIGNAL);
  }

  int fd_;
  Bytes atr_;
  Reply reply_;
  std::thread thread_;
};

}  // namespace support
