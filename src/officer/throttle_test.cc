#include "officer/throttle.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/clock_for_tests.h"

namespace cordon {
namespace {

class ThrottleTest : public testing::Test {
 protected:
  FixedClock clock_{kNow};
  SeededRandom random_{12};
};

// Planted bug: leave out the doubling in wait_after(), or the limit.
TEST_F(ThrottleTest, five_tries_are_free_then_the_wait_doubles_up_to_15_minutes) {
  Throttle throttle(kPaceOfOneLogin, clock_, random_);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(throttle.take("analyst1")) << i;
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 8; ++i) {
    const auto refused = throttle.take("analyst1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::Unavailable);
    waits.push_back(throttle.seconds_to_wait("analyst1"));
    EXPECT_NE(refused.error().message.find(std::to_string(waits.back()) + " s"), std::string::npos);
    clock_.advance(waits.back() * 1000 - 1);
    EXPECT_FALSE(throttle.take("analyst1"));
    clock_.advance(1);
    EXPECT_TRUE(throttle.take("analyst1"));
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{15, 30, 60, 120, 240, 480, 900, 900}));
  EXPECT_TRUE(throttle.take("analyst2"));
}

// Planted bug: let faded() forget nothing.
TEST_F(ThrottleTest, tries_fade_and_a_success_forgets_them) {
  Throttle throttle(kPaceOfOneLogin, clock_, random_);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(throttle.take("analyst1"));
  EXPECT_GT(throttle.seconds_to_wait("analyst1"), 0);
  clock_.advance(2 * 1'800'000);  // two of five are forgotten
  EXPECT_TRUE(throttle.take("analyst1"));
  EXPECT_TRUE(throttle.take("analyst1"));
  EXPECT_FALSE(throttle.take("analyst1"));
  throttle.forget("analyst1");
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(throttle.take("analyst1"));
  clock_.advance(kDayMs);
  EXPECT_EQ(throttle.seconds_to_wait("analyst1"), 0);
}

TEST_F(ThrottleTest, a_steady_pace_lets_its_number_through_each_minute) {
  Throttle throttle(per_minute(20), clock_, random_);
  const auto in_one_minute = [&] {
    int passed = 0;
    for (int i = 0; i < 600; ++i) {
      passed += throttle.take("") ? 1 : 0;
      clock_.advance(100);
    }
    return passed;
  };
  EXPECT_EQ(in_one_minute(), 39);  // a full bucket, and what runs in meanwhile
  for (int minute = 0; minute < 5; ++minute) EXPECT_NEAR(in_one_minute(), 20, 1);
}

// Planted bug: erase the first entry in make_room() instead of the one with the fewest tries.
TEST_F(ThrottleTest, a_flood_of_other_keys_does_not_free_the_one_that_waits) {
  Throttle throttle(kPaceOfOneLogin, clock_, random_, 100);
  const std::vector<std::string> guessed_at{"analyst1", "analyst2", "approver1", "approver2", "admin1", "admin2"};
  for (const std::string& login : guessed_at) {
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(throttle.take(login));
  }
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(throttle.take("nobody" + std::to_string(i)));
  EXPECT_LE(throttle.keys(), 100u);
  for (const std::string& login : guessed_at) EXPECT_FALSE(throttle.take(login)) << login;
}

// Planted bug: leave the clamp out of seconds_to_wait().
TEST_F(ThrottleTest, a_clock_that_is_set_back_shuts_nobody_out) {
  Throttle throttle(kPaceOfOneLogin, clock_, random_);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(throttle.take("analyst1"));
  clock_.advance(-30 * kDayMs);
  EXPECT_LE(throttle.seconds_to_wait("analyst1"), 900);
}

}  // namespace
}  // namespace cordon
