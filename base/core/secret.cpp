#include "base/core/secret.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <type_traits>
#include <utility>

#include <openssl/crypto.h>

#include "base/core/error.h"
#include "base/core/harden.h"

namespace base {

namespace {

constexpr std::size_t kMinimumCapacity = 16;

Byte* allocate_in_arena(std::size_t size) {
  open_secret_arena();
  void* at = OPENSSL_secure_zalloc(size);
  if (at == nullptr) {
    fail(Fault::kUnavailable, "the locked memory for secrets is exhausted ({} bytes asked)", size);
  }
  return static_cast<Byte*>(at);
}

// Wiped cells of the arena for the next keys: a command of a card needs several, and to give a cell
// back and ask for it again costs more than to encipher a block.
class FreeCells {
 public:
  static constexpr std::size_t kBytes = 32;  // the arena's smallest block

  // nullptr when there is none.
  Byte* take() noexcept {
    const std::lock_guard turn(busy_);
    return count_ == 0 ? nullptr : cells_.at(--count_);
  }

  // False when there are enough.
  bool keep(Byte* cell) noexcept {
    const std::lock_guard turn(busy_);
    if (count_ == cells_.size()) return false;
    cells_.at(count_++) = cell;
    return true;
  }

 private:
  std::mutex busy_;
  std::array<Byte*, 64> cells_{};
  std::size_t count_ = 0;
};

// Never destroyed: secrets may outlive everything that is.
constinit FreeCells free_cells;

static_assert(std::is_trivially_destructible_v<FreeCells>);

Byte* allocate(std::size_t size) {
  if (size == 0) return nullptr;
  if (size > FreeCells::kBytes) return allocate_in_arena(size);
  Byte* kept = free_cells.take();
  return kept != nullptr ? kept : allocate_in_arena(FreeCells::kBytes);
}

void release(Byte* at, std::size_t capacity) noexcept {
  if (capacity > FreeCells::kBytes) {
    OPENSSL_secure_clear_free(at, capacity);
    return;
  }
  OPENSSL_cleanse(at, capacity);
  if (!free_cells.keep(at)) OPENSSL_secure_free(at);
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : data_(allocate(size)), size_(size), capacity_(size) {}

SecretBytes::~SecretBytes() {
  clear();
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    clear();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

SecretBytes SecretBytes::copy_of(ByteView plain) {
  SecretBytes secret(plain.size());
  std::copy(plain.begin(), plain.end(), secret.data_);
  return secret;
}

void SecretBytes::push_back(Byte byte) {
  if (size_ == capacity_) {
    SecretBytes larger(std::max(kMinimumCapacity, capacity_ * 2));
    std::copy_n(data_, size_, larger.data_);
    larger.size_ = size_;
    *this = std::move(larger);
  }
  data_[size_++] = byte;
}

void SecretBytes::pop_back() {
  if (size_ > 0) data_[--size_] = 0;
}

SecretBytes SecretBytes::duplicate() const {
  return copy_of({data_, size_});
}

void SecretBytes::clear() noexcept {
  if (data_ != nullptr) release(data_, capacity_);
  data_ = nullptr;
  size_ = 0;
  capacity_ = 0;
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<Byte> bytes) noexcept {
  if (!bytes.empty()) OPENSSL_cleanse(bytes.data(), bytes.size());
}

}  // namespace base
