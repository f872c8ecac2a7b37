// The key tree as sums on plain keys.
#include "derivation/tree.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "base/crypto/hash.h"

namespace derivation {
namespace {

using base::Fault;

constexpr std::uint8_t kFirstBlock = 0x01;
constexpr std::uint8_t kLabelEnd = 0x00;
constexpr std::uint16_t kMasterBits = 128;

}  // namespace

base::SecretBytes combine(const std::array<base::SecretBytes, kComponentCount>& components) {
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (components.at(i).size() != kComponentBytes)
      base::fail(Fault::kMalformed, "component {}: {} bytes, expected {}", i + 1,
                 components.at(i).size(), kComponentBytes);
    for (std::size_t j = 0; j < i; ++j)
      if (crypto::sha256_of_secret({}, components.at(i)) ==
          crypto::sha256_of_secret({}, components.at(j)))
        base::fail(Fault::kRefused, "components {} and {} are equal", j + 1, i + 1);
  }
  auto sum = components.front().duplicate();
  for (std::size_t i = 1; i < components.size(); ++i) sum = crypto::xor_of(sum, components.at(i));
  if (crypto::sha256_of_secret({}, sum) ==
      crypto::sha256_of_secret({}, base::SecretBytes(kComponentBytes)))
    base::fail(Fault::kRefused, "the four components cancel each other out");
  return sum;
}

crypto::Key combined_master(crypto::SuiteId suite, const base::SecretBytes& sum,
                            const Origin& origin) {
  base::Writer writer;
  writer.u8(kFirstBlock)
      .text("WK/MCK0")
      .u8(kLabelEnd)
      .u8(static_cast<std::uint8_t>(origin.flag))
      .bytes(origin.set_id)
      .bytes(origin.origin_id)
      .u16(kMasterBits);
  auto mac = crypto::cmac16(suite, sum, writer.view());
  auto key = base::SecretBytes::copy_of(mac);
  base::wipe(mac);
  return suite == crypto::SuiteId::kTdes2 ? crypto::with_odd_parity(std::move(key))
                                          : std::move(key);
}

crypto::SuiteId key_suite(crypto::SuiteId suite, Purpose purpose) {
  return purpose == Purpose::kTransport ? transport_suite(suite) : suite;
}

crypto::Key derive_key(crypto::SuiteId suite, Purpose purpose, const crypto::Key& parent,
                       const Factor& factor) {
  return crypto::diversify(key_suite(suite, purpose), parent, factor.bytes());
}

}  // namespace derivation
