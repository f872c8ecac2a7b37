// The recursions of RFC 6962 §2.1 and the loops of RFC 9162 §2.1.
#include "audit/tree.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/core/error.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

constexpr std::array<base::Byte, 1> kLeafPrefix = {0x00};
constexpr std::array<base::Byte, 1> kNodePrefix = {0x01};

// The largest power of two smaller than `size`; size > 1.
std::size_t split_of(std::size_t size) {
  return std::bit_floor(size - 1);
}

void sub_inclusion(std::span<const Hash32> leaves, std::size_t index, Proof& proof) {
  if (leaves.size() == 1) return;
  const std::size_t split = split_of(leaves.size());
  if (index < split) {
    sub_inclusion(leaves.first(split), index, proof);
    proof.push_back(root_of(leaves.subspan(split)));
  } else {
    sub_inclusion(leaves.subspan(split), index - split, proof);
    proof.push_back(root_of(leaves.first(split)));
  }
}

// Whether the verifier can compute the root of this part from what it holds.
enum class Held { kYes, kNo };

void sub_consistency(std::span<const Hash32> leaves, std::size_t old_size, Held held,
                     Proof& proof) {
  if (old_size == leaves.size()) {
    if (held == Held::kNo) proof.push_back(root_of(leaves));
    return;
  }
  const std::size_t split = split_of(leaves.size());
  if (old_size <= split) {
    sub_consistency(leaves.first(split), old_size, held, proof);
    proof.push_back(root_of(leaves.subspan(split)));
  } else {
    sub_consistency(leaves.subspan(split), old_size - split, Held::kNo, proof);
    proof.push_back(root_of(leaves.first(split)));
  }
}

// A walk from a node towards the root: its number on its level, and that of the last node there.
struct Climb {
  std::uint64_t node;
  std::uint64_t last;

  bool sibling_is_left() const { return (node & 1) != 0 || node == last; }

  void skip_lifted() {
    while ((node & 1) == 0 && node != 0) up();
  }

  void up() {
    node >>= 1;
    last >>= 1;
  }
};

}  // namespace

Hash32 leaf_hash(base::ByteView entry) {
  return crypto::sha256({kLeafPrefix, entry});
}

Hash32 node_hash(const Hash32& left, const Hash32& right) {
  return crypto::sha256({kNodePrefix, left, right});
}

Hash32 empty_root() {
  return crypto::sha256(base::ByteView{});
}

CompactRange::CompactRange(std::uint64_t size, std::vector<Hash32> peaks)
    : size_(size), peaks_(std::move(peaks)) {
  if (std::cmp_not_equal(peaks_.size(), std::popcount(size))) {
    fail(Fault::kTampered, "tree of size {} has {} peaks, expected {}", size, peaks_.size(),
         std::popcount(size));
  }
}

void CompactRange::append(const Hash32& leaf) {
  Hash32 node = leaf;
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    node = node_hash(peaks_.back(), node);
    peaks_.pop_back();
  }
  peaks_.push_back(node);
  ++size_;
}

Hash32 CompactRange::root() const {
  if (peaks_.empty()) return empty_root();
  Hash32 node = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak)
    node = node_hash(*peak, node);
  return node;
}

Hash32 root_of(std::span<const Hash32> leaves) {
  CompactRange range;
  for (const Hash32& leaf : leaves) range.append(leaf);
  return range.root();
}

Proof inclusion_proof(std::span<const Hash32> leaves, std::uint64_t index) {
  if (index >= leaves.size()) {
    fail(Fault::kNotFound, "entry {} is not in a tree of {}", index, leaves.size());
  }
  Proof proof;
  sub_inclusion(leaves, index, proof);
  return proof;
}

Proof consistency_proof(std::span<const Hash32> leaves, std::uint64_t old_size) {
  if (old_size == 0 || old_size > leaves.size()) {
    fail(Fault::kNotFound, "no consistency from size {} to size {}", old_size, leaves.size());
  }
  Proof proof;
  sub_consistency(leaves, old_size, Held::kYes, proof);
  return proof;
}

bool includes(const Head& head, std::uint64_t index, const Hash32& leaf, const Proof& proof) {
  if (index >= head.size) return false;
  Climb climb{index, head.size - 1};
  Hash32 node = leaf;
  for (const Hash32& sibling : proof) {
    if (climb.last == 0) return false;
    if (climb.sibling_is_left()) {
      node = node_hash(sibling, node);
      climb.skip_lifted();
    } else {
      node = node_hash(node, sibling);
    }
    climb.up();
  }
  return climb.last == 0 && node == head.root;
}

bool consistent(const Head& older, const Head& newer, const Proof& proof) {
  if (older.size == 0 || older.size > newer.size) return false;
  if (older.size == newer.size) return proof.empty() && older.root == newer.root;
  Proof path;
  if (std::has_single_bit(older.size)) path.push_back(older.root);
  path.insert(path.end(), proof.begin(), proof.end());
  if (path.empty()) return false;
  Climb climb{older.size - 1, newer.size - 1};
  while ((climb.node & 1) != 0) climb.up();
  Hash32 old_node = path.front();
  Hash32 new_node = path.front();
  for (const Hash32& sibling : std::span(path).subspan(1)) {
    if (climb.last == 0) return false;
    if (climb.sibling_is_left()) {
      old_node = node_hash(sibling, old_node);
      new_node = node_hash(sibling, new_node);
      climb.skip_lifted();
    } else {
      new_node = node_hash(new_node, sibling);
    }
    climb.up();
  }
  return climb.last == 0 && old_node == older.root && new_node == newer.root;
}

}  // namespace audit
