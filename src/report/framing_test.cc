#include "report/framing.h"

#include <gtest/gtest.h>

#include "report/csv.h"

namespace cordon {
namespace {

using Records = std::vector<std::string_view>;

Records cut(Format format, std::string_view bytes) {
  const auto records = frame(format, bytes);
  return records ? *records : Records{"<error>"};
}

TEST(Framing, cuts_an_array_at_its_own_commas) {
  EXPECT_EQ(cut(Format::JsonDocument, " [ {\"a\":\"],{\"} , {\"b\":[1,2]} ]\n"),
            (Records{"{\"a\":\"],{\"}", "{\"b\":[1,2]}"}));
}

// Planted bug: the scanner forgets that a quotation mark can be escaped.
TEST(Framing, an_escaped_quotation_mark_ends_no_text) {
  EXPECT_EQ(cut(Format::JsonDocument, R"([{"a":"\"},{"},{}])"), (Records{R"({"a":"\"},{"})", "{}"}));
}

TEST(Framing, a_broken_element_leaves_the_others) {
  EXPECT_EQ(cut(Format::JsonDocument, "[{\"a\":1},nonsense,{\"b\":2}]"),
            (Records{"{\"a\":1}", "nonsense", "{\"b\":2}"}));
}

TEST(Framing, cuts_lines_and_leaves_comments_of_lists) {
  EXPECT_EQ(cut(Format::List, "# x\r\nexample.org\r\n\r\n example.net"), (Records{"example.org", "example.net"}));
  EXPECT_EQ(cut(Format::JsonLines, "{}\n\n#\n"), (Records{"{}", "#"}));
}

TEST(Framing, cuts_an_mbox_where_its_own_line_follows_a_blank_one) {
  const std::string_view mbox =
      "From a@example.org Tue Jan 19 19:32:49 2016\nSubject: 1\n\nFrom here on Mon we go\nx\n\n"
      "From b@example.org Wed Jan 20 19:32:49 2016\nSubject: 2\n\ny\n";
  const Records mails = cut(Format::Mail, mbox);
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_TRUE(mails[0].starts_with("Subject: 1"));
  EXPECT_TRUE(mails[1].starts_with("Subject: 2"));
}

TEST(Framing, refuses_more_than_a_million_records) {
  std::string many;
  for (std::size_t i = 0; i <= kMostRecords; ++i) many += "a\n";
  EXPECT_FALSE(frame(Format::List, many));
  many.resize(many.size() - 2);
  EXPECT_TRUE(frame(Format::List, many));
}

// Each line of such a file opens a quotation mark again; reading on from each must not take quadratic time.
TEST(Framing, open_quotation_marks_do_not_make_it_slow) {
  std::string text;
  while (text.size() < 4'000'000) text += "x,\"y\n";
  EXPECT_EQ(cut(Format::Csv, text).size(), 800'000u);
}

}  // namespace
}  // namespace cordon
