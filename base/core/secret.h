// Bytes that nobody may print, copy or compare by accident. They live in a locked arena that is
// left out of core dumps, and are wiped when moved from or destroyed.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/core/bytes.h"

namespace crypto {
struct SecretDoor;
}

namespace hsm {
struct SecretDoor;
}

namespace card {
struct SecretDoor;
struct ChipMemoryDoor;
}  // namespace card

namespace terminal {
struct SecretDoor;
}

namespace base {

// The permission to look at a secret. Five doors make it, and the architecture test counts them:
// ciphers (base/crypto), the token (base/hsm), a command on its way to a card (cos-apdu), the
// memory of an emulated chip (cos-apdu/virtual), and a person's keyboard and screen
// (base/terminal).
class SecretAccess {
 private:
  SecretAccess() = default;
  friend struct crypto::SecretDoor;
  friend struct hsm::SecretDoor;
  friend struct card::SecretDoor;
  friend struct card::ChipMemoryDoor;
  friend struct terminal::SecretDoor;
};

// Throws kUnavailable when the arena is exhausted or cannot be locked.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);  // zeros
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  bool operator==(const SecretBytes&) const = delete;

  // The caller wipes `plain` when it is his own copy; see also wipe().
  static SecretBytes copy_of(ByteView plain);

  std::size_t size() const noexcept { return size_; }

  bool empty() const noexcept { return size_ == 0; }

  ByteView reveal(SecretAccess) const noexcept { return {data_, size_}; }

  std::span<Byte> reveal_for_writing(SecretAccess) noexcept { return {data_, size_}; }

  // For a source that delivers byte by byte (a keyboard): grows the secret, shows nothing.
  void push_back(Byte byte);
  void pop_back();

  SecretBytes duplicate() const;
  void clear() noexcept;

 private:
  Byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

bool equal_in_constant_time(ByteView a, ByteView b);

// Not removed by the compiler.
void wipe(std::span<Byte> bytes) noexcept;

// A byte vector of public type whose memory is wiped when freed: APDUs that carry a PIN or a key.
template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;

  template <typename U>
  explicit WipingAllocator(const WipingAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }

  void deallocate(T* at, std::size_t count) noexcept {
    wipe({reinterpret_cast<Byte*>(at), count * sizeof(T)});
    std::allocator<T>{}.deallocate(at, count);
  }

  bool operator==(const WipingAllocator&) const = default;
};

using WipedBytes = std::vector<Byte, WipingAllocator<Byte>>;

}  // namespace base
