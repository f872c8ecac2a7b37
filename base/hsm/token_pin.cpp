// Token PINs from secret bytes.
#include "base/hsm/token_pin.h"

#include <string_view>

#include "base/core/error.h"
#include "base/crypto/random.h"
#include "base/hsm/door.h"

namespace hsm {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t kSoPinSecretBytes = 21;  // 36^32 < 2^168: the topmost digit is dropped

// Writes `number` in base 36 into all of `digits`; what does not fit is lost. Consumes `number`.
void write_base36(base::SecretBytes& number, base::SecretBytes& digits) {
  const auto dividend = number.reveal_for_writing(SecretDoor::open());
  const auto out = digits.reveal_for_writing(SecretDoor::open());
  for (auto place = out.rbegin(); place != out.rend(); ++place) {
    unsigned remainder = 0;
    for (auto& byte : dividend) {
      const unsigned value = (remainder << 8) | byte;
      byte = static_cast<base::Byte>(value / kDigits.size());
      remainder = value % static_cast<unsigned>(kDigits.size());
    }
    *place = static_cast<base::Byte>(kDigits[remainder]);
  }
}

}  // namespace

base::SecretBytes token_pin_of(const base::SecretBytes& twenty_bytes) {
  if (twenty_bytes.size() != kPinSecretBytes)
    base::fail(base::Fault::kMalformed, "the token PIN's secret has {} bytes, expected {}",
               twenty_bytes.size(), kPinSecretBytes);
  auto number = twenty_bytes.duplicate();
  base::SecretBytes pin(kPinCharacters);
  write_base36(number, pin);
  return pin;
}

base::SecretBytes random_so_pin() {
  auto number = crypto::random_secret(kSoPinSecretBytes);
  base::SecretBytes pin(kSoPinCharacters);
  write_base36(number, pin);
  return pin;
}

}  // namespace hsm
