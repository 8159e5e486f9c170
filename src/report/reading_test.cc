#include "report/reading.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

constexpr Instant kNow{1'767'225'600'000};  // 2026-01-01T00:00:00Z

Json answer() {
  Reading reading = choose(Category::Phishing, {{ObservableKind::Url, "http://login.example.org/a"}}, 443);
  reading.seen_at = kNow;
  reading.kept = "x";
  return to_json(reading);
}

bool believed(const Json& json) { return static_cast<bool>(read_reading(json, kNow)); }

TEST(Reading, crosses_the_pipe_whole) {
  const auto reading = read_reading(answer(), kNow);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->observables.at(0).canonical(), "http://login.example.org/a");
  EXPECT_EQ(reading->port, 443);
  EXPECT_EQ(reading->seen_at, kNow);
}

// Planted bug: the parent taking `value` as it stands, without parsing it again.
TEST(Reading, nothing_in_an_answer_is_believed_unparsed) {
  ASSERT_TRUE(believed(answer()));
  const auto with = [](std::string_view kind, std::string_view value) {
    Json one;
    one.set("kind", kind);
    one.set("value", value);
    Json json = answer();
    json.set("observables", Json::Array{one});
    return json;
  };
  EXPECT_FALSE(believed(with("url", "HTTP://login.example.org/a")));  // not canonical
  EXPECT_FALSE(believed(with("iban", "DE89370400440532013000")));     // not held under phishing
  EXPECT_FALSE(believed(with("person", "somebody")));
  EXPECT_FALSE(believed(Json(Json::Object{})));
  for (const std::string_view key : {"matter", "observables", "seen_at", "kept"}) {
    Json json = answer();
    json.set(key, key == "kept" ? Json(std::string(kKeptLimit + 1, 'x')) : Json("other"));
    EXPECT_FALSE(believed(json)) << key;
  }
  Json code;
  code.set("code", "Not A Code");
  EXPECT_FALSE(believed(code));
}

TEST(Reading, a_time_to_come_is_refused) {
  Json json = answer();
  json.set("seen_at", to_rfc3339(kNow + kDayMs));
  EXPECT_EQ(read_reading(json, kNow)->code, "");
  json.set("seen_at", to_rfc3339(kNow + kDayMs + 1));
  EXPECT_EQ(read_reading(json, kNow)->code, "future");
}

TEST(Reading, times_are_read_in_the_ways_that_reports_write_them) {
  for (const std::string_view text :
       {"2016-01-19T19:32:40Z", "2016-01-19 19:32:40", "Tue, 19 Jan 2016 14:32:40 -0500 (EST)",
        "Tue, 19 Jan 2016 19:32:40 UTC", "19 Jan 2016 19:32:40 GMT"}) {
    const auto at = lenient_time(text);
    ASSERT_TRUE(at) << text;
    EXPECT_EQ(to_rfc3339(*at), "2016-01-19T19:32:40.000Z") << text;
  }
  EXPECT_EQ(to_rfc3339(lenient_time("2016-01-19").value()), "2016-01-19T00:00:00.000Z");
  for (const std::string_view text :
       {"", "yesterday", "Tue, 19 Foo 2016 19:32:40 UTC", "Tue, 19 Jan 2016", "32 Jan 2016 1:2:3 UTC"}) {
    EXPECT_FALSE(lenient_time(text)) << text;
  }
}

TEST(Reading, a_word_is_guessed_by_the_parsers) {
  EXPECT_EQ(guess_kind("hxxps://example[.]org/"), ObservableKind::Url);
  EXPECT_EQ(guess_kind("192.0.2.1"), ObservableKind::Ip);
  EXPECT_EQ(guess_kind("192.0.2.0/24"), ObservableKind::Ip);  // for choose() to refuse as a range
  EXPECT_EQ(guess_kind("example.org"), ObservableKind::Domain);
  EXPECT_EQ(guess_kind("a@example.org"), ObservableKind::Email);
  EXPECT_EQ(guess_kind("0123456789abcdef0123456789abcdef"), ObservableKind::FileHash);
  EXPECT_EQ(guess_kind("hello"), std::nullopt);
}

TEST(Reading, names_outside_the_list_are_refused_by_name) {
  EXPECT_EQ(refuse_name("extremism", "type").code, "extremism");
  EXPECT_EQ(refuse_name("tax_evasion", "type").code, "out_of_scope");
}

}  // namespace
}  // namespace cordon
