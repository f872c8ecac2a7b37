// A PKCS#11 module that forwards to a real one and lets one call fail: the fault of a device, not a
// mock of one.
//
//   WELLKEY_P11_REAL  the real module
//   WELLKEY_P11_FAIL  "<n> before" (call n is not made) or "<n> after" (made, but its answer is lost);
//                     calls are counted from C_Initialize, C_Finalize is never touched; the
//                     variable is removed when the call was reached
#include <cstdlib>
#include <sstream>
#include <string>

#include <dlfcn.h>

#include "base/hsm/cryptoki.h"

namespace {

CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST forwarding{};
unsigned long calls = 0;
unsigned long failing = 0;
bool is_made = false;

void read_order() {
  calls = 0;
  failing = 0;
  const char* order = std::getenv("WELLKEY_P11_FAIL");
  std::istringstream words(order == nullptr ? "" : order);
  std::string when;
  if (words >> failing >> when) is_made = when == "after";
}

// The pointer to member names the function, so that one template forwards them all.
template <auto Member, typename Function>
struct Forward;

template <auto Member, typename... Arguments>
struct Forward<Member, CK_RV (*)(Arguments...)> {
  static CK_RV call(Arguments... arguments) {
    const bool fails = ++calls == failing;
    if (fails) unsetenv("WELLKEY_P11_FAIL");
    if (fails && !is_made) return CKR_DEVICE_ERROR;
    const CK_RV result = (real->*Member)(arguments...);
    return fails ? CKR_DEVICE_ERROR : result;
  }
};

template <auto Member>
void forward() {
  using Function = std::remove_reference_t<decltype(forwarding.*Member)>;
  forwarding.*Member = &Forward<Member, Function>::call;
}

CK_RV initialize(void* arguments) {
  read_order();
  return real->C_Initialize(arguments);
}

CK_RV load() {
  const char* path = std::getenv("WELLKEY_P11_REAL");
  void* library = path == nullptr ? nullptr : dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return CKR_GENERAL_ERROR;
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  if (get_list == nullptr || get_list(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  forwarding = *real;
  forwarding.C_Initialize = initialize;
  forward<&CK_FUNCTION_LIST::C_GetSlotList>();
  forward<&CK_FUNCTION_LIST::C_GetTokenInfo>();
  forward<&CK_FUNCTION_LIST::C_InitToken>();
  forward<&CK_FUNCTION_LIST::C_InitPIN>();
  forward<&CK_FUNCTION_LIST::C_OpenSession>();
  forward<&CK_FUNCTION_LIST::C_CloseSession>();
  forward<&CK_FUNCTION_LIST::C_Login>();
  forward<&CK_FUNCTION_LIST::C_Logout>();
  forward<&CK_FUNCTION_LIST::C_CreateObject>();
  forward<&CK_FUNCTION_LIST::C_DestroyObject>();
  forward<&CK_FUNCTION_LIST::C_GetAttributeValue>();
  forward<&CK_FUNCTION_LIST::C_FindObjectsInit>();
  forward<&CK_FUNCTION_LIST::C_FindObjects>();
  forward<&CK_FUNCTION_LIST::C_FindObjectsFinal>();
  forward<&CK_FUNCTION_LIST::C_SignInit>();
  forward<&CK_FUNCTION_LIST::C_Sign>();
  forward<&CK_FUNCTION_LIST::C_VerifyInit>();
  forward<&CK_FUNCTION_LIST::C_Verify>();
  forward<&CK_FUNCTION_LIST::C_GenerateKey>();
  forward<&CK_FUNCTION_LIST::C_GenerateKeyPair>();
  forward<&CK_FUNCTION_LIST::C_WrapKey>();
  forward<&CK_FUNCTION_LIST::C_UnwrapKey>();
  forward<&CK_FUNCTION_LIST::C_DeriveKey>();
  return CKR_OK;
}

}  // namespace

// The name and linkage are PKCS#11's; pkcs11.h declares it.
__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  if (const CK_RV result = load(); result != CKR_OK) return result;
  *list = &forwarding;
  return CKR_OK;
}
