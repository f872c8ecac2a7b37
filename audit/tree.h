// The Merkle tree of RFC 6962 §2.1 with the checks of RFC 9162 §2.1.3.2 and §2.1.4.2.
//   leaf = SHA-256(00 | entry), node = SHA-256(01 | left | right), no leaf at all = SHA-256()
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/crypto/hash.h"

namespace audit {

using crypto::Hash32;

Hash32 leaf_hash(base::ByteView entry);
Hash32 node_hash(const Hash32& left, const Hash32& right);
Hash32 empty_root();

// Size and root: what a checkpoint states and a card remembers.
struct Head {
  std::uint64_t size = 0;
  Hash32 root = empty_root();
  bool operator==(const Head&) const = default;
};

// The roots of the full subtrees of a tree, largest first: enough to append.
class CompactRange {
 public:
  CompactRange() = default;

  // Throws kTampered unless there is one peak for each bit of `size`.
  CompactRange(std::uint64_t size, std::vector<Hash32> peaks);

  void append(const Hash32& leaf);
  Hash32 root() const;

  std::uint64_t size() const { return size_; }

  const std::vector<Hash32>& peaks() const { return peaks_; }

  Head head() const { return {size_, root()}; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash32> peaks_;
};

Hash32 root_of(std::span<const Hash32> leaves);

using Proof = std::vector<Hash32>;

// Throws kNotFound unless index < leaves.size().
Proof inclusion_proof(std::span<const Hash32> leaves, std::uint64_t index);

// Throws kNotFound unless 0 < old_size <= leaves.size().
Proof consistency_proof(std::span<const Hash32> leaves, std::uint64_t old_size);

bool includes(const Head& head, std::uint64_t index, const Hash32& leaf, const Proof& proof);

// Old size 0 is refused in every form: it proves nothing.
bool consistent(const Head& older, const Head& newer, const Proof& proof);

}  // namespace audit
