#include "ledger/tree.h"

#include <gtest/gtest.h>

#include "base/sha256_lanes.h"
#include "ledger/naive_tree_for_tests.h"

namespace cordon {
namespace {

std::string bytes_of(const char* hex) { return *from_hex(hex); }

// The eight leaves and the roots that Certificate Transparency's implementations test themselves with.
const std::vector<std::string> kKnownLeaves = {bytes_of(""),
                                               bytes_of("00"),
                                               bytes_of("10"),
                                               bytes_of("2021"),
                                               bytes_of("3031"),
                                               bytes_of("40414243"),
                                               bytes_of("5051525354555657"),
                                               bytes_of("606162636465666768696a6b6c6d6e6f")};
const char* const kKnownRoots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                   "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                   "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                   "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                   "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                   "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                   "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                   "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Digest> leaf_hashes(const std::vector<std::string>& leaves) {
  std::vector<Digest> out;
  for (const std::string& leaf : leaves) out.push_back(leaf_hash(leaf));
  return out;
}

// The hash of a byte and what follows has a path of its own. Planted: a second block of padding is never added. Red.
TEST(Tree, a_byte_and_what_follows_are_hashed_as_one_message) {
  std::string rest;
  for (int size = 0; size < 300; ++size) {
    ASSERT_EQ(sha256('\1', rest), sha256("\x01" + rest)) << size;
    const std::string other(rest.rbegin(), rest.rend());
    const std::array<Digest, 2> both = sha256_pair('\1', rest, other);
    ASSERT_EQ(both[0], sha256("\x01" + rest)) << size;
    ASSERT_EQ(both[1], sha256("\x01" + other)) << size;
    rest += static_cast<char>(size * 7);
  }
}

// Planted: node_hash without its 0x01 prefix. Red.
TEST(Tree, the_published_roots_come_out) {
  const std::vector<Digest> hashes = leaf_hashes(kKnownLeaves);
  for (std::size_t size = 1; size <= 8; ++size) {
    EXPECT_EQ(tree_root(std::span(hashes).first(size)).hex(), kKnownRoots[size - 1]) << size;
  }
  EXPECT_EQ(TreeHead{}.root.hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(tree_root({}), TreeHead{}.root);
}

TEST(Tree, subtrees_of_a_full_size_may_stand_for_leaves) {
  const std::vector<Digest> hashes = leaf_hashes(some_leaves(300));
  for (std::size_t size = 1; size <= 300; ++size) {
    std::vector<Digest> of_sixteen;
    for (std::size_t at = 0; at < size; at += 16) {
      of_sixteen.push_back(tree_root(std::span(hashes).subspan(at, std::min<std::size_t>(16, size - at))));
    }
    ASSERT_EQ(tree_root(of_sixteen), tree_root(std::span(hashes).first(size))) << size;
  }
}

TEST(Tree, every_inclusion_proof_to_130_is_taken_and_every_change_of_it_refused) {
  NaiveTree tree(some_leaves(131));
  const auto leaves = leaf_hashes(some_leaves(131));
  for (std::size_t size = 1; size <= 130; ++size) {
    const TreeHead head = tree.head(size);
    for (std::size_t index = 0; index < size; ++index) {
      const Proof proof = tree.path(index, 0, size);
      ASSERT_EQ(inclusion_path(std::span(leaves).first(size), index), proof) << index << " of " << size;
      ASSERT_TRUE(verify_inclusion(head, index, leaves[index], proof)) << index << " of " << size;
      ASSERT_FALSE(verify_inclusion(head, index, leaves[index + 1], proof));
      if (size > 1) {
        ASSERT_FALSE(verify_inclusion(head, (index + 1) % size, leaves[index], proof));
      }
      ASSERT_FALSE(verify_inclusion(head, index + size, leaves[index], proof));
      for (std::size_t drop = 0; drop < proof.size(); ++drop) {
        Proof shorter = proof;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(drop));
        ASSERT_FALSE(verify_inclusion(head, index, leaves[index], shorter)) << index << " of " << size;
        Proof longer = proof;
        longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(drop), proof[drop]);
        ASSERT_FALSE(verify_inclusion(head, index, leaves[index], longer));
        if (drop == 0) continue;
        Proof swapped = proof;
        std::swap(swapped[drop - 1], swapped[drop]);
        ASSERT_FALSE(verify_inclusion(head, index, leaves[index], swapped));
      }
    }
  }
}

TEST(Tree, every_consistency_proof_to_130_is_taken_and_every_change_of_it_refused) {
  NaiveTree tree(some_leaves(130));
  for (std::size_t size = 1; size <= 130; ++size) {
    for (std::size_t old = 1; old <= size; ++old) {
      const Proof proof = tree.subproof(old, 0, size);
      const TreeHead before = tree.head(old);
      const TreeHead after = tree.head(size);
      ASSERT_TRUE(verify_consistency(before, after, proof)) << old << " to " << size;
      ASSERT_FALSE(verify_consistency({old, sha256("another")}, after, proof));
      ASSERT_FALSE(verify_consistency(before, {size, sha256("another")}, proof));
      if (old < size) {
        ASSERT_FALSE(verify_consistency(after, before, proof));
      }
      for (std::size_t drop = 0; drop < proof.size(); ++drop) {
        Proof shorter = proof;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(drop));
        ASSERT_FALSE(verify_consistency(before, after, shorter)) << old << " to " << size;
        if (drop == 0) continue;
        Proof swapped = proof;
        std::swap(swapped[drop - 1], swapped[drop]);
        ASSERT_FALSE(verify_consistency(before, after, swapped));
      }
      Proof longer = proof;
      longer.push_back(sha256("one more"));
      ASSERT_FALSE(verify_consistency(before, after, longer));
    }
  }
}

// SUBTREE_SUBPROOF(start, end, D[begin:size], whole) of draft-ietf-plants-merkle-tree-certs-03, 4.4.
Proof subtree_proof(NaiveTree& tree, std::size_t start, std::size_t end, std::size_t begin, std::size_t size,
                    bool whole) {
  if (start == begin && end == size) return whole ? Proof{} : Proof{tree.mth(begin, size)};
  const std::size_t k = begin + split_point(size - begin);
  Proof out;
  if (end <= k) {
    out = subtree_proof(tree, start, end, begin, k, whole);
    out.push_back(tree.mth(k, size));
  } else if (k <= start) {
    out = subtree_proof(tree, start, end, k, size, whole);
    out.push_back(tree.mth(begin, k));
  } else {
    out = subtree_proof(tree, k, end, k, size, false);
    out.push_back(tree.mth(begin, k));
  }
  return out;
}

// Planted bugs, each seen red: hash the left sibling into a subtree that does not reach it; begin with the proof's
// first hash for a subtree at the edge.
TEST(Tree, every_subtree_to_70_is_taken_and_every_change_of_its_proof_refused) {
  NaiveTree tree(some_leaves(70));
  int taken = 0;
  for (std::size_t size = 1; size <= 70; ++size) {
    const TreeHead head = tree.head(size);
    for (std::size_t start = 0; start < size; ++start) {
      for (std::size_t end = start + 1; end <= size; ++end) {
        const TreeHead subtree{end - start, tree.mth(start, end)};
        if (!is_subtree(start, end)) {
          EXPECT_FALSE(verify_subtree_consistency(start, subtree, head, {}));
          continue;
        }
        const Proof proof = subtree_proof(tree, start, end, 0, size, true);
        ASSERT_TRUE(verify_subtree_consistency(start, subtree, head, proof)) << start << " " << end << " " << size;
        ++taken;
        Proof longer = proof;
        longer.push_back(leaf_hash("one more"));
        EXPECT_FALSE(verify_subtree_consistency(start, subtree, head, longer));
        for (std::size_t at = 0; at < proof.size(); ++at) {
          Proof other = proof;
          other[at].bytes[at % 32] ^= 1;
          EXPECT_FALSE(verify_subtree_consistency(start, subtree, head, other)) << start << " " << end << " " << size;
        }
        TreeHead another = subtree;
        another.root.bytes[0] ^= 1;
        EXPECT_FALSE(verify_subtree_consistency(start, another, head, proof));
        if (!proof.empty()) {
          EXPECT_FALSE(verify_subtree_consistency(start, subtree, head, {proof.begin(), proof.end() - 1}));
        }
      }
    }
  }
  EXPECT_GT(taken, 8000);
}

TEST(Tree, a_proof_with_any_one_bit_turned_is_refused) {
  NaiveTree tree(some_leaves(107));
  const TreeHead head = tree.head(107);
  const TreeHead before = tree.head(75);
  const Proof inclusion = tree.path(66, 0, 107);
  const Proof consistency = tree.subproof(75, 0, 107);
  const auto each_bit = [](const Proof& proof, const auto& refused) {
    for (std::size_t i = 0; i < proof.size(); ++i) {
      for (std::size_t bit = 0; bit < 256; ++bit) {
        Proof turned = proof;
        turned[i].bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        ASSERT_TRUE(refused(turned)) << "hash " << i << ", bit " << bit;
      }
    }
  };
  ASSERT_EQ(inclusion.size(), 7u);
  each_bit(inclusion, [&](const Proof& p) { return !verify_inclusion(head, 66, leaf_hash("leaf 66"), p); });
  ASSERT_GT(consistency.size(), 4u);
  each_bit(consistency, [&](const Proof& p) { return !verify_consistency(before, head, p); });
}

TEST(Tree, from_the_empty_tree_everything_follows_without_a_proof) {
  NaiveTree tree(some_leaves(3));
  EXPECT_TRUE(verify_consistency({}, tree.head(3), {}));
  EXPECT_TRUE(verify_consistency({}, {}, {}));
  EXPECT_FALSE(verify_consistency({0, sha256("not empty")}, tree.head(3), {}));
  EXPECT_FALSE(verify_consistency({}, tree.head(3), {sha256("")}));
  EXPECT_FALSE(verify_inclusion({}, 0, leaf_hash(""), {}));
}

}  // namespace
}  // namespace cordon
