#include "base/core/secret.h"

#include <algorithm>
#include <utility>

#include <openssl/crypto.h>

#include "base/core/error.h"
#include "base/core/harden.h"

namespace base {

namespace {

constexpr std::size_t kMinimumCapacity = 16;

Byte* allocate(std::size_t size) {
  if (size == 0) return nullptr;
  open_secret_arena();
  void* at = OPENSSL_secure_zalloc(size);
  if (at == nullptr) {
    fail(Fault::kUnavailable, "the locked memory for secrets is exhausted ({} bytes asked)", size);
  }
  return static_cast<Byte*>(at);
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
  if (data_ != nullptr) OPENSSL_secure_clear_free(data_, capacity_);
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
