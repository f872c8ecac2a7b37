// The card's end of a slot socket.
#include "cos-apdu/virtual/slot_server.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <functional>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/core/error.h"
#include "cos-apdu/ifd/frame.h"

namespace card::chip {
namespace {

using base::Fault;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kFirstPause{10};
constexpr milliseconds kLongestPause{320};
constexpr milliseconds kMoreTimeEvery{1000};
constexpr int kSocketBuffer = 256 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}

  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// What a contactless reader makes of an ATS, so that the PC/SC service sees an ATR (PC/SC part 3
// §3.1.3.2.3.1): 3B | 80 + n | 80 | 01 | n historical bytes | XOR of all but the first. Other
// answers to reset stay as they are.
Bytes atr_of(Bytes answer) {
  constexpr Byte kDirect = 0x3B;
  constexpr Byte kInverse = 0x3F;
  if (answer.size() < 2 || answer[0] == kDirect || answer[0] == kInverse) return answer;
  // ISO/IEC 14443-4 §5.2: TL counts itself, bits 5 to 7 of T0 announce TA, TB and TC.
  const auto interface_bytes = std::popcount(static_cast<Byte>(answer[1] & 0x70U));
  const auto historical = ByteView(answer).subspan(2U + static_cast<unsigned>(interface_bytes));
  Bytes atr = {kDirect, static_cast<Byte>(0x80U | (historical.size() & 0x0FU)), 0x80, 0x01};
  atr.insert(atr.end(), historical.begin(), historical.end());
  atr.push_back(std::accumulate(atr.begin() + 1, atr.end(), Byte{0}, std::bit_xor<Byte>()));
  return atr;
}

bool send_frame(int fd, ifd::FrameKind kind, ByteView body = {}) {
  const auto message = ifd::encode_frame(kind, body);
  return send(fd, message.data(), message.size(), MSG_NOSIGNAL) >= 0;
}

// While a command runs for long, tells the reader every second that the card is alive.
class Heartbeat {
 public:
  explicit Heartbeat(int fd)
      : fd_(fd), thread_([this](const std::stop_token& stop) { beat(stop); }) {}

  void command_starts() {
    const std::lock_guard lock(mutex_);
    last_sign_ = SteadyClock::now();
  }

  // Under the lock: a late sign of life would be taken for the answer to the next command.
  bool answer(ByteView body) {
    const std::lock_guard lock(mutex_);
    last_sign_.reset();
    return send_frame(fd_, ifd::FrameKind::kAnswer, body);
  }

 private:
  void beat(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, kMoreTimeEvery, [] { return false; });
      const auto now = SteadyClock::now();
      if (last_sign_ && now - *last_sign_ >= kMoreTimeEvery) {
        send_frame(fd_, ifd::FrameKind::kMoreTime);
        last_sign_ = now;
      }
    }
  }

  int fd_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<SteadyClock::time_point> last_sign_;
  std::jthread thread_;
};

// -1 while nobody listens.
int connect_to(const std::filesystem::path& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto text = socket_path.string();
  if (text.size() >= sizeof address.sun_path) {
    base::fail(Fault::kMalformed, "{}: longer than a socket name may be", text);
  }
  text.copy(address.sun_path, text.size());
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) base::fail(Fault::kUnavailable, "socket: {}", std::strerror(errno));
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

class SlotServer {
 public:
  SlotServer(Chip& chip, SlotTrace& trace, const std::filesystem::path& socket,
             std::function<void()> on_power)
      : chip_(chip),
        trace_(trace),
        socket_(socket),
        on_power_(std::move(on_power)),
        stop_(make_stop()) {}

  Served run() { return {serve(), commands_}; }

 private:
  ServeEnd serve() {
    milliseconds pause = kFirstPause;
    for (bool is_first = true;; is_first = false) {
      const Descriptor reader(connect_to(socket_));
      if (reader.get() < 0 && is_first) {
        base::fail(Fault::kUnavailable, "{}: no reader listens; does pcscd run with ifd-wellkey?",
                   socket_.string());
      }
      if (reader.get() >= 0) {
        pause = kFirstPause;
        const bool is_stopped = converse(reader.get());
        power_off();
        if (is_stopped) return ServeEnd::kStopped;
      }
      if (!std::filesystem::exists(socket_.parent_path())) return ServeEnd::kSlotGone;
      if (stop_comes_within(pause)) return ServeEnd::kStopped;
      pause = std::min(pause * 2, kLongestPause);
    }
  }

  static int make_stop() {
    const sigset_t signals = stop_signals();
    const int fd = signalfd(-1, &signals, SFD_CLOEXEC);
    if (fd < 0) base::fail(Fault::kUnavailable, "signalfd: {}", std::strerror(errno));
    return fd;
  }

  bool stop_comes_within(milliseconds time) const {
    pollfd stop{stop_.get(), POLLIN, 0};
    return poll(&stop, 1, static_cast<int>(time.count())) > 0;
  }

  // Until the reader hangs up (false) or a signal comes (true).
  bool converse(int reader) {
    Heartbeat heartbeat(reader);
    base::WipedBytes message(ifd::kLargestFrame + 1);
    for (;;) {
      pollfd ready[] = {
          {reader, POLLIN, 0},
          {stop_.get(), POLLIN, 0},
          {trace_.listener(), POLLIN, 0},
      };
      if (poll(ready, std::size(ready), -1) < 0) continue;
      if (ready[1].revents != 0) return true;
      if (ready[2].revents != 0) trace_.admit();
      if (ready[0].revents == 0) continue;
      const auto length = recv(reader, message.data(), message.size(), 0);
      if (length <= 0) return false;
      const auto frame = ifd::decode_frame({message.data(), static_cast<std::size_t>(length)});
      if (!frame) base::fail(Fault::kMalformed, "the reader sent a frame of another version");
      if (!answer(reader, heartbeat, *frame)) return false;
    }
  }

  bool answer(int reader, Heartbeat& heartbeat, const ifd::Frame& frame) {
    switch (frame.kind) {
      case ifd::FrameKind::kPowerOn:
      case ifd::FrameKind::kReset:
        return give_atr(reader, atr_of(chip_.reset()));
      case ifd::FrameKind::kPowerOff:
        power_off();
        return true;
      case ifd::FrameKind::kCommand: {
        heartbeat.command_starts();
        trace_.command(frame.body);
        const auto response = chip_.transmit(frame.body);
        trace_.answer(response);
        // A chip that lost its power says nothing: hang up, as a card that is pulled out.
        if (response.size() < 2 || !heartbeat.answer(response)) return false;
        ++commands_;
        return true;
      }
      case ifd::FrameKind::kAtr:
      case ifd::FrameKind::kAnswer:
      case ifd::FrameKind::kMoreTime:
        break;
    }
    base::fail(Fault::kMalformed, "the reader sent a frame that only a card sends");
  }

  void power_off() {
    if (chip_.powered()) trace_.power_off();
    chip_.power_off();
  }

  bool give_atr(int reader, ByteView atr) {
    trace_.power_on(atr);
    if (!send_frame(reader, ifd::FrameKind::kAtr, atr)) return false;
    if (on_power_) std::exchange(on_power_, nullptr)();
    return true;
  }

  Chip& chip_;
  SlotTrace& trace_;
  std::filesystem::path socket_;
  std::function<void()> on_power_;
  Descriptor stop_;
  std::uint64_t commands_ = 0;
};

}  // namespace

void block_stop_signals() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Served serve_slot(Chip& chip, SlotTrace& trace, const std::filesystem::path& socket,
                  const std::function<void()>& on_power) {
  return SlotServer(chip, trace, socket, on_power).run();
}

}  // namespace card::chip
