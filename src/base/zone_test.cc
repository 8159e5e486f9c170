// Days and months of charter 5.7 in the desk's own zone, against times that were worked out by hand.
#include "base/zone.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

// Planted bugs: count days in UTC; take the offset of today for a day after the clocks change; take the later of two
// times that the clocks show alike; end a window at the time of day it began.
struct Counted {
  const char *zone, *from;
  int days, months;  // one of them; months count to the end of the day
  const char* until;
};
constexpr Counted kCounted[] = {
    // UTC: a day is 24 hours, a leap day is a day, 2038 is a year.
    {"UTC", "2026-11-24T08:00:00Z", 14, 0, "2026-12-08T08:00:00Z"},
    {"UTC", "2028-02-15T08:00:00Z", 14, 0, "2028-02-29T08:00:00Z"},
    {"UTC", "2027-02-15T08:00:00Z", 14, 0, "2027-03-01T08:00:00Z"},
    {"UTC", "2038-01-18T03:14:07Z", 1, 0, "2038-01-19T03:14:07Z"},
    {"UTC", "2038-01-19T03:14:08Z", 42, 0, "2038-03-02T03:14:08Z"},
    {"UTC", "2016-12-31T23:59:59Z", 1, 0, "2017-01-01T23:59:59Z"},  // a leap second lies between
    {"UTC", "2026-11-24T08:00:00Z", -60, 0, "2026-09-25T08:00:00Z"},
    {"UTC", "2026-08-31T08:00:00Z", 0, 6, "2027-03-01T00:00:00Z"},  // February has no 31st
    {"UTC", "2027-08-29T08:00:00Z", 0, 6, "2028-03-01T00:00:00Z"},  // 2028 has the 29th
    {"UTC", "2027-08-31T08:00:00Z", 0, 6, "2028-03-01T00:00:00Z"},
    {"UTC", "2026-11-24T23:59:59Z", 0, 6, "2027-05-25T00:00:00Z"},
    // Almaty went from +06 to +05 when 1 March 2024 began: that day had 25 hours.
    {"Asia/Almaty", "2024-02-29T06:00:00Z", 1, 0, "2024-03-01T07:00:00Z"},   // noon to noon
    {"Asia/Almaty", "2024-02-20T06:00:00Z", 14, 0, "2024-03-05T07:00:00Z"},  // noon to noon
    {"Asia/Almaty", "2024-02-20T06:00:00Z", 42, 0, "2024-04-02T07:00:00Z"},
    {"Asia/Almaty", "2024-03-05T07:00:00Z", -14, 0, "2024-02-20T06:00:00Z"},
    {"Asia/Almaty", "2024-02-28T17:30:00Z", 1, 0, "2024-02-29T17:30:00Z"},  // 23:30 came twice that night; the first
    {"Asia/Almaty", "2024-02-29T18:30:00Z", 1, 0, "2024-03-01T18:30:00Z"},  // the second 23:30 is of +05 as well
    {"Asia/Almaty", "2023-09-10T03:00:00Z", 0, 6, "2024-03-10T19:00:00Z"},  // the end of 10 March, at +05
    {"Asia/Almaty", "2023-08-29T03:00:00Z", 0, 6,
     "2024-02-29T19:00:00Z"},  // the end of 29 February is after the change
    {"Asia/Almaty", "2026-11-24T19:30:00Z", 0, 6, "2027-05-25T19:00:00Z"},  // it was the 25th there already
    {"Asia/Almaty", "2026-11-24T18:30:00Z", 0, 6, "2027-05-24T19:00:00Z"},  // and here still the 24th
    {"Asia/Almaty", "2026-11-24T19:30:00Z", 14, 0, "2026-12-08T19:30:00Z"},
    // Berlin: summer time begins on 29 March 2026 at 01:00 UTC and ends on 25 October 2026.
    {"Europe/Berlin", "2026-03-20T11:00:00Z", 14, 0, "2026-04-03T10:00:00Z"},  // noon to noon: an hour less
    {"Europe/Berlin", "2026-10-20T10:00:00Z", 14, 0, "2026-11-03T11:00:00Z"},
    {"Europe/Berlin", "2026-03-28T01:30:00Z", 1, 0, "2026-03-29T01:00:00Z"},  // 02:30 was skipped: when it was
    {"Europe/Berlin", "2026-10-24T00:30:00Z", 1, 0, "2026-10-25T00:30:00Z"},  // 02:30 came twice: the first
    {"Europe/Berlin", "2025-09-30T10:00:00Z", 0, 6, "2026-03-30T22:00:00Z"},  // the end of 30 March, at +02
    {"Europe/Berlin", "2026-04-25T10:00:00Z", 0, 6, "2026-10-25T23:00:00Z"},  // the end of a day of 25 hours
    // Past the table, by the rule: 2045 and 2100 have summer time as 2026 has.
    {"Europe/Berlin", "2045-03-20T11:00:00Z", 14, 0, "2045-04-03T10:00:00Z"},
    {"Europe/Berlin", "2100-07-01T10:00:00Z", 0, 6, "2101-01-01T23:00:00Z"},
    {"America/New_York", "2026-03-01T17:00:00Z", 14, 0, "2026-03-15T16:00:00Z"},  // from 8 March
    {"America/New_York", "2060-03-10T17:00:00Z", 14, 0, "2060-03-24T16:00:00Z"},  // from 14 March
    {"America/New_York", "2060-11-01T16:00:00Z", 14, 0, "2060-11-15T17:00:00Z"},  // until 7 November
    // The other half of the year, and offsets that are no whole hours.
    {"Australia/Lord_Howe", "2026-04-01T01:00:00Z", 7, 0, "2026-04-08T01:30:00Z"},  // half an hour, on 5 April
    {"Australia/Sydney", "2050-03-30T01:00:00Z", 7, 0, "2050-04-06T02:00:00Z"},     // on 3 April
    {"Asia/Kathmandu", "2026-11-24T18:30:00Z", 0, 1, "2026-12-25T18:15:00Z"},       // it was the 25th there, at 00:15
    {"Asia/Tashkent", "2026-11-24T08:00:00Z", 14, 0, "2026-12-08T08:00:00Z"},
    {"Asia/Bishkek", "2026-11-24T08:00:00Z", 0, 6, "2027-05-24T18:00:00Z"},
    {"Asia/Shanghai", "2026-11-24T16:30:00Z", 0, 6, "2027-05-25T16:00:00Z"},
    {"Asia/Dushanbe", "2026-11-24T08:00:00Z", 42, 0, "2027-01-05T08:00:00Z"},
};

TEST(Zone, days_and_months_end_when_they_do_by_hand) {
  for (const Counted& one : kCounted) {
    const Result<Zone> zone = Zone::find(one.zone);
    ASSERT_TRUE(zone) << one.zone << ": " << zone.error().message;
    const Instant from = *parse_rfc3339(one.from);
    const Instant until = one.months > 0 ? zone->end_of_months(from, one.months) : zone->add_days(from, one.days);
    EXPECT_EQ(to_rfc3339(until), to_rfc3339(*parse_rfc3339(one.until))) << one.zone << " from " << one.from;
  }
}

// Law: a day later is the same time of day, unless the clocks skip it; and it is never earlier than the day before it.
TEST(Zone, a_day_is_a_day_in_every_zone_of_the_table) {
  for (const char* name : {"Asia/Almaty", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                           "Africa/Casablanca", "America/St_Johns", "Asia/Tehran"}) {
    const Result<Zone> zone = Zone::find(name);
    ASSERT_TRUE(zone) << name;
    Instant last{0};
    for (std::int64_t hour = 0; hour < 3000; ++hour) {
      const Instant at{1'500'000'000'000 + hour * 17 * kHourMs * 3};
      const Instant next = zone->add_days(at, 1);
      const std::int64_t took = next - at;
      EXPECT_GE(took, 22 * kHourMs) << name << " " << to_rfc3339(at);
      EXPECT_LE(took, 26 * kHourMs) << name << " " << to_rfc3339(at);
      const std::int64_t local = (at.ms + zone->offset_ms(at)) % kDayMs,
                         then = (next.ms + zone->offset_ms(next)) % kDayMs;
      if (took == kDayMs) {
        EXPECT_EQ(local, then) << name << " " << to_rfc3339(at);
      }
      EXPECT_GT(next, last) << name;
      last = next;
    }
  }
}

TEST(Zone, a_name_that_is_none_and_bytes_that_are_no_table_are_refused) {
  EXPECT_EQ(Zone::find("Asia/Nowhere").error().fault, Fault::NotFound);
  for (const char* name : {"", "../../etc/passwd", "/etc/localtime", "Asia/Almaty\n", "a b"})
    EXPECT_EQ(Zone::find(name).error().fault, Fault::Malformed) << name;
  std::string bytes;
  for (int length = 0; length < 200; ++length) {
    EXPECT_FALSE(Zone::read("x", bytes)) << length;
    bytes += length % 3 == 0 ? "TZif2" : std::string(1, static_cast<char>(length));
  }
}

}  // namespace
}  // namespace cordon
