#include "ledger/bundle.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

TEST(Bundle, gives_its_leaves_back) {
  const std::vector<std::string> leaves = {"", "a", std::string(256, 'b'), std::string(kLongestLeaf, 'c')};
  const auto back = read_bundle(write_bundle(leaves), 4);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, leaves);
  EXPECT_EQ(write_bundle(std::vector<std::string>{"ab", ""}), std::string("\0\2ab\0\0", 6));
}

TEST(Bundle, cut_anywhere_or_lengthened_is_corrupt) {
  const std::string bytes = write_bundle(std::vector<std::string>{"one", "", "three"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(read_bundle(bytes.substr(0, size), 3).error().fault, Fault::Corrupt) << size;
  }
  EXPECT_EQ(read_bundle(bytes + "x", 3).error().fault, Fault::Corrupt);
  EXPECT_EQ(read_bundle(bytes, 2).error().fault, Fault::Corrupt);
  EXPECT_EQ(read_bundle(bytes, 4).error().fault, Fault::Corrupt);
}

}  // namespace
}  // namespace cordon
