// A place's clock: what of charter 5.7 is counted in days and months is counted there, and not in UTC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace cordon {

class Zone {
 public:
  static Zone utc() { return Zone("UTC", {}, {}); }
  // "Asia/Almaty": read of the machine's own tables (RFC 9636), which know what a state changed since this program was
  // built. NotFound where there is none of that name.
  static Result<Zone> find(std::string_view name);
  // The bytes of such a table; Malformed when they are none.
  static Result<Zone> read(std::string_view name, std::string_view bytes);

  const std::string& name() const { return name_; }
  std::int64_t offset_ms(Instant at) const;  // local time less UTC
  // The same time of day so many days later. What the clocks skip is the moment of their change, and of what they show
  // twice it is the first.
  Instant add_days(Instant at, int days) const;
  // The end of the day on which a period of so many months ends: on the day of the same number, or on the last of a
  // month that has fewer. Whoever has the time has all of that day.
  Instant end_of_months(Instant at, int months) const;

 private:
  struct Change {
    std::int64_t at_s, offset_s;  // from here on; the first is from ever
  };
  // What goes on after the last change, as POSIX writes it ("EST5EDT,M3.2.0,M11.1.0"): the rule of each year.
  struct Rule {
    std::int64_t offset_s = 0;
    bool has_summer = false;
    std::int64_t summer_offset_s = 0;
    struct Day {
      int month = 0, week = 0, weekday = 0;
      std::int64_t at_s = 7200;  // of the local day, in what was in force before
    } begins = {}, ends = {};
  };
  Zone(std::string name, std::vector<Change> changes, Rule rule)
      : name_(std::move(name)), changes_(std::move(changes)), rule_(rule) {}
  static Result<Rule> read_rule(std::string_view text);
  std::int64_t offset_s(std::int64_t at_s) const;
  Instant from_local(std::int64_t local_ms) const;

  std::string name_;
  std::vector<Change> changes_;
  Rule rule_;
};

}  // namespace cordon
