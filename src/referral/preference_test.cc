// How a recipient wants its alerts: read from the contact book's file, and when what waits is due.
#include "referral/preference.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

Result<Preferences> preferences_of(const std::string& entries) {
  return Preferences::read(*parse_json(R"({"contact":[)" + entries + "]}"));
}

TEST(Preferences, an_entry_says_what_it_wants_and_the_rest_is_as_usual) {
  const auto read = preferences_of(
      R"({"address":"A@example.net","language":"kk","format":"text+csv","frequency":"daily","at":"08:30",)"
      R"("channel":"by_hand","most_a_day":3},{"address":"b@example.net"},{"address":"b@example.net"})");
  ASSERT_TRUE(read) << read.error().message;
  const Preference& one = read->of("a@example.net");
  EXPECT_EQ(one.language, NoticeLanguage::Kazakh);
  EXPECT_EQ(one.format, AlertFormat::Csv);
  EXPECT_EQ(one.frequency, AlertFrequency::Daily);
  EXPECT_EQ(one.minute, 510);
  EXPECT_EQ(one.channel, AlertChannel::ByHand);
  EXPECT_EQ(one.most_a_day, 3);
  EXPECT_EQ(read->of("b@example.net"), Preference{});
  EXPECT_EQ(read->of("nobody@example.net"), Preference{});
  EXPECT_EQ(read->said().size(), 1u);
}

// Planted bug: the last of two entries of one address wins.
TEST(Preferences, what_says_nothing_clear_is_refused_by_its_number) {
  for (const char* entry : {
           R"({"address":"a@example.net","language":"de"})",
           R"({"address":"a@example.net","format":"pdf"})",
           R"({"address":"a@example.net","frequency":"weekly"})",
           R"({"address":"a@example.net","frequency":"daily"})",
           R"({"address":"a@example.net","at":"08:30"})",
           R"({"address":"a@example.net","frequency":"daily","at":"24:00"})",
           R"({"address":"a@example.net","frequency":"daily","at":"8:30"})",
           R"({"address":"a@example.net","frequency":"daily","at":"-8:30"})",
           R"({"address":"a@example.net","channel":"fax"})",
           R"({"address":"a@example.net","most_a_day":-1})",
           R"({"address":"a@example.net","most_a_day":5001})",
           R"({"address":"a@example.net","language":"ru"},{"address":"A@example.net","language":"kk"})",
       }) {
    const auto read = preferences_of(entry);
    ASSERT_FALSE(read) << entry;
    EXPECT_EQ(read.error().fault, Fault::Malformed);
    EXPECT_TRUE(read.error().where.starts_with("contact "));
  }
}

TEST(Preferences, their_language_comes_first_and_english_behind_it) {
  using Tags = std::vector<std::string>;
  EXPECT_EQ(languages_for({}), (Tags{"en", "ru"}));
  Preference one;
  one.language = NoticeLanguage::English;
  EXPECT_EQ(languages_for(one), (Tags{"en"}));
  one.language = NoticeLanguage::Chinese;
  EXPECT_EQ(languages_for(one), (Tags{"zh", "en"}));
}

// Planted bugs: due_at() counts UTC's day; what came in at the very minute waits a day.
TEST(Preferences, what_waits_is_due_at_once_at_the_full_hour_or_at_their_time_of_the_desks_day) {
  const auto at = [](const char* text) { return *parse_rfc3339(text); };
  const Zone utc = Zone::utc();
  Preference one;
  EXPECT_EQ(due_at(one, at("2026-11-24T08:20:00Z"), utc), at("2026-11-24T08:20:00Z"));
  one.frequency = AlertFrequency::Hourly;
  EXPECT_EQ(due_at(one, at("2026-11-24T08:20:00Z"), utc), at("2026-11-24T09:00:00Z"));
  EXPECT_EQ(due_at(one, at("2026-11-24T08:00:00Z"), utc), at("2026-11-24T08:00:00Z"));
  one.frequency = AlertFrequency::Daily;
  one.minute = 8 * 60 + 30;
  EXPECT_EQ(due_at(one, at("2026-11-24T08:20:00Z"), utc), at("2026-11-24T08:30:00Z"));
  EXPECT_EQ(due_at(one, at("2026-11-24T08:30:00Z"), utc), at("2026-11-24T08:30:00Z"));
  EXPECT_EQ(due_at(one, at("2026-11-24T08:31:00Z"), utc), at("2026-11-25T08:30:00Z"));
  const Result<Zone> almaty = Zone::find("Asia/Almaty");  // five hours before UTC
  ASSERT_TRUE(almaty);
  EXPECT_EQ(due_at(one, at("2026-11-24T03:00:00Z"), *almaty), at("2026-11-24T03:30:00Z"));
  EXPECT_EQ(due_at(one, at("2026-11-24T04:00:00Z"), *almaty), at("2026-11-25T03:30:00Z"));
}

}  // namespace
}  // namespace cordon
