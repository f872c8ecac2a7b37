// The published vectors of tests/vectors/audit.json, decoded.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "audit/base64.h"
#include "audit/tree.h"
#include "base/core/durable_file.h"

namespace support {

using Json = nlohmann::json;

inline const Json& vectors() {
  static const Json json = Json::parse(
      base::read_text_file(std::string(WELLKEY_SOURCE_DIR) + "/tests/vectors/audit.json"));
  return json;
}

// A hash of another length than 32 bytes stays out of reach of the typed checks: nothing.
inline std::optional<audit::Hash32> hash_of_base64(const Json& text) {
  const base::Bytes bytes = audit::from_base64(text.get<std::string>());
  if (bytes.size() != 32) return std::nullopt;
  return base::fixed<32>(bytes);
}

inline std::optional<audit::Proof> proof_of(const Json& list) {
  audit::Proof proof;
  if (list.is_null()) return proof;
  for (const Json& text : list) {
    const auto hash = hash_of_base64(text);
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

inline base::Bytes bytes_of_hex(const Json& text) {
  return base::from_hex(text.get<std::string>());
}

}  // namespace support
