#include "officer/api_key.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"

namespace cordon {
namespace {

class ApiKeyTest : public testing::Test {
 protected:
  Officer officer(const std::string& login, Role role) {
    return {OfficerId::make(kNow, random_), login, {role}, SecretKey::generate(random_).public_key()};
  }
  Result<ApiKeyIssued> issue(const std::vector<Officer>& by, Instant ends_at = kNow + 30 * kDayMs) {
    return issue_api_key(presented_, "scanner", {KeyScope::Intake, KeyScope::ReadNumbers}, kNow, ends_at, by);
  }
  static void expect_refused(const Result<Nothing>& answer, std::string_view because) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, Fault::Refused);
    EXPECT_NE(answer.error().message.find(because), std::string::npos) << answer.error().message;
  }

  SeededRandom random_{21};
  Officer one_ = officer("admin1", Role::Admin);
  Officer two_ = officer("admin2", Role::Admin);
  PresentedKey presented_ = make_api_key(kNow, random_);
};

TEST_F(ApiKeyTest, a_key_prints_and_reads_back_and_never_shows_in_an_error) {
  const std::string text = to_text(presented_);
  EXPECT_EQ(text.size(), 87u);
  const auto again = parse_api_key(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, presented_.id);
  EXPECT_EQ(again->secret, presented_.secret);
  for (const std::string& bad : {std::string(), text.substr(1), text + "A", text.substr(0, text.size() - 1),
                                 "Cordon" + text.substr(6), text + "\n"}) {
    const auto refused = parse_api_key(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().message.find(text.substr(44, 20)), std::string::npos);
  }
}

// Planted bug: leave two_different() out of issue_api_key, or its comparison of ids.
TEST_F(ApiKeyTest, two_different_admins_issue_a_key) {
  ASSERT_TRUE(issue({one_, two_}));
  EXPECT_FALSE(issue({one_}));
  EXPECT_FALSE(issue({one_, one_}));
  EXPECT_FALSE(issue({one_, officer("analyst1", Role::Analyst)}));
  EXPECT_FALSE(issue({one_, two_, officer("admin3", Role::Admin)}));
}

// Planted bug: leave out either half of the question about ends_at.
TEST_F(ApiKeyTest, a_key_ends_within_366_days) {
  EXPECT_TRUE(issue({one_, two_}, kNow + 366 * kDayMs));
  EXPECT_FALSE(issue({one_, two_}, kNow + (366 * kDayMs + 1)));
  EXPECT_FALSE(issue({one_, two_}, kNow));
  EXPECT_FALSE(issue_api_key(presented_, "scanner", {}, kNow, kNow + kDayMs, {one_, two_}));
  EXPECT_FALSE(issue_api_key(presented_, "a scanner", {KeyScope::Intake}, kNow, kNow + kDayMs, {one_, two_}));
}

// Planted bug: leave any one line out of check().
TEST_F(ApiKeyTest, only_the_right_secret_passes_and_only_while_the_key_is_in_force) {
  ApiKey key{*issue({one_, two_}), {}};
  EXPECT_TRUE(check(key, presented_.secret, kNow));
  EXPECT_TRUE(check(key, presented_.secret, key.issued.ends_at + -1));
  expect_refused(check(key, presented_.secret, key.issued.ends_at), "ended on");
  expect_refused(check(key, presented_.secret, kNow + -1), "begins on");
  std::string wrong = presented_.secret;
  wrong.back() = static_cast<char>(wrong.back() ^ 1);
  expect_refused(check(key, wrong, kNow), "knows no such key");
  expect_refused(check(key, "", kNow), "knows no such key");
  // Who has no secret does not learn that the key is over.
  expect_refused(check(key, wrong, key.issued.ends_at), "knows no such key");

  const auto ended = end_api_key(key, one_, kNow + 1000);  // one is enough to end it
  ASSERT_TRUE(ended);
  key.ended = *ended;
  expect_refused(check(key, presented_.secret, kNow + 2000), "was ended on");
  EXPECT_EQ(end_api_key(key, two_, kNow).error().fault, Fault::Conflict);
  EXPECT_FALSE(end_api_key({key.issued, {}}, officer("analyst1", Role::Analyst), kNow));
}

// Planted bug: let may() say yes.
TEST_F(ApiKeyTest, a_key_may_what_its_scopes_say_and_no_scope_acts_for_an_officer) {
  const ApiKey key{*issue({one_, two_}), {}};
  EXPECT_TRUE(may(key, KeyScope::Intake));
  EXPECT_TRUE(may(key, KeyScope::ReadNumbers));
  for (const KeyScope scope : {KeyScope::ReadCases, KeyScope::ReadNotices, KeyScope::ReadLog})
    expect_refused(may(key, scope), name(scope));
  for (const char* word : {"propose", "approve", "sign", "officers", "keys", "*", "Intake"})
    EXPECT_EQ(parse_key_scope(word).error().fault, Fault::Refused) << word;
}

TEST_F(ApiKeyTest, events_read_back_and_hold_no_secret) {
  const ApiKeyIssued issued = *issue({one_, two_});
  const std::string written = to_text(to_json(issued));
  EXPECT_EQ(written.find(to_text(presented_).substr(44)), std::string::npos);
  const auto again = read_api_key_issued(*parse_json(written));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_text(to_json(*again)), written);
  const ApiKeyEnded ended{issued.id, kNow, one_.id};
  EXPECT_EQ(to_text(to_json(*read_api_key_ended(to_json(ended)))), to_text(to_json(ended)));
}

}  // namespace
}  // namespace cordon
