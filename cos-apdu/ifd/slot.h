// One slot: a listening socket to which at most one card process is connected.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cos-apdu/ifd/frame.h"

namespace ifd {

// A file descriptor that is closed once.
class Descriptor {
 public:
  Descriptor() = default;

  explicit Descriptor(int fd) : fd_(fd) {}

  ~Descriptor() { close(); }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void adopt(int fd) {
    close();
    fd_ = fd;
  }

  void close() noexcept;

  int get() const { return fd_; }

  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// All calls may come from different threads. A card that hangs up, stays silent for longer than
// the patience, or sends a frame that was not asked for is dropped: the slot is empty then, and
// the call that met it returns nothing.
class Slot {
 public:
  using Bytes = std::vector<std::uint8_t>;

  // Binds <folder>/slotNN.sock. Throws std::runtime_error: no such folder, one that others than
  // owner and group may enter, or the socket cannot be bound.
  Slot(const std::string& folder, unsigned number, std::chrono::milliseconds patience);
  ~Slot();
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  // Does not wait for a command under way: a busy card is a present card. A card that went is
  // absent until the next wait_for_change(): pcscd powers no card whose change it never saw.
  bool holds_card();

  // kPowerOn or kReset; the ATR.
  std::optional<Bytes> start(FrameKind how);
  void power_off();

  // Nothing was sent when the slot was already empty: no card can have acted on the command.
  struct Exchange {
    bool sent = false;
    std::optional<Bytes> answer{};
  };

  Exchange transmit(std::span<const std::uint8_t> command);

  Bytes atr();

  // Returns when a card may have come or gone, when woken, or after the time given.
  void wait_for_change(std::chrono::milliseconds most);
  void wake();

 private:
  bool card_is_there();  // these four: the caller holds traffic_
  void drop_card();
  std::optional<Bytes> exchange(FrameKind question, std::span<const std::uint8_t> body,
                                FrameKind answer);
  std::optional<Bytes> await(FrameKind answer);

  std::mutex traffic_;
  std::string path_;
  std::chrono::milliseconds patience_;
  Descriptor listener_, card_, waker_;
  Bytes atr_, message_;
  bool absence_is_told_ = true, removal_is_seen_ = true;
};

}  // namespace ifd
