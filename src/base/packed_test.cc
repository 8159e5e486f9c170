#include "base/packed.h"

#include <gtest/gtest.h>

#include <limits>

namespace cordon {
namespace {

TEST(Packed, what_was_written_is_read) {
  PackedWriter writer;
  const std::uint64_t numbers[] = {0, 1, 127, 128, 16'383, 16'384, std::numeric_limits<std::uint64_t>::max()};
  for (const std::uint64_t number : numbers) writer.number(number);
  writer.text("");
  writer.text("one\ntwo");
  writer.raw("abc");
  PackedReader reader(writer.bytes());
  for (const std::uint64_t number : numbers) EXPECT_EQ(reader.number(), number);
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(reader.text(), "one\ntwo");
  EXPECT_EQ(reader.raw(3), "abc");
  EXPECT_TRUE(reader.good());
  EXPECT_TRUE(reader.at_end());
}

// Planted bug: no end of the bytes in raw().
TEST(Packed, what_ends_too_early_is_not_good) {
  PackedWriter writer;
  writer.text("a text of some length");
  writer.number(1'000'000);
  for (std::size_t cut = 0; cut < writer.size(); ++cut) {
    PackedReader reader(std::string_view(writer.bytes()).substr(0, cut));
    reader.text();
    reader.number();
    EXPECT_FALSE(reader.good()) << cut;
    EXPECT_EQ(reader.number(), 0u);
    EXPECT_EQ(reader.text(), "");
  }
}

TEST(Packed, a_number_has_one_spelling) {
  for (const std::string_view other : {std::string_view("\x80\x00", 2), std::string_view("\xff\x00", 2),
                                       std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02")}) {
    PackedReader reader(other);
    reader.number();
    EXPECT_FALSE(reader.good());
  }
  PackedReader reader("\x05");
  EXPECT_EQ(reader.number_below(5), 0u);
  EXPECT_FALSE(reader.good());
}

}  // namespace
}  // namespace cordon
