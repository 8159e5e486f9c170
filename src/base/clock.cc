#include "base/clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>

#include "base/text.h"

namespace cordon {

namespace {

using Days = std::chrono::sys_days;

// Exactly `count` digits at the start of `text`, taken away; -1 if they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_rfc3339(Instant at) {
  const auto time = std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(at.ms));
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

Result<Instant> parse_rfc3339(std::string_view text) {
  const std::string_view whole = text;
  const auto broken = [whole] { return fail(Fault::Malformed, "'" + printable(whole, 40) + "' is no RFC 3339 time"); };
  const int year = take_digits(text, 4);
  const bool date_marks = take(text, "-");
  const int month = take_digits(text, 2);
  const bool date_marks_2 = take(text, "-");
  const int day = take_digits(text, 2);
  const bool between = take(text, "Tt ");
  const int hour = take_digits(text, 2);
  const bool time_marks = take(text, ":");
  const int minute = take_digits(text, 2);
  const bool time_marks_2 = take(text, ":");
  const int second = take_digits(text, 2);
  if (!date_marks || !date_marks_2 || !between || !time_marks || !time_marks_2) return broken();
  if (year < 1970 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return broken();
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (month < 1 || day < 1 || !date.ok()) return broken();

  int milliseconds = 0;
  if (take(text, ".")) {
    std::size_t count = 0;
    for (int scale = 100; !text.empty() && text.front() >= '0' && text.front() <= '9'; scale /= 10, ++count) {
      milliseconds += (text.front() - '0') * scale;
      text.remove_prefix(1);
    }
    if (count == 0 || count > 9) return broken();
  }

  int offset_minutes = 0;
  if (!take(text, "Zz")) {
    const bool east = !text.empty() && text.front() == '+';
    if (!take(text, "+-")) return broken();
    const int offset_hour = take_digits(text, 2);
    const bool mark = take(text, ":");
    const int offset_minute = take_digits(text, 2);
    if (!mark || offset_hour < 0 || offset_hour > 23 || offset_minute < 0 || offset_minute > 59) return broken();
    offset_minutes = (offset_hour * 60 + offset_minute) * (east ? 1 : -1);
  }
  if (!text.empty()) return broken();
  const std::int64_t days = Days(date).time_since_epoch().count();
  const std::int64_t minutes = (days * 24 + hour) * 60 + minute - offset_minutes;
  return Instant{(minutes * 60 + second) * 1000 + milliseconds};
}

Instant SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

namespace {

std::int64_t ahead_of_running_time_ms() {
  timespec running{};
  ::clock_gettime(CLOCK_BOOTTIME, &running);
  return SystemClock().now().ms - (std::int64_t{running.tv_sec} * 1000 + running.tv_nsec / 1'000'000);
}

}  // namespace

ClockWatch::ClockWatch() : ahead_ms_(ahead_of_running_time_ms()) {}

std::optional<std::int64_t> ClockWatch::jumped() const {
  const std::int64_t by = ahead_of_running_time_ms() - ahead_ms_;
  return by > kForthMs || by < -kBackMs ? std::optional(by) : std::nullopt;
}

}  // namespace cordon
