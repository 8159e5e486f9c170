#include "desk/scan_output.h"

#include <gmock/gmock.h>

#include <cstring>

#include "base/text.h"
#include "report/csv.h"

namespace cordon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Find a_find(FoundKind kind, std::string_view written, std::string_view canonical, std::uint64_t offset = 0) {
  return {kind, HeldBack::No, true, 0, offset, written.size(), written, canonical};
}

void put(Window& window, std::string_view text) {
  while (!text.empty()) {
    const std::span<char> room = window.room();
    const std::size_t some = std::min(room.size(), text.size());
    std::memcpy(room.data(), text.data(), some);
    window.add(some);
    text.remove_prefix(some);
  }
}

// Planted bug: count bytes instead of characters.
TEST(ScanWindow, a_column_counts_characters_and_a_line_starts_after_its_end) {
  const std::string text = "a\nбв x\n\n漢字 y";
  Window window(true);
  put(window, text);
  EXPECT_EQ(window.place(0), (LineAndColumn{1, 1}));
  EXPECT_EQ(window.place(text.find('x')), (LineAndColumn{2, 4}));
  EXPECT_EQ(window.place(text.find('y')), (LineAndColumn{4, 4}));
  EXPECT_EQ(window.place(text.find('x')), (LineAndColumn{2, 4}));  // and back
}

// Planted bug: leave out count_to() in room().
TEST(ScanWindow, places_hold_over_texts_longer_than_it) {
  std::string text;
  std::vector<std::pair<std::uint64_t, LineAndColumn>> places;
  for (std::uint64_t line = 1; text.size() < 5 * Window::kPiece; ++line) {
    text += "строка " + std::to_string(line) + " ";
    if (line % 70'000 == 0) places.push_back({text.size(), {line, 9 + std::to_string(line).size()}});
    text += "x\n";
  }
  Window window(true);
  std::size_t next = 0;
  for (std::size_t at = 0; at < text.size(); at += 100'000) {
    put(window, std::string_view(text).substr(at, 100'000));
    for (; next < places.size() && places[next].first < window.end(); ++next)
      ASSERT_EQ(window.place(places[next].first), places[next].second) << places[next].first;
  }
  EXPECT_EQ(next, places.size());
  EXPECT_EQ(window.slice(window.end() - 3, window.end() + 5), std::string_view(text).substr(text.size() - 3));
  EXPECT_LE(window.end() - window.begin(), Window::kPiece + Window::kKept);
}

TEST(ScanRows, json_is_what_the_one_writer_writes) {
  Find find = a_find(FoundKind::Url, "hxxp://a[.]example.org/\"", "http://a.example.org/%22", 17);
  find.flags = static_cast<std::uint16_t>(FindFlag::Reserved);
  ScanWish wish;
  wish.format = ScanFormat::Json;
  wish.context = 5;
  std::string out;
  append_row(out, {"a\n\xff.txt", find, {3, 4}, true, "ab \"c\""}, wish);
  const auto read = parse_json(trim(out));
  ASSERT_TRUE(read) << out;
  EXPECT_EQ(to_text(*read) + "\n", out);  // planted bug: swap two members
  EXPECT_EQ(read->text_or("value"), find.written);
  EXPECT_EQ(read->text_or("canonical"), find.canonical);
  EXPECT_EQ(read->number_or("line", 0), 3);
  EXPECT_TRUE(*read->flag("defanged"));
  EXPECT_EQ(to_text(*read->find("flags")), R"(["reserved","never_list"])");
}

// Planted bug: leave out formula_safe().
TEST(ScanRows, no_cell_of_csv_is_a_formula) {
  EXPECT_EQ(formula_safe("=1+1"), "'=1+1");
  EXPECT_EQ(formula_safe("+79161234567"), "'+79161234567");
  EXPECT_EQ(formula_safe("@name"), "'@name");
  EXPECT_EQ(formula_safe("-a"), "'-a");
  EXPECT_EQ(formula_safe("\tx"), "'\tx");
  EXPECT_EQ(formula_safe("a=b"), "a=b");
  EXPECT_EQ(formula_safe(""), "");
  ScanWish wish;
  wish.format = ScanFormat::Csv;
  std::string out;
  append_row(out, {"=cmd|' /C calc'!A0", a_find(FoundKind::Phone, "+7 916 123\n4567", "+79161234567"), {}}, wish);
  const auto cells = parse_csv_record(out, ',');
  ASSERT_TRUE(cells);
  EXPECT_EQ(cells->size(), parse_csv_record(first_row(wish), ',')->size());
  for (const std::string& cell : *cells)
    EXPECT_EQ(std::string_view("=+-@").find(cell.empty() ? 'x' : cell.front()), std::string_view::npos) << cell;
}

// Planted bug: print `canonical` in append_text() for a table.
TEST(ScanRows, a_screen_shows_nothing_that_a_click_reaches) {
  ScanWish wish;
  wish.format = ScanFormat::Table;
  std::string out;
  append_row(out, {"a", a_find(FoundKind::Url, "http://example.org/a", "http://example.org/a"), {1, 1}}, wish);
  append_row(out, {"a", a_find(FoundKind::Email, "a@example.org", "a@example.org"), {1, 1}}, wish);
  EXPECT_THAT(out, HasSubstr("hxxp://example[.]org/a"));
  EXPECT_THAT(out, HasSubstr("a[@]example[.]org"));
}

TEST(ScanRows, context_stays_in_its_line_and_cuts_no_character) {
  const std::string text = "раз\nдва три example.org четыре\nпять";
  const std::size_t at = text.find("example");
  EXPECT_EQ(around(text, at, 11, 4), "три example.org чет");
  EXPECT_EQ(around(text, at, 11, 100), "два три example.org четыре");
  EXPECT_EQ(around(text, at, 11, 0), "example.org");
}

TEST(ScanRows, both_rewritings_undo_each_other) {
  const Find whole{FoundKind::Url, HeldBack::No, false, 0, 0, 20, "http://example.org/a", "http://example.org/a"};
  EXPECT_EQ(rewritten(whole, Rewrite::Defang), "hxxp://example[.]org/a");
  EXPECT_EQ(rewritten(whole, Rewrite::Refang), "http://example.org/a");
  const Find broken = a_find(FoundKind::Url, "hxxp://example[.]org/a", "http://example.org/a");
  EXPECT_EQ(rewritten(broken, Rewrite::Refang), "http://example.org/a");
  EXPECT_EQ(rewritten(broken, Rewrite::Defang), "hxxp://example[.]org/a");
  // Planted bug that turns it red: `whole` that is always true.
  const Find half =
      a_find(FoundKind::Url, "hxxp://a[.]example/?to=http://b.example/", "http://a.example/?to=http://b.example/");
  EXPECT_EQ(rewritten(half, Rewrite::Defang), "hxxp://a[.]example/?to=http[:]//b[.]example/");
  const Find hash = a_find(FoundKind::FileHash, "D41D…", "md5:d41d…");
  EXPECT_EQ(rewritten(hash, Rewrite::Refang), "D41D…");
}

// Planted bugs that turn it red: a path that defang leaves as it is; unclickable without the look at Decoded.
TEST(ScanRows, an_address_inside_of_another_is_broken_too) {
  EXPECT_EQ(unclickable("see http://a.example.org/?to=http://b.example.net/x, and bob@example.org"),
            "see hxxp://a[.]example[.]org/?to=http[:]//b[.]example[.]net/x, and bob[@]example[.]org");
  EXPECT_EQ(unclickable("GET /r?u=http%3A%2F%2Fexample.org%2F"), "GET /r?u=http%3A%2F%2Fexample.org%2F");
}

TEST(ScanNeverList, a_name_covers_what_lies_under_it_and_nothing_beside_it) {
  NeverList list;
  ASSERT_TRUE(list.add("# ours\nExample.org\n 192.0.2.1 # a test\ngithub.com\n", "list"));
  EXPECT_TRUE(never_listed(list, a_find(FoundKind::Domain, "", "a.b.example.org")));
  EXPECT_TRUE(never_listed(list, a_find(FoundKind::Url, "", "https://example.org/x")));
  EXPECT_TRUE(never_listed(list, a_find(FoundKind::Ip, "", "192.0.2.1")));
  EXPECT_FALSE(never_listed(
      list, a_find(FoundKind::Domain, "", "badexample.org")));  // planted bug: parent() cuts a letter, not a label
  EXPECT_FALSE(never_listed(list, a_find(FoundKind::Domain, "", "example.org.evil.net")));
  EXPECT_FALSE(never_listed(NeverList(), a_find(FoundKind::Domain, "", "example.org")));
}

TEST(ScanWishes, a_wrong_wish_says_what_was_expected) {
  const auto wish = [](const Json& arguments) { return read_wish(arguments, false, false); };
  EXPECT_TRUE(wish(Json::Object{}));
  const auto kinds = wish(Json::Object{{"kinds", "url, domain,cve"}});
  ASSERT_TRUE(kinds);
  EXPECT_TRUE(kinds->options.kinds.has(FoundKind::Domain) && kinds->options.kinds.has(FoundKind::Cve));
  EXPECT_FALSE(kinds->options.kinds.has(FoundKind::Ip));
  const auto unknown = wish(Json::Object{{"kinds", "person"}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("attack_id"));
  EXPECT_FALSE(wish(Json::Object{{"context", -1}}));
  EXPECT_FALSE(wish(Json::Object{{"threads", 1000}}));
  EXPECT_FALSE(wish(Json::Object{{"defang", true}, {"refang", true}}));
  EXPECT_FALSE(wish(Json::Object{{"defang", true}, {"count", true}}));
  EXPECT_FALSE(read_wish(Json::Object{{"csv", true}}, true, false));
}

}  // namespace
}  // namespace cordon
