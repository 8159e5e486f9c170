#include "base/csv.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

using Fields = std::vector<std::string>;

TEST(Csv, reads_quoted_fields) {
  const auto fields = parse_csv_record("a,\"b,\"\"c\"\"\n\",,d\r\n", ',');
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (Fields{"a", "b,\"c\"\n", "", "d"}));
}

TEST(Csv, refuses_a_stray_quotation_mark) {
  EXPECT_FALSE(parse_csv_record("a,b\"c", ','));
  EXPECT_FALSE(parse_csv_record("a,\"b\"c", ','));
  EXPECT_FALSE(parse_csv_record("a,\"b", ','));
}

TEST(Csv, refuses_more_than_a_thousand_fields) { EXPECT_FALSE(parse_csv_record(std::string(1000, ','), ',')); }

// Planted bug: the record runs on to the next quotation mark, wherever that is.
TEST(Csv, an_open_quotation_mark_costs_one_line_only) {
  const std::string_view text = "\"open\nhttps://example.org/,1\n";
  EXPECT_EQ(csv_record_end(text, 0, ',', 1000), 6u);
  const std::string_view whole = "\"open\nclosed\",1\nnext";
  EXPECT_EQ(csv_record_end(whole, 0, ',', 1000), 16u);
}

}  // namespace
}  // namespace cordon
