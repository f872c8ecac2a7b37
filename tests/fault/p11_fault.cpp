// A PKCS#11 module that forwards to a real one and lets one call fail or lie: the fault of a device,
// not a mock of one. WELLKEY_P11_REAL names the real module; p11_fault.h tells the rest.
#include "tests/fault/p11_fault.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include <dlfcn.h>

#include "tests/fault/p11_lies.h"

namespace {

using fault::Trick;

CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST forwarding{};

struct Order {
  std::string function;  // every call of it; else
  unsigned long number = 0;
  Trick trick = Trick::kNone;
  CK_RV value = CKR_DEVICE_ERROR;
};

Order order;
unsigned long calls = 0;
unsigned long tricked = 0;

// Of a call that can do what was ordered.
bool is_meant(std::string_view function) {
  ++calls;
  return order.function.empty() ? calls == order.number : function == order.function;
}

// The pointer to member names the function, so that one template forwards them all.
template <auto Member, typename Function>
struct Forward;

template <auto Member, typename... Arguments>
struct Forward<Member, CK_RV (*)(Arguments...)> {
  static inline std::string_view name;

  static CK_RV call(Arguments... arguments) {
    if (!fault::can<Member>(order.trick) || !is_meant(name))
      return fault::honest<Member>(*real, arguments...);
    ++tricked;
    if (order.trick == Trick::kBefore) return order.value;
    if (order.trick == Trick::kNothing) return CKR_OK;
    if (order.trick == Trick::kAfter) {
      fault::honest<Member>(*real, arguments...);
      return order.value;
    }
    return fault::lie<Member>(*real, order.trick, arguments...);
  }
};

template <auto Member>
void forward(std::string_view name) {
  using Function = std::remove_reference_t<decltype(forwarding.*Member)>;
  Forward<Member, Function>::name = name;
  forwarding.*Member = &Forward<Member, Function>::call;
}

#define FORWARD(function) forward<&CK_FUNCTION_LIST::function>(#function)

void forward_all() {
  FORWARD(C_GetSlotList);
  FORWARD(C_GetTokenInfo);
  FORWARD(C_InitToken);
  FORWARD(C_InitPIN);
  FORWARD(C_OpenSession);
  FORWARD(C_CloseSession);
  FORWARD(C_GetSessionInfo);
  FORWARD(C_Login);
  FORWARD(C_Logout);
  FORWARD(C_CreateObject);
  FORWARD(C_CopyObject);
  FORWARD(C_DestroyObject);
  FORWARD(C_GetAttributeValue);
  FORWARD(C_SetAttributeValue);
  FORWARD(C_FindObjectsInit);
  FORWARD(C_FindObjects);
  FORWARD(C_FindObjectsFinal);
  FORWARD(C_EncryptInit);
  FORWARD(C_SignInit);
  FORWARD(C_Sign);
  FORWARD(C_GenerateKey);
  FORWARD(C_GenerateKeyPair);
  FORWARD(C_WrapKey);
  FORWARD(C_UnwrapKey);
  FORWARD(C_DeriveKey);
}

#undef FORWARD

// Of a program: its order, and what it says at its end.
class Surroundings {
 public:
  Surroundings() {
    if (order_ != nullptr) p11_fault_order(order_);
  }

  ~Surroundings() {
    if (order_ != nullptr)
      static_cast<void>(
          std::fprintf(stderr, "p11_fault: %lu calls, %lu tricked\n", calls, tricked));
  }

  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

 private:
  const char* order_ = std::getenv("WELLKEY_P11_ORDER");
};

CK_RV load() {
  const char* path = std::getenv("WELLKEY_P11_REAL");
  void* library = path == nullptr ? nullptr : dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return CKR_GENERAL_ERROR;
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  if (get_list == nullptr || get_list(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  forwarding = *real;
  forward_all();
  static const Surroundings surroundings;
  return CKR_OK;
}

}  // namespace

// The name and linkage are PKCS#11's; pkcs11.h declares it.
__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  if (const CK_RV result = load(); result != CKR_OK) return result;
  *list = &forwarding;
  return CKR_OK;
}

void p11_fault_order(const char* text) {
  order = {};
  calls = 0;
  tricked = 0;
  std::istringstream words(text);
  std::string which;
  std::string trick;
  if (!(words >> which >> trick)) return;
  if (which.front() == 'C')
    order.function = which;
  else
    order.number = std::stoul(which);
  order.trick = fault::trick_of(trick);
  words >> std::hex >> order.value;
}

unsigned long p11_fault_calls() {
  return calls;
}

unsigned long p11_fault_tricked() {
  return tricked;
}
