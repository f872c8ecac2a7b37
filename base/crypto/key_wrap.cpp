// RFC 3394 over any cipher with 16-byte blocks; OpenSSL offers it for AES only.
#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "base/crypto/door.h"

namespace crypto {

namespace {

constexpr std::size_t kHalf = 8;
constexpr base::Byte kInitial = 0xA6;
constexpr int kRounds = 6;

void add_counter(std::span<base::Byte> half, std::uint64_t counter) {
  for (std::size_t at = kHalf; at-- > 0 && counter != 0; counter >>= 8U) {
    half[at] ^= static_cast<base::Byte>(counter);
  }
}

void step(Cipher cipher, Direction direction, const SecretBytes& key, SecretBytes& block) {
  block = ecb_secret(cipher, direction, key, block);
}

}  // namespace

Bytes key_wrap(Cipher cipher, const SecretBytes& wrapping, const SecretBytes& content) {
  if (content.size() % kHalf != 0 || content.size() < 2 * kHalf) {
    base::fail(base::Fault::kMalformed, "key wrap: {} bytes cannot be wrapped", content.size());
  }
  const std::size_t halves = content.size() / kHalf;
  SecretBytes state(content.size() + kHalf);
  const auto all = state.reveal_for_writing(SecretDoor::open());
  std::fill_n(all.begin(), kHalf, kInitial);
  std::ranges::copy(content.reveal(SecretDoor::open()), all.begin() + kHalf);
  SecretBytes block(2 * kHalf);
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t half = 1; half <= halves; ++half) {
      const auto register_half = all.subspan(half * kHalf, kHalf);
      auto in = block.reveal_for_writing(SecretDoor::open());
      std::copy_n(all.begin(), kHalf, in.begin());
      std::ranges::copy(register_half, in.begin() + kHalf);
      step(cipher, Direction::kEncrypt, wrapping, block);
      const ByteView out = block.reveal(SecretDoor::open());
      std::copy_n(out.begin(), kHalf, all.begin());
      add_counter(all.first(kHalf), static_cast<std::uint64_t>(round) * halves + half);
      std::ranges::copy(out.last(kHalf), register_half.begin());
    }
  }
  return {all.begin(), all.end()};
}

SecretBytes key_unwrap(Cipher cipher, const SecretBytes& wrapping, ByteView wrapped) {
  if (wrapped.size() % kHalf != 0 || wrapped.size() < 3 * kHalf) {
    base::fail(base::Fault::kMalformed, "key wrap: {} bytes are no wrapped key", wrapped.size());
  }
  const std::size_t halves = wrapped.size() / kHalf - 1;
  SecretBytes state = SecretBytes::copy_of(wrapped);
  const auto all = state.reveal_for_writing(SecretDoor::open());
  SecretBytes block(2 * kHalf);
  for (int round = kRounds; round-- > 0;) {
    for (std::size_t half = halves; half >= 1; --half) {
      const auto register_half = all.subspan(half * kHalf, kHalf);
      add_counter(all.first(kHalf), static_cast<std::uint64_t>(round) * halves + half);
      auto in = block.reveal_for_writing(SecretDoor::open());
      std::copy_n(all.begin(), kHalf, in.begin());
      std::ranges::copy(register_half, in.begin() + kHalf);
      step(cipher, Direction::kDecrypt, wrapping, block);
      const ByteView out = block.reveal(SecretDoor::open());
      std::copy_n(out.begin(), kHalf, all.begin());
      std::ranges::copy(out.last(kHalf), register_half.begin());
    }
  }
  const Bytes initial(kHalf, kInitial);
  if (!base::equal_in_constant_time(all.first(kHalf), initial)) {
    base::fail(base::Fault::kTampered, "key wrap: the wrapped key does not open under this key");
  }
  return SecretBytes::copy_of(all.subspan(kHalf));
}

}  // namespace crypto
