// Return values of PKCS#11, translated once.
#include "base/hsm/cryptoki.h"

#include <array>

namespace hsm {
namespace {

using base::Fault;

constexpr std::array kReturnValues = {
    ReturnValueRow{CKR_HOST_MEMORY, "CKR_HOST_MEMORY", Fault::kUnavailable},
    ReturnValueRow{CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", Fault::kNotFound},
    ReturnValueRow{CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", Fault::kUnavailable},
    ReturnValueRow{CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", Fault::kUnavailable},
    ReturnValueRow{CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", Fault::kMalformed},
    ReturnValueRow{CKR_ACTION_PROHIBITED, "CKR_ACTION_PROHIBITED", Fault::kRefused},
    ReturnValueRow{CKR_ATTRIBUTE_READ_ONLY, "CKR_ATTRIBUTE_READ_ONLY", Fault::kRefused},
    ReturnValueRow{CKR_ATTRIBUTE_SENSITIVE, "CKR_ATTRIBUTE_SENSITIVE", Fault::kRefused},
    ReturnValueRow{CKR_ATTRIBUTE_TYPE_INVALID, "CKR_ATTRIBUTE_TYPE_INVALID", Fault::kTampered},
    ReturnValueRow{CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID", Fault::kMalformed},
    ReturnValueRow{CKR_DATA_INVALID, "CKR_DATA_INVALID", Fault::kMalformed},
    ReturnValueRow{CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE", Fault::kMalformed},
    ReturnValueRow{CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", Fault::kUnavailable},
    ReturnValueRow{CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", Fault::kUnavailable},
    ReturnValueRow{CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", Fault::kDeviceLost},
    ReturnValueRow{CKR_ENCRYPTED_DATA_INVALID, "CKR_ENCRYPTED_DATA_INVALID", Fault::kTampered},
    ReturnValueRow{CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID", Fault::kNotFound},
    ReturnValueRow{CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT", Fault::kRefused},
    ReturnValueRow{CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED",
                   Fault::kRefused},
    ReturnValueRow{CKR_KEY_NOT_WRAPPABLE, "CKR_KEY_NOT_WRAPPABLE", Fault::kRefused},
    ReturnValueRow{CKR_KEY_UNEXTRACTABLE, "CKR_KEY_UNEXTRACTABLE", Fault::kRefused},
    ReturnValueRow{CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", Fault::kRefused},
    ReturnValueRow{CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID", Fault::kMalformed},
    ReturnValueRow{CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID", Fault::kNotFound},
    ReturnValueRow{CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", Fault::kRefused},
    ReturnValueRow{CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", Fault::kMalformed},
    ReturnValueRow{CKR_PIN_LOCKED, "CKR_PIN_LOCKED", Fault::kRefused},
    ReturnValueRow{CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", Fault::kWrongState},
    ReturnValueRow{CKR_SIGNATURE_INVALID, "CKR_SIGNATURE_INVALID", Fault::kTampered},
    ReturnValueRow{CKR_SIGNATURE_LEN_RANGE, "CKR_SIGNATURE_LEN_RANGE", Fault::kTampered},
    ReturnValueRow{CKR_TEMPLATE_INCOMPLETE, "CKR_TEMPLATE_INCOMPLETE", Fault::kMalformed},
    ReturnValueRow{CKR_TEMPLATE_INCONSISTENT, "CKR_TEMPLATE_INCONSISTENT", Fault::kMalformed},
    ReturnValueRow{CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", Fault::kDeviceLost},
    ReturnValueRow{CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", Fault::kUnavailable},
    ReturnValueRow{CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED", Fault::kRefused},
    ReturnValueRow{CKR_USER_ALREADY_LOGGED_IN, "CKR_USER_ALREADY_LOGGED_IN", Fault::kWrongState},
    ReturnValueRow{CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", Fault::kWrongState},
    ReturnValueRow{CKR_WRAPPED_KEY_INVALID, "CKR_WRAPPED_KEY_INVALID", Fault::kTampered},
    ReturnValueRow{CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED",
                   Fault::kWrongState},
    ReturnValueRow{CKR_CRYPTOKI_ALREADY_INITIALIZED, "CKR_CRYPTOKI_ALREADY_INITIALIZED",
                   Fault::kConflict},
};

}  // namespace

ReturnValueRow row_of_return_value(CK_RV value) {
  for (const auto& row : kReturnValues)
    if (row.value == value) return row;
  return {value, "CKR_(not in our table)", Fault::kUnavailable};
}

void check(CK_RV value, std::string_view call) {
  if (value == CKR_OK) return;
  const auto row = row_of_return_value(value);
  base::fail(row.fault, "the token refused {}: {} (0x{:X})", call, row.name, value);
}

}  // namespace hsm
