// What a session tries against its own keys: a token that only says no is asked whether it does.
#include <array>
#include <string_view>

#include "base/core/error.h"
#include "base/hsm/cryptoki.h"
#include "base/hsm/session.h"

namespace hsm {
namespace {

using base::Fault;

struct Attempt {
  std::string_view what;
  CK_RV (*run)(FunctionList&, CK_SESSION_HANDLE, CK_OBJECT_HANDLE);
};

CK_RV read_value(FunctionList& functions, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  base::FixedBytes<64> room{};
  CK_ATTRIBUTE value{CKA_VALUE, room.data(), room.size()};
  return functions.C_GetAttributeValue(session, key, &value, 1);
}

CK_RV set_flag(FunctionList& functions, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
               CK_ATTRIBUTE_TYPE type, CK_BBOOL value) {
  CK_ATTRIBUTE change{type, &value, sizeof value};
  return functions.C_SetAttributeValue(session, key, &change, 1);
}

CK_RV allow_encrypting(FunctionList& functions, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  return set_flag(functions, session, key, CKA_ENCRYPT, CK_TRUE);
}

CK_RV allow_reading(FunctionList& functions, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  return set_flag(functions, session, key, CKA_SENSITIVE, CK_FALSE);
}

CK_RV copy(FunctionList& functions, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  CK_BBOOL on = CK_TRUE;
  CK_ATTRIBUTE weaker{CKA_ENCRYPT, &on, sizeof on};
  CK_OBJECT_HANDLE made = 0;
  return functions.C_CopyObject(session, key, &weaker, 1, &made);
}

template <CK_MECHANISM_TYPE Type>
CK_RV encrypt(FunctionList& functions, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  CK_MECHANISM mechanism{Type, nullptr, 0};
  return functions.C_EncryptInit(session, &mechanism, key);
}

constexpr std::array kAttempts = {
    Attempt{"is read", read_value},
    Attempt{"is allowed to encrypt", allow_encrypting},
    Attempt{"is made readable", allow_reading},
    Attempt{"is copied", copy},
    Attempt{"encrypts with AES", encrypt<CKM_AES_ECB>},
    Attempt{"encrypts with 3DES", encrypt<CKM_DES3_ECB>},
};

bool is_there(FunctionList& functions, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  CK_OBJECT_CLASS found = 0;
  CK_ATTRIBUTE wanted{CKA_CLASS, &found, sizeof found};
  return functions.C_GetAttributeValue(session, key, &wanted, 1) == CKR_OK;
}

}  // namespace

void Session::require_closed(ObjectHandle key, ObjectHandle wrapping) {
  if (!is_there(functions_, handle_, key.value))
    base::fail(Fault::kTampered, "a key that is to refuse is not there");
  for (const auto& attempt : kAttempts)
    if (attempt.run(functions_, handle_, key.value) == CKR_OK)
      base::fail(Fault::kTampered, "a key that only derives {}", attempt.what);
  try {
    wrap(wrapping, key);
  } catch (const base::Error&) {
    return;
  }
  base::fail(Fault::kTampered, "a key that only derives is wrapped");
}

void Session::require_gone(ObjectHandle key) {
  if (is_there(functions_, handle_, key.value))
    base::fail(Fault::kTampered, "a destroyed key still answers");
}

}  // namespace hsm
