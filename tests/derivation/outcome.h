// One request to a home of keys, and what the home made of it: for tests that ask several homes alike.
#pragma once

#include <optional>
#include <vector>

#include "base/core/error.h"
#include "derivation/key_vault.h"

namespace support {

// A key of the home's own, and the steps down from it.
struct Path {
  derivation::Purpose purpose;
  std::vector<derivation::Factor> factors;
};

// Or the kind of its refusal.
struct Outcome {
  bool is_derived = false;
  std::optional<crypto::Kcv> check_value;
  std::optional<derivation::ImportBlockBytes> block;
  std::optional<base::Fault> fault;
  bool operator==(const Outcome&) const = default;
};

inline Outcome ask(derivation::KeyVault& vault, const Path& path, derivation::Purpose wrapping,
                   const derivation::ExportHeader& header) {
  Outcome outcome;
  std::vector<derivation::KeyHandle> made;
  try {
    auto key = vault.held(path.purpose);
    for (const auto& factor : path.factors) made.push_back(key = vault.derive(key, factor));
    outcome.is_derived = true;
    outcome.check_value = vault.check_value(key);
    outcome.block = vault.export_to(key, vault.held(wrapping), header);
  } catch (const base::Error& error) {
    outcome.fault = error.fault();
  }
  for (const auto key : made) vault.destroy(key);
  return outcome;
}

}  // namespace support
