// Messages over a unix socket between programs of one user.
//
//   request  kind1 | length4 | payload
//   answer   status1 | length4 | payload     status 0, or 1 + fault with its text as payload
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "base/core/bytes.h"

namespace hsm {

struct Message {
  std::uint8_t head = 0;
  base::Bytes payload;
};

inline constexpr std::size_t kMostMessage = 4096;

// A connected or listening socket; closed when it goes.
class UnixSocket {
 public:
  // Throws kUnavailable when nobody listens there.
  static UnixSocket connect(const std::filesystem::path& path);

  // Mode 0600. A socket file that nobody listens at is replaced; throws kConflict when somebody
  // does.
  static UnixSocket listen(const std::filesystem::path& path);

  UnixSocket(UnixSocket&& other) noexcept;
  UnixSocket& operator=(UnixSocket&&) = delete;
  UnixSocket(const UnixSocket&) = delete;
  UnixSocket& operator=(const UnixSocket&) = delete;
  ~UnixSocket();

  // A client of our own user; nothing when none came within the time, or a signal did.
  std::optional<UnixSocket> accept(std::chrono::milliseconds within) const;

  // Throw kUnavailable when the other side goes away or is silent for five seconds, kMalformed
  // above kMostMessage.
  void send(const Message& message) const;
  Message receive() const;

 private:
  explicit UnixSocket(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace hsm
