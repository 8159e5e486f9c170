// The Merkle tree of RFC 6962 section 2.1: its hashes, its heads, and how a proof is checked. Pure functions; where
// the hashes lie on disk is the business of tiles.h.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.h"

namespace cordon {

Digest leaf_hash(std::string_view leaf);                                          // SHA-256(0x00 || leaf)
std::array<Digest, 2> leaf_hashes(std::string_view leaf, std::string_view next);  // of two at once
Digest node_hash(const Digest& left, const Digest& right);                        // SHA-256(0x01 || left || right)

// The head over these hashes, taken as leaves. Subtrees of one full size, and one shorter subtree last, may stand for
// leaves: the tree splits at powers of two, so the head is the same. SHA-256("") when there are none.
Digest tree_root(std::span<const Digest> hashes);

// Where a tree of `size` leaves splits: the largest power of two below it. For sizes of 2 and more.
std::uint64_t split_point(std::uint64_t size);

// No log grows past this, so that sizes and places never overflow and a proof has at most 63 hashes.
inline constexpr std::uint64_t kMostLeaves = std::uint64_t{1} << 62;

struct TreeHead {
  std::uint64_t size = 0;
  Digest root = sha256("");  // of the empty tree
  bool operator==(const TreeHead&) const = default;
};

using Proof = std::vector<Digest>;  // lowest hash first
inline constexpr std::size_t kLongestProof = 64;

// The proof for the leaf at `index` of the tree over these hashes (RFC 9162 section 2.1.3.1), for trees that lie in
// memory; a log's is ledger/proof_file.h.
Proof inclusion_path(std::span<const Digest> hashes, std::size_t index);

// RFC 9162 sections 2.1.3.2 and 2.1.4.2. False for a proof that has one hash too few or too many.
bool verify_inclusion(const TreeHead& head, std::uint64_t index, const Digest& leaf, const Proof& proof);
// From the empty tree and between equal heads the proof is empty; a smaller `new_head` is false.
bool verify_consistency(const TreeHead& old_head, const TreeHead& new_head, const Proof& proof);
// The leaves from `start` on, as many as `subtree` has, are a tree of their own within `head`'s
// (draft-ietf-plants-merkle-tree-certs-03, 4.4); an older tree is the one that starts at 0. Which leaves can be
// one: 4.1.
bool is_subtree(std::uint64_t start, std::uint64_t end);
bool verify_subtree_consistency(std::uint64_t start, const TreeHead& subtree, const TreeHead& head, const Proof& proof);

}  // namespace cordon
