// A PIN in the form that the C interface takes, for as long as one call lasts.
#pragma once

#include <algorithm>
#include <array>

#include "base/core/error.h"
#include "base/core/secret.h"
#include "cos-apdu/door.h"

namespace card::reader {

class PinText {
 public:
  static constexpr std::size_t kMostDigits = 12;

  // Throws kMalformed above kMostDigits.
  explicit PinText(const base::SecretBytes& pin) {
    if (pin.size() > kMostDigits) {
      base::fail(base::Fault::kMalformed, "PIN: at most {} digits expected", kMostDigits);
    }
    const base::ByteView digits = pin.reveal(SecretDoor::open());
    std::copy(digits.begin(), digits.end(), text_.begin());
  }

  ~PinText() { base::wipe({reinterpret_cast<base::Byte*>(text_.data()), text_.size()}); }

  PinText(const PinText&) = delete;
  PinText& operator=(const PinText&) = delete;

  const char* c_str() const { return text_.data(); }

 private:
  std::array<char, kMostDigits + 1> text_{};
};

}  // namespace card::reader
