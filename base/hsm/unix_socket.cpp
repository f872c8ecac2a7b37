// Messages over a unix socket.
#include "base/hsm/unix_socket.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/core/error.h"

namespace hsm {
namespace {

using base::Fault;

constexpr int kBacklog = 8;
constexpr timeval kPatience = {5, 0};

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.size() >= sizeof address.sun_path)
    base::fail(Fault::kMalformed, "socket path of {} characters, expected fewer than {}",
               text.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

int made() {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) base::fail(Fault::kUnavailable, "socket: {}", std::strerror(errno));
  return descriptor;
}

void set_patience(int descriptor) {
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

bool is_our_user(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.uid == geteuid();
}

bool is_listened_at(const sockaddr_un& address) {
  const int probe = made();
  const bool answered = ::connect(probe, generic(address), sizeof address) == 0;
  close(probe);
  return answered;
}

void read_whole(int descriptor, std::span<base::Byte> into) {
  while (!into.empty()) {
    const auto count = recv(descriptor, into.data(), into.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) base::fail(Fault::kUnavailable, "the other side of the socket went away");
    into = into.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace

UnixSocket::UnixSocket(UnixSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

UnixSocket::~UnixSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

UnixSocket UnixSocket::connect(const std::filesystem::path& path) {
  const auto address = address_of(path);
  UnixSocket client(made());
  if (::connect(client.descriptor_, generic(address), sizeof address) != 0)
    base::fail(Fault::kUnavailable, "nobody listens at {}: {}", path.string(),
               std::strerror(errno));
  set_patience(client.descriptor_);
  return client;
}

UnixSocket UnixSocket::listen(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (std::filesystem::exists(path)) {
    if (is_listened_at(address))
      base::fail(Fault::kConflict, "somebody listens at {} already", path.string());
    std::filesystem::remove(path);
  }
  UnixSocket server(made());
  const auto mask = umask(S_IXUSR | S_IRWXG | S_IRWXO);
  const int bound = bind(server.descriptor_, generic(address), sizeof address);
  umask(mask);
  if (bound != 0 || ::listen(server.descriptor_, kBacklog) != 0)
    base::fail(Fault::kUnavailable, "listen at {}: {}", path.string(), std::strerror(errno));
  return server;
}

std::optional<UnixSocket> UnixSocket::accept(std::chrono::milliseconds within) const {
  pollfd wanted{descriptor_, POLLIN, 0};
  if (poll(&wanted, 1, static_cast<int>(within.count())) <= 0) return std::nullopt;
  UnixSocket client(accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC));
  if (client.descriptor_ < 0 || !is_our_user(client.descriptor_)) return std::nullopt;
  set_patience(client.descriptor_);
  return client;
}

void UnixSocket::send(const Message& message) const {
  base::Writer writer;
  writer.u8(message.head)
      .u32(static_cast<std::uint32_t>(message.payload.size()))
      .bytes(message.payload);
  base::ByteView rest = writer.view();
  while (!rest.empty()) {
    const auto count = ::send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) base::fail(Fault::kUnavailable, "the other side of the socket went away");
    rest = rest.subspan(static_cast<std::size_t>(count));
  }
}

Message UnixSocket::receive() const {
  base::FixedBytes<5> head{};
  read_whole(descriptor_, head);
  base::Reader reader(head, "message");
  Message message{reader.u8(), {}};
  const auto length = reader.u32();
  if (length > kMostMessage)
    base::fail(Fault::kMalformed, "message of {} bytes, expected at most {}", length, kMostMessage);
  message.payload.resize(length);
  read_whole(descriptor_, message.payload);
  return message;
}

}  // namespace hsm
