// OpenSSL objects as owned values, and its failures as errors.
#pragma once

#include <memory>
#include <string_view>

#include <openssl/evp.h>

#include "base/core/error.h"

namespace crypto {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

// OpenSSL answers 1 for success; the error queue may hold data and is not printed.
inline void check_openssl(bool good, std::string_view call) {
  if (!good) base::fail(base::Fault::kUnavailable, "OpenSSL refused {}", call);
}

}  // namespace crypto
