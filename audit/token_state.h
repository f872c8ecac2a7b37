// Which commit of a token's folder the log was told of last: an older folder that is put in its place
// is whole and genuine in itself, and only the log knows that it is old.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "audit/archive.h"
#include "audit/entry.h"
#include "base/crypto/hash.h"

namespace audit {

struct TokenState {
  std::uint64_t commit = 0;   // number of the folder's snapshot
  crypto::Hash32 manifest{};  // SHA-256 of its manifest
  bool operator==(const TokenState&) const = default;
};

// Act token-committed: index is the commit, hash the manifest.
Entry token_committed(std::string_view token, const TokenState& state);

// Of the last such entry; nothing when there is none.
std::optional<TokenState> recorded_state(Archive& archive, std::string_view token);

// A commit is recorded after it is made, so that a cut leaves a folder that is newer than the log.
// Throws kTampered for one that is older, or another of the same number.
void require_not_older(Archive& archive, std::string_view token, const TokenState& found);

}  // namespace audit
