#include "ledger/tree.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/result.h"
#include "base/sha256_lanes.h"

namespace cordon {

Digest leaf_hash(std::string_view leaf) { return sha256('\0', leaf); }

std::array<Digest, 2> leaf_hashes(std::string_view leaf, std::string_view next) {
  if (leaf.size() == next.size()) return sha256_pair('\0', leaf, next);
  return {leaf_hash(leaf), leaf_hash(next)};
}

Digest node_hash(const Digest& left, const Digest& right) {
  char both[64];
  left.view().copy(both, 32);
  right.view().copy(both + 32, 32);
  return sha256('\1', {both, sizeof both});
}

std::uint64_t split_point(std::uint64_t size) {
  CORDON_CHECK(size > 1, "only two leaves or more can be split");
  return std::bit_floor(size - 1);
}

// Level by level, two nodes at a time; a last one without a sibling goes up as it is (RFC 6962, section 2.1: the tree
// splits at powers of two).
Digest tree_root(std::span<const Digest> hashes) {
  if (hashes.empty()) return sha256("");
  std::vector<Digest> level(hashes.begin(), hashes.end());
  static_assert(sizeof(Digest) == 32, "digests lie beside one another as a node hashes them");
  while (level.size() > 1) {
    std::size_t made = 0, at = 0;
    for (; at + 4 <= level.size(); at += 4) {
      const auto* bytes = reinterpret_cast<const char*>(level[at].bytes.data());
      const std::array<Digest, 2> two = sha256_pair('\1', {bytes, 64}, {bytes + 64, 64});
      level[made++] = two[0];
      level[made++] = two[1];
    }
    for (; at + 2 <= level.size(); at += 2) level[made++] = node_hash(level[at], level[at + 1]);
    if (at < level.size()) level[made++] = level[at];
    level.resize(made);
  }
  return level.front();
}

Proof inclusion_path(std::span<const Digest> hashes, std::size_t index) {
  CORDON_CHECK(index < hashes.size(), "a proof is for a leaf of the tree");
  Proof proof;
  while (hashes.size() > 1) {
    const auto left = static_cast<std::size_t>(split_point(hashes.size()));
    const bool right = index >= left;
    proof.push_back(tree_root(right ? hashes.first(left) : hashes.subspan(left)));
    hashes = right ? hashes.subspan(left) : hashes.first(left);
    if (right) index -= left;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

namespace {

// The path from a leaf (or a subtree) up to the root: `at` is its place among the nodes of this height, `last` the
// place of the last node.
struct Climb {
  std::uint64_t at, last;

  void up() {
    at >>= 1;
    last >>= 1;
  }
  // Whether the next hash of the proof stands left of us.
  bool sibling_is_left() const { return (at & 1) == 1 || at == last; }
  // A last node without a right sibling moves up unhashed, until it is somebody's right sibling.
  void skip_lonely() {
    while ((at & 1) == 0 && at != 0) up();
  }
};

}  // namespace

bool verify_inclusion(const TreeHead& head, std::uint64_t index, const Digest& leaf, const Proof& proof) {
  if (index >= head.size) return false;
  Climb climb{index, head.size - 1};
  Digest root = leaf;
  for (const Digest& sibling : proof) {
    if (climb.last == 0) return false;
    if (climb.sibling_is_left()) {
      root = node_hash(sibling, root);
      climb.skip_lonely();
    } else {
      root = node_hash(root, sibling);
    }
    climb.up();
  }
  return climb.last == 0 && root == head.root;
}

bool is_subtree(std::uint64_t start, std::uint64_t end) {
  return start <= end && end <= kMostLeaves && (start == end || start % std::bit_ceil(end - start) == 0);
}

bool verify_subtree_consistency(std::uint64_t start, const TreeHead& subtree, const TreeHead& head,
                                const Proof& proof) {
  if (head.size > kMostLeaves || start > head.size || subtree.size > head.size - start) return false;
  if (!is_subtree(start, start + subtree.size)) return false;
  if (subtree.size == 0) return proof.empty() && subtree.root == sha256("");
  // `first` climbs with the last leaf of the subtree: where they meet the subtree is one node.
  std::uint64_t first = start;
  Climb climb{start + subtree.size - 1, head.size - 1};
  const bool at_the_edge = climb.at == climb.last;
  while (first != climb.at && (at_the_edge || (climb.at & 1) == 1)) {
    first >>= 1;
    climb.up();
  }
  // One full subtree, or one at the edge, is itself where the path starts; otherwise the proof begins with that node.
  std::span<const Digest> path(proof);
  Digest node = subtree.root;
  if (first != climb.at) {
    if (path.empty()) return false;
    node = path.front();
    path = path.subspan(1);
  }
  Digest old_root = node;
  Digest new_root = node;
  for (const Digest& sibling : path) {
    if (climb.last == 0) return false;
    if (climb.sibling_is_left()) {
      if (first < climb.at) old_root = node_hash(sibling, old_root);
      new_root = node_hash(sibling, new_root);
      while ((climb.at & 1) == 0 && climb.at != 0) {
        first >>= 1;
        climb.up();
      }
    } else {
      new_root = node_hash(new_root, sibling);
    }
    first >>= 1;
    climb.up();
  }
  return climb.last == 0 && old_root == subtree.root && new_root == head.root;
}

bool verify_consistency(const TreeHead& old_head, const TreeHead& new_head, const Proof& proof) {
  if (old_head.size == new_head.size && old_head.root != new_head.root) return false;
  return verify_subtree_consistency(0, old_head, new_head, proof);
}

}  // namespace cordon
