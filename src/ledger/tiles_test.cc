#include "ledger/tiles.h"

#include <gtest/gtest.h>

#include "ledger/naive_tree_for_tests.h"
#include "ledger/tile_files.h"

namespace cordon {
namespace {

std::vector<std::string> names(const TestFolder& folder) {
  std::vector<std::string> out;
  for (const auto& [name, bytes] : folder.files()) out.push_back(name);
  return out;
}
using Names = std::vector<std::string>;

TEST(Tiles, lie_where_the_specification_says) {
  EXPECT_EQ((TilePlace{0, 0, 256}.path()), "tile/0/000");
  EXPECT_EQ((TilePlace{1, 999, 256}.path()), "tile/1/999");
  EXPECT_EQ((TilePlace{0, 1000, 256}.path()), "tile/0/x001/000");
  EXPECT_EQ((TilePlace{0, 1234067, 256}.path()), "tile/0/x001/x234/067");
  EXPECT_EQ((TilePlace{0, 1234567890, 256}.path()), "tile/0/x001/x234/x567/890");
  EXPECT_EQ((TilePlace{kBundles, 1234067, 8}.path()), "tile/entries/x001/x234/067.p/8");
  // The specification's example: 70,000 leaves.
  EXPECT_EQ(tile_at(0, 272, 70000).width, 256u);
  EXPECT_EQ(tile_at(0, 273, 70000).width, 112u);
  EXPECT_EQ(tile_at(0, 274, 70000).width, 0u);
  EXPECT_EQ(tile_at(1, 0, 70000).width, 256u);
  EXPECT_EQ(tile_at(1, 1, 70000).width, 17u);
  EXPECT_EQ(tile_at(2, 0, 70000).width, 1u);
  EXPECT_EQ(hashes_at(3, 70000), 0u);
  EXPECT_EQ(hashes_at(8, kMostLeaves), 0u);
}

TEST(Tiles, of_256_leaves_are_a_full_one_and_one_of_width_1) {
  const TestFolder folder;
  ASSERT_TRUE(append_leaves(folder.path(), 0, some_leaves(256)));
  EXPECT_EQ(names(folder), (Names{"tile/0/000", "tile/1/000.p/1", "tile/entries/000"}));
}

// Planted: consistency_proof gives the old root away even when the old log begins at 0 (`begin != 0` left out). Red.
TEST(Tiles, give_the_proofs_of_the_plain_definition_at_every_size_to_300) {
  const TestFolder folder;
  NaiveTree tree(some_leaves(300));
  ASSERT_TRUE(append_leaves(folder.path(), 0, some_leaves(300)));
  for (std::size_t size = 0; size <= 300; ++size) {
    ASSERT_EQ(*head_from_tiles(folder.path(), size), tree.head(size)) << size;
    // Every place to size 130; above, every seventh, another one from size to size, and the last ten.
    for (std::size_t index = 0; index < size; ++index) {
      if (size > 130 && index % 7 != size % 7 && index + 10 < size) continue;
      const auto proof = inclusion_proof(folder.path(), size, index);
      ASSERT_TRUE(proof) << proof.error().message << proof.error().where;
      ASSERT_EQ(*proof, tree.path(index, 0, size)) << index << " of " << size;
      ASSERT_TRUE(verify_inclusion(tree.head(size), index, leaf_hash("leaf " + std::to_string(index)), *proof));
    }
  }
  for (std::size_t size = 1; size <= 300; size += size < 130 ? 1 : 17) {
    for (std::size_t old = 1; old <= size; ++old) {
      ASSERT_EQ(*consistency_proof(folder.path(), old, size), tree.subproof(old, 0, size)) << old << " to " << size;
    }
    EXPECT_TRUE(consistency_proof(folder.path(), 0, size)->empty());
  }
}

TEST(Tiles, are_the_same_however_the_leaves_come) {
  const TestFolder whole, pieces;
  NaiveTree tree(some_leaves(520));
  ASSERT_TRUE(append_leaves(whole.path(), 0, some_leaves(520)));
  for (std::size_t at = 0; at < 520;) {
    const std::size_t count = std::min<std::size_t>(at < 20 || (at > 250 && at < 260) ? 1 : 37, 520 - at);
    const auto head = append_leaves(pieces.path(), at, some_leaves(count, at));
    ASSERT_TRUE(head) << head.error().message;
    at += count;
    ASSERT_EQ(*head, tree.head(at));
    ASSERT_EQ(*head_from_tiles(pieces.path(), at), *head);
  }
  for (const auto& [name, bytes] : whole.files()) EXPECT_EQ(pieces.files()[name], bytes) << name;
}

TEST(Tiles, head_of_lines_is_that_of_the_folder_and_of_the_definition) {
  for (const std::size_t size : {0u, 1u, 255u, 256u, 257u, 600u}) {
    NaiveTree tree(some_leaves(size));
    EXPECT_EQ(head_of_lines(some_leaves(size)), tree.head(size)) << size;
  }
  const TestFolder folder;
  const std::vector<std::string> many = some_leaves(66'000);
  EXPECT_EQ(head_of_lines(many), *append_leaves(folder.path(), 0, many));
}

TEST(Tiles, give_every_leaf_back) {
  const TestFolder folder;
  std::vector<std::string> leaves = some_leaves(258);
  leaves[0] = "";
  leaves[256] = std::string(65535, 'x');
  ASSERT_TRUE(append_leaves(folder.path(), 0, leaves));
  for (std::size_t i = 0; i < leaves.size(); ++i) EXPECT_EQ(*read_leaf(folder.path(), 258, i), leaves[i]);
  EXPECT_EQ(read_leaf(folder.path(), 258, 258).error().fault, Fault::Usage);
  EXPECT_EQ(inclusion_proof(folder.path(), 258, 258).error().fault, Fault::Usage);
  EXPECT_EQ(consistency_proof(folder.path(), 259, 258).error().fault, Fault::Usage);
}

TEST(Tiles, refuse_a_leaf_of_64_kilobytes_and_write_nothing) {
  const TestFolder folder;
  EXPECT_EQ(append_leaves(folder.path(), 0, {"a", std::string(65536, 'x')}).error().fault, Fault::Malformed);
  EXPECT_TRUE(names(folder).empty());
}

TEST(Tiles, keep_the_partial_forms_of_this_size_and_the_one_before) {
  const TestFolder folder;
  std::size_t size = 0;
  for (const std::size_t count : {10u, 5u, 5u}) {
    ASSERT_TRUE(append_leaves(folder.path(), size, some_leaves(count, size)));
    size += count;
  }
  EXPECT_EQ(names(folder),
            (Names{"tile/0/000.p/15", "tile/0/000.p/20", "tile/entries/000.p/15", "tile/entries/000.p/20"}));
  ASSERT_TRUE(append_leaves(folder.path(), 20, some_leaves(280, 20)));
  EXPECT_EQ(names(folder),
            (Names{"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"}));
  // The size before can still be asked about.
  NaiveTree tree(some_leaves(300));
  EXPECT_EQ(*head_from_tiles(folder.path(), 20), tree.head(20));
  EXPECT_EQ(*read_leaf(folder.path(), 20, 19), "leaf 19");
  // Appending to it again, as after a crash before its checkpoint, does as well.
  EXPECT_EQ(*append_leaves(folder.path(), 20, some_leaves(280, 20)), tree.head(300));
}

TEST(Tiles, appended_again_after_a_crash_are_the_same_bytes) {
  const TestFolder whole;
  ASSERT_TRUE(append_leaves(whole.path(), 0, some_leaves(250)));
  ASSERT_TRUE(append_leaves(whole.path(), 250, some_leaves(300, 250)));
  const auto expected = whole.files();
  // What a crash leaves is any part of the files; none is torn, because each is renamed into place.
  for (const auto& [lost, bytes] : expected) {
    for (const bool all_but_this : {false, true}) {
      const TestFolder crashed;
      ASSERT_TRUE(append_leaves(crashed.path(), 0, some_leaves(250)));
      ASSERT_TRUE(append_leaves(crashed.path(), 250, some_leaves(300, 250)));
      const auto before = crashed.files();
      for (const auto& [name, ignored] : before) {
        if ((name == lost) != all_but_this && name != "tile/0/000" && name != "tile/entries/000") crashed.remove(name);
      }
      const auto head = append_leaves(crashed.path(), 250, some_leaves(300, 250));
      ASSERT_TRUE(head) << head.error().message << head.error().where;
      EXPECT_EQ(crashed.files(), expected) << lost;
    }
  }
  // A leftover of a write that was cut short goes too.
  whole.put("tile/0/002.p/38.tmp77", "torn");
  ASSERT_TRUE(append_leaves(whole.path(), 250, some_leaves(300, 250)));
  EXPECT_EQ(whole.files(), expected);
}

// Planted: put() writes over a full tile. Red.
TEST(Tiles, that_are_full_are_never_written_with_other_bytes) {
  const TestFolder folder;
  ASSERT_TRUE(append_leaves(folder.path(), 0, some_leaves(300)));
  const auto before = folder.files();
  std::vector<std::string> others = some_leaves(300);
  others[7] = "rewritten";
  const auto head = append_leaves(folder.path(), 0, others);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().fault, Fault::Corrupt);
  EXPECT_EQ(head.error().where, "tile/entries/000");
  EXPECT_EQ(folder.files(), before);
}

TEST(Tiles, are_not_appended_to_a_broken_edge) {
  const TestFolder folder;
  ASSERT_TRUE(append_leaves(folder.path(), 0, some_leaves(20)));
  std::string bytes = folder.files()["tile/0/000.p/20"];
  bytes[40] = static_cast<char>(bytes[40] ^ 1);
  folder.put("tile/0/000.p/20", bytes);
  EXPECT_EQ(append_leaves(folder.path(), 20, {"next"}).error().fault, Fault::Corrupt);
  folder.put("tile/0/000.p/20", bytes.substr(0, 100));
  EXPECT_EQ(append_leaves(folder.path(), 20, {"next"}).error().fault, Fault::Corrupt);
  folder.remove("tile/0/000.p");
  EXPECT_EQ(append_leaves(folder.path(), 20, {"next"}).error().fault, Fault::NotFound);
}

// The log is cut down to its right edge: what an append and a head need must be in what is left.
TEST(Tiles, grow_from_their_right_edge_alone) {
  const TestFolder folder;
  const std::size_t size = 66000;
  std::vector<std::string> leaves = some_leaves(size + 1);
  std::vector<Digest> hashes;
  for (const std::string& leaf : leaves) hashes.push_back(leaf_hash(leaf));
  const std::string last = leaves.back();
  leaves.pop_back();
  ASSERT_TRUE(append_leaves(folder.path(), 0, leaves));
  ASSERT_EQ(head_from_tiles(folder.path(), size)->root, tree_root(std::span(hashes).first(size)));
  EXPECT_EQ(inclusion_proof(folder.path(), size, 12345)->size(), 17u);

  for (const std::string& name : names(folder)) {
    if (name.find(".p/") == std::string::npos) folder.remove(name);
  }
  EXPECT_EQ(names(folder), (Names{"tile/0/257.p/208", "tile/1/001.p/1", "tile/2/000.p/1", "tile/entries/257.p/208"}));
  const auto head = append_leaves(folder.path(), size, {last});
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->root, tree_root(hashes));
  EXPECT_EQ(*head_from_tiles(folder.path(), size + 1), *head);
}

}  // namespace
}  // namespace cordon
