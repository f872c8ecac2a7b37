// A PKCS#11 module: loaded, initialised, and finalised when it goes.
// One process has one module, and opens one token with it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/hsm/mechanisms.h"

struct _CK_FUNCTION_LIST;  // NOLINT(bugprone-reserved-identifier,cert-dcl*): PKCS#11's own name

namespace hsm {

using FunctionList = ::_CK_FUNCTION_LIST;

class Module {
 public:
  // `softhsm_config` becomes SOFTHSM2_CONF before C_Initialize (locking by the operating system).
  // Throws kUnavailable when the file does not load, kConflict when the process has a module.
  Module(const std::filesystem::path& library,
         const std::optional<std::filesystem::path>& softhsm_config, MechanismMap mechanisms = {});
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  FunctionList& functions() const { return *functions_; }

  // The numbers that this module's tokens know mechanisms by.
  const MechanismMap& mechanisms() const { return mechanisms_; }

  // The slot of the token with this label; throws kNotFound.
  unsigned long slot_of_token(const std::string& label) const;

  // A slot whose token is not initialised; throws kNotFound.
  unsigned long empty_slot() const;

 private:
  std::vector<unsigned long> slots() const;

  MechanismMap mechanisms_;
  void* library_ = nullptr;
  FunctionList* functions_ = nullptr;
};

}  // namespace hsm
