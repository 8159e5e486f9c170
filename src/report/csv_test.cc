#include "report/csv.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

TEST(Csv, knows_columns_by_their_usual_names) {
  const auto columns = read_csv_header("ID;First seen;URL;IP;sha256\r\n", std::nullopt);
  ASSERT_TRUE(columns);
  EXPECT_EQ(columns->delimiter, ';');
  ASSERT_EQ(columns->values.size(), 3u);
  EXPECT_EQ(columns->values[0].kind, ObservableKind::Url);
  EXPECT_EQ(columns->values[0].column, 2u);
  EXPECT_EQ(columns->token, 0u);
  EXPECT_EQ(columns->seen_at, 1u);
  EXPECT_FALSE(read_csv_header("name,address", std::nullopt));
}

TEST(Csv, a_profile_names_columns_that_must_be_there) {
  const auto settings = parse_json(R"({"kind":"domain","value":"bad host","category":"what","delimiter":"|"})");
  ASSERT_TRUE(settings);
  const auto profile = read_csv_profile(*settings);
  ASSERT_TRUE(profile);
  EXPECT_TRUE(read_csv_header("what|bad host", *profile));
  EXPECT_FALSE(read_csv_header("what|host", *profile));
  EXPECT_FALSE(read_csv_profile(*parse_json(R"({"kind":"person","value":"x"})")));
  EXPECT_FALSE(read_csv_profile(*parse_json(R"({"kind":"url"})")));
  EXPECT_FALSE(read_csv_profile(*parse_json(R"({"kind":"url","value":"x","word":"y"})")));
}

TEST(Csv, a_row_says_its_own_category) {
  const auto columns = read_csv_header("url,category,id,port,time", std::nullopt);
  ASSERT_TRUE(columns);
  const Reading reading =
      read_csv_row(*columns, std::nullopt, "hxxp://example[.]org/a,phishing,7,443,2026-01-02 03:04:05\r\n");
  EXPECT_EQ(reading.code, "");
  EXPECT_EQ(reading.matter, Matter(Category::Phishing));
  EXPECT_EQ(reading.observables.at(0).canonical(), "http://example.org/a");
  EXPECT_EQ(reading.token, "7");
  EXPECT_EQ(reading.port, 443);
  EXPECT_EQ(to_rfc3339(reading.seen_at.value()), "2026-01-02T03:04:05.000Z");
}

// Planted bug: the batch's own matter used where the row names a refused one.
TEST(Csv, a_refused_category_is_never_mapped_to_the_batch_matter) {
  const auto columns = read_csv_header("url,category", std::nullopt);
  ASSERT_TRUE(columns);
  EXPECT_EQ(read_csv_row(*columns, Category::Fraud, "https://example.org/a,copyright").code, "copyright");
  EXPECT_EQ(read_csv_row(*columns, Category::Fraud, "https://example.org/a,nonsense").code, "out_of_scope");
  EXPECT_EQ(read_csv_row(*columns, std::nullopt, "https://example.org/a,").code, "no_category");
  EXPECT_EQ(read_csv_row(*columns, Category::Fraud, "https://example.org/\xFF,").code, "encoding");
}

}  // namespace
}  // namespace cordon
