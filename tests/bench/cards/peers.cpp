// Echo cards, and other people's card emulators, which speak the protocol of vpcd to a TCP port.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cos-apdu/ifd/frame.h"
#include "tests/bench/cards/bench.h"
#include "tests/bench/cards/child.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/raw_card.h"

namespace bench {
namespace {

using base::Byte;
using base::Bytes;
using base::ByteView;

constexpr Byte kPowerOn = 1, kReset = 2, kAskAtr = 4;  // of vpcd
constexpr int kConnectsWithinMs = 20'000;

[[noreturn]] void fail(const char* call) {
  throw std::runtime_error(fmt::format("{}: {}", call, std::strerror(errno)));
}

// The other side of vpcd: two-byte length, then the bytes.
class VpcdCard {
 public:
  explicit VpcdCard(const std::string& command) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (bind(listener, raw, size) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, raw, &size) != 0)
      fail("listen");
    start(command, ntohs(address.sin_port));
    pollfd card{listener, POLLIN, 0};
    if (poll(&card, 1, kConnectsWithinMs) != 1) throw std::runtime_error("no card of: " + command);
    fd_ = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    close(listener);
    if (fd_ < 0) fail("accept");
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  ~VpcdCard() {
    close(fd_);
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }

  VpcdCard(const VpcdCard&) = delete;
  VpcdCard& operator=(const VpcdCard&) = delete;

  void say(ByteView body) const {
    Bytes message = {static_cast<Byte>(body.size() >> 8), static_cast<Byte>(body.size() & 0xFF)};
    message.insert(message.end(), body.begin(), body.end());
    if (send(fd_, message.data(), message.size(), MSG_NOSIGNAL) < 0) fail("send");
  }

  Bytes hear() const {
    Bytes head(2);
    take(head);
    Bytes body(static_cast<std::size_t>(head[0] << 8 | head[1]));
    take(body);
    return body;
  }

  Bytes power_on() const {
    say(Bytes{kPowerOn});
    say(Bytes{kReset});
    say(Bytes{kAskAtr});
    return hear();
  }

 private:
  void start(std::string command, unsigned port) {
    const std::string place = "{port}";
    const auto at = command.find(place);
    if (at == std::string::npos) throw std::runtime_error("expected {port} in: " + command);
    command.replace(at, place.size(), std::to_string(port));
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execl("/bin/sh", "sh", "-c", ("exec " + command + " >/dev/null 2>&1").c_str(), nullptr);
    _exit(127);
  }

  void take(Bytes& into) const {
    for (std::size_t at = 0; at < into.size();) {
      const auto count = recv(fd_, into.data() + at, into.size() - at, 0);
      if (count <= 0) fail("recv");
      at += static_cast<std::size_t>(count);
    }
  }

  int fd_ = -1;
  pid_t pid_ = -1;
};

struct PeerRow {
  const char* variable;  // holds the command line, with {port} where the port stands
  std::string_view name;
  std::string_view command;
  double target;
  std::string_view advice;
};

constexpr PeerRow kPeers[] = {
    {"WELLKEY_BENCH_VICC", "Python vicc, SELECT MF", "00A4000C023F00", 3.0,
     "vicc of the project vsmartcard, from source (Debian 12 packages it without its module):\n"
     "    WELLKEY_BENCH_VICC='env PYTHONPATH=SOURCE/virtualsmartcard/src/vpicc python3 "
     "SOURCE/virtualsmartcard/src/vpicc/vicc.in --type iso7816 --hostname 127.0.0.1 --port "
     "{port}'"},
};

// A card's end of a slot; support::RawCard keeps it open.
int serve_until_killed(const std::filesystem::path& socket, const Bytes& atr,
                       support::RawCard::Reply reply) {
  const support::RawCard card(socket, atr, std::move(reply));
  pause();
  return 0;
}

}  // namespace

int serve_echo(const std::filesystem::path& socket, ByteView answer) {
  const Bytes reply = support::RawCard::answer(answer);
  return serve_until_killed(socket, support::kAtrT1,
                            [&](std::span<const Byte>) -> std::vector<Bytes> { return {reply}; });
}

int serve_vpcd(const std::filesystem::path& socket, const std::string& card_command) {
  const VpcdCard card(card_command);
  const Bytes atr = card.power_on();
  return serve_until_killed(socket, atr, [&](std::span<const Byte> command) {
    card.say(command);
    return std::vector<Bytes>{support::RawCard::answer(card.hear())};
  });
}

std::vector<Peer> start_peers(unsigned first_slot, unsigned last_slot) {
  static std::vector<std::unique_ptr<Child>> children;
  std::vector<Peer> peers;
  unsigned slot = first_slot;
  for (const auto& row : kPeers) {
    const char* const command = std::getenv(row.variable);
    if (command == nullptr || slot > last_slot) {
      fmt::print("\nnot measured: {}. {}\n", row.name, row.advice);
      continue;
    }
    children.push_back(std::make_unique<Child>(
        std::vector<std::string>{"--vpcd", support::PrivatePcscd::socket(slot).string(), command}));
    peers.push_back({std::string(row.name), slot, base::from_hex(row.command), row.target});
    ++slot;
  }
  return peers;
}

}  // namespace bench
