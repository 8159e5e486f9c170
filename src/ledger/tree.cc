#include "ledger/tree.h"

#include <bit>

#include "base/result.h"

namespace cordon {

Digest leaf_hash(std::string_view leaf) { return sha256('\0', leaf); }

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

// The recursion is as deep as the tree: at most 64.
Digest tree_root(std::span<const Digest> hashes) {
  if (hashes.empty()) return sha256("");
  if (hashes.size() == 1) return hashes.front();
  const std::size_t split = split_point(hashes.size());
  return node_hash(tree_root(hashes.first(split)), tree_root(hashes.subspan(split)));
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

bool verify_consistency(const TreeHead& old_head, const TreeHead& new_head, const Proof& proof) {
  if (old_head.size > new_head.size) return false;
  if (old_head.size == new_head.size) return proof.empty() && old_head.root == new_head.root;
  if (old_head.size == 0) return proof.empty() && old_head.root == sha256("");
  Climb climb{old_head.size - 1, new_head.size - 1};
  while ((climb.at & 1) == 1) climb.up();
  // An old tree that is one full subtree is itself where the path starts; otherwise the proof begins with that node.
  std::span<const Digest> path(proof);
  Digest start = old_head.root;
  if (!std::has_single_bit(old_head.size)) {
    if (path.empty()) return false;
    start = path.front();
    path = path.subspan(1);
  }
  Digest old_root = start;
  Digest new_root = start;
  for (const Digest& sibling : path) {
    if (climb.last == 0) return false;
    if (climb.sibling_is_left()) {
      old_root = node_hash(sibling, old_root);
      new_root = node_hash(sibling, new_root);
      climb.skip_lonely();
    } else {
      new_root = node_hash(new_root, sibling);
    }
    climb.up();
  }
  return climb.last == 0 && old_root == old_head.root && new_root == new_head.root;
}

}  // namespace cordon
