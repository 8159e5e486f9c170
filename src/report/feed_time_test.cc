#include "report/feed_time.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

// Planted bug: the zone is added where it has to be taken away.
TEST(FeedTime, a_zone_is_taken_away) {
  EXPECT_EQ(feed_time("01.11.2026 10:00", "%d.%m.%Y %H:%M", 300), "2026-11-01T05:00:00+00:00");
  EXPECT_EQ(feed_time("01/Aug/2018:09:49:41 +0200", 0), "2018-08-01T07:49:41+00:00");
  EXPECT_EQ(feed_time("Tue Mar 15 00:47:49 PDT 2016", 0), "2016-03-15T07:47:49+00:00");
  EXPECT_EQ(feed_time("2026-11-01T10:00:00+05:30", 300), "2026-11-01T04:30:00+00:00");
}

TEST(FeedTime, machines_count) {
  EXPECT_EQ(feed_time("1465681304", "unix", 0), "2016-06-11T21:41:44+00:00");
  EXPECT_EQ(feed_time("1529079021.461669", "unix", 0), "2018-06-15T16:10:21.461669+00:00");
  EXPECT_EQ(feed_time("1465681304007", "unix_ms", 0), "2016-06-11T21:41:44.007+00:00");
  EXPECT_EQ(feed_time("131349599830000000", "windows", 0), "2017-03-25T23:59:43+00:00");
  EXPECT_EQ(feed_time("1465681304", 0), "2016-06-11T21:41:44+00:00");
  EXPECT_FALSE(feed_time("99999999999999", "unix", 0));
  EXPECT_FALSE(feed_time("-1", "unix", 0));
}

TEST(FeedTime, what_two_people_read_differently_is_no_time) {
  EXPECT_FALSE(feed_time("02/03/2026", 0));
  EXPECT_FALSE(feed_time("02-15", 0));
  EXPECT_EQ(feed_time("15-02-2019", 0), "2019-02-15T00:00:00+00:00");
  EXPECT_FALSE(feed_time("31-02-2019", 0));
  EXPECT_FALSE(feed_time("2026-11-01 10:00:00 and more", 0));
}

TEST(FeedTime, a_format_has_a_year) {
  EXPECT_TRUE(is_time_format("%Y%m%d%H%M%S"));
  EXPECT_FALSE(is_time_format("%H:%M"));
  EXPECT_FALSE(is_time_format("%Q %Y"));
  EXPECT_FALSE(is_time_format("%Y %"));
}

}  // namespace
}  // namespace cordon
