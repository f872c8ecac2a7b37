// Loading a PKCS#11 module.
#include "base/hsm/module.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <dlfcn.h>

#include "base/core/error.h"
#include "base/hsm/cryptoki.h"

namespace hsm {
namespace {

using base::Fault;

constexpr CK_ULONG kMostSlots = 1024;

// Labels are 32 characters, filled with blanks.
std::string_view label_of(const CK_TOKEN_INFO& info) {
  const std::string_view all(reinterpret_cast<const char*>(info.label), sizeof info.label);
  const auto last = all.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view() : all.substr(0, last + 1);
}

}  // namespace

Module::Module(const std::filesystem::path& library,
               const std::optional<std::filesystem::path>& softhsm_config, MechanismMap mechanisms)
    : mechanisms_(mechanisms) {
  if (softhsm_config && setenv("SOFTHSM2_CONF", softhsm_config->c_str(), 1) != 0)
    base::fail(Fault::kUnavailable, "SOFTHSM2_CONF cannot be set");
  // Not unloaded: SoftHSM leaves handlers behind that OpenSSL calls when the process ends.
  library_ = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library_ == nullptr)
    base::fail(Fault::kUnavailable, "PKCS#11 module {} does not load", library.string());
  const auto get_list =
      reinterpret_cast<CK_C_GetFunctionList>(dlsym(library_, "C_GetFunctionList"));
  if (get_list == nullptr)
    base::fail(Fault::kUnavailable, "{} is no PKCS#11 module: it has no C_GetFunctionList",
               library.string());
  check(get_list(&functions_), "C_GetFunctionList");
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  check(functions_->C_Initialize(&arguments), "C_Initialize");
}

Module::~Module() {
  functions_->C_Finalize(nullptr);
  dlclose(library_);
}

std::vector<unsigned long> Module::slots() const {
  CK_ULONG count = 0;
  check(functions_->C_GetSlotList(CK_TRUE, nullptr, &count), "C_GetSlotList");
  if (count > kMostSlots)
    base::fail(Fault::kTampered, "the module tells of {} slots, expected at most {}", count,
               kMostSlots);
  std::vector<CK_SLOT_ID> slots(count);
  check(functions_->C_GetSlotList(CK_TRUE, slots.data(), &count), "C_GetSlotList");
  slots.resize(std::min<std::size_t>(count, slots.size()));
  return slots;
}

unsigned long Module::slot_of_token(const std::string& label) const {
  for (const auto slot : slots()) {
    CK_TOKEN_INFO info{};
    check(functions_->C_GetTokenInfo(slot, &info), "C_GetTokenInfo");
    if ((info.flags & CKF_TOKEN_INITIALIZED) != 0 && label_of(info) == label) return slot;
  }
  base::fail(Fault::kNotFound, "no token with the label {}", label);
}

unsigned long Module::empty_slot() const {
  for (const auto slot : slots()) {
    CK_TOKEN_INFO info{};
    check(functions_->C_GetTokenInfo(slot, &info), "C_GetTokenInfo");
    if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) return slot;
  }
  base::fail(Fault::kNotFound, "no slot with an empty token");
}

}  // namespace hsm
