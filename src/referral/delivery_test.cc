#include "referral/delivery.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"

namespace cordon {
namespace {

// Planted bugs: the wait not doubled, not bounded, never over.
TEST(Delivery, a_letter_is_tried_less_and_less_often_for_five_days) {
  SeededRandom random(3);
  std::optional<LetterTries> tries;
  Instant now = kNow;
  std::int64_t longest = 0;
  for (int i = 0; i < 200; ++i) {
    tries = tried_again(tries, NotTaken::Later, "451 4.7.1 come back later", now, random);
    if (tries->state != LetterState::Waiting) break;
    ASSERT_TRUE(tries->next_at);
    const std::int64_t wait = *tries->next_at - now;
    const std::int64_t middle = std::min(kLongestRetryMs, kFirstRetryMs << std::min(i, 8));
    EXPECT_GE(wait, middle * 3 / 4);
    EXPECT_LE(wait, middle * 5 / 4);
    longest = std::max(longest, wait);
    EXPECT_FALSE(may_try_now(*tries, now));
    EXPECT_TRUE(may_try_now(*tries, *tries->next_at));
    now = *tries->next_at;
  }
  EXPECT_EQ(tries->state, LetterState::Undeliverable);
  EXPECT_GT(longest, 3 * kHourMs);
  EXPECT_GE(now - kNow, kRetriesEndMs);
  EXPECT_LT(now - kNow, kRetriesEndMs + 6 * kHourMs);
  EXPECT_LT(tries->tries, 60);
}

// Planted bug: any 5xx is the address's fault, so a server that blocks the desk empties its book.
TEST(Delivery, only_a_word_about_the_address_is_about_the_address) {
  for (const char* gone : {"550 5.1.1 no such user", "5.1.1", "550 no such mailbox here", "551 not local",
                           "553 bad mailbox", "554 5.2.1 disabled", "552-5.2.2 full",
                           "550 5.4.1 access denied: no such recipient", "RCPT failed: 550 5.1.10 null mx", "5.1.10"})
    EXPECT_TRUE(says_no_such_address(gone)) << gone;
  for (const char* other :
       {"550 5.7.1 blocked", "554 5.7.0 policy", "554 refused", "552 too large", "550 5.6.0 content", "5.3.4", "", "5.",
        "451 4.1.1 later", "554 client 192.0.2.15.1.1 is listed", "503 5.5.1 sequence", "5.7.25", "554 25.1.1"})
    EXPECT_FALSE(says_no_such_address(other)) << other;
}

TEST(Delivery, what_is_refused_is_not_tried_again_and_its_line_is_bounded) {
  SeededRandom random(3);
  const LetterTries tries = tried_again({}, NotTaken::Never, "550 \x1b[31m" + std::string(1000, 'x'), kNow, random);
  EXPECT_EQ(tries.state, LetterState::Refused);
  EXPECT_FALSE(may_try_now(tries, kNow + 30 * kDayMs));
  EXPECT_LE(tries.line.size(), 303u);
  EXPECT_EQ(tries.line.find('\x1b'), std::string::npos);
  const LetterTried event{
      "a@desk.example.org", NoticeId::make(kNow, random), true, "abuse@host.example.net", "smtp", tries};
  const auto again = read_letter_tried(*parse_json(to_text(to_json(event))));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_text(to_json(*again)), to_text(to_json(event)));
}

}  // namespace
}  // namespace cordon
