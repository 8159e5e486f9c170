#include "report/reading.h"

#include <gtest/gtest.h>

#include "base/packed.h"

namespace cordon {
namespace {

constexpr Instant kNow{1'767'225'600'000};  // 2026-01-01T00:00:00Z

Reading phishing() {
  Reading reading = choose(Category::Phishing, {{ObservableKind::Url, "http://login.example.org/a"}}, 443);
  reading.token = "t-1";
  reading.seen_at = kNow;
  reading.kept = "x";
  return reading;
}

// An answer as write_answer() would never give it.
struct Forged {
  std::string_view matter = "phishing", value = "http://login.example.org/a", kept = "x", after = {};
  std::uint64_t kind = static_cast<std::uint64_t>(ObservableKind::Url), port = 443, seen = 1, count = 1;
};
std::string write(const Forged& forged) {
  PackedWriter answer;
  answer.text("");  // code
  answer.text("");  // token
  answer.text(forged.matter);
  answer.number(forged.port);
  answer.number(forged.seen);
  answer.number(forged.count);
  answer.number(forged.kind);
  answer.text(forged.value);
  answer.text(forged.kept);
  answer.raw(forged.after);
  return answer.bytes();
}
bool believed(const Forged& forged) { return static_cast<bool>(read_answer(write(forged), kNow)); }

TEST(Reading, crosses_the_pipe_whole) {
  const auto reading = read_answer(write_answer(phishing()), kNow);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->observables.at(0).canonical(), "http://login.example.org/a");
  EXPECT_EQ(reading->matter, Matter(Category::Phishing));
  EXPECT_EQ(reading->port, 443);
  EXPECT_EQ(reading->seen_at, kNow);
  EXPECT_EQ(reading->token, "t-1");
  EXPECT_EQ(reading->kept, "x");
  const auto refused = read_answer(write_answer(refuse("copyright", "no\noffence")), kNow);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, "copyright");
  EXPECT_EQ(refused->reason.find('\n'), std::string::npos);
}

// Planted bug: the parent taking `value` as it stands, without parsing it again.
TEST(Reading, nothing_in_an_answer_is_believed_unparsed) {
  const auto kind = [](ObservableKind one) { return static_cast<std::uint64_t>(one); };
  ASSERT_TRUE(believed({}));
  EXPECT_FALSE(believed({.value = "HTTP://login.example.org/a"}));                                  // not canonical
  EXPECT_FALSE(believed({.value = "DE89370400440532013000", .kind = kind(ObservableKind::Iban)}));  // not held
  EXPECT_FALSE(believed({.kind = kind(ObservableKind::Handle) + 1}));
  EXPECT_FALSE(believed({.matter = "csam"}));
  EXPECT_FALSE(believed({.matter = "extremism"}));
  EXPECT_FALSE(believed({.port = 65'536}));
  EXPECT_FALSE(believed({.seen = 253'402'300'800'001}));
  EXPECT_FALSE(believed({.count = 0}));
  EXPECT_FALSE(believed({.count = kMostObservables + 1}));
  EXPECT_FALSE(believed({.kept = std::string(kKeptLimit + 1, 'x')}));
  EXPECT_FALSE(believed({.kept = "\xff"}));
  EXPECT_FALSE(believed({.after = "more"}));
  EXPECT_FALSE(
      believed({.matter = "vulnerable_service", .value = "192.0.2.1", .kind = kind(ObservableKind::Ip), .port = 0}));
  PackedWriter code;
  for (const std::string_view text : {"Not A Code", "", "why"}) code.text(text);
  EXPECT_FALSE(read_answer(code.bytes(), kNow));
  const std::string whole = write({});
  for (std::size_t cut = 0; cut < whole.size(); ++cut) EXPECT_FALSE(read_answer(whole.substr(0, cut), kNow)) << cut;
}

TEST(Reading, a_time_to_come_is_refused) {
  Reading reading = phishing();
  reading.seen_at = kNow + kDayMs;
  EXPECT_EQ(read_answer(write_answer(reading), kNow)->code, "");
  reading.seen_at = kNow + kDayMs + 1;
  EXPECT_EQ(read_answer(write_answer(reading), kNow)->code, "future");
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
