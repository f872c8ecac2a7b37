// PKCS#11's own header, and its return values as errors. Included by base/hsm alone.
#pragma once

#include <string_view>

#include <p11-kit/pkcs11.h>

#include "base/core/error.h"

namespace hsm {

struct ReturnValueRow {
  CK_RV value;
  std::string_view name;
  base::Fault fault;
};

// "CKR_…"; what is not in the table is a fault of the device (kUnavailable).
ReturnValueRow row_of_return_value(CK_RV value);

// Throws the row's fault with the call's name.
void check(CK_RV value, std::string_view call);

}  // namespace hsm
