// Time as a value, and the one place that asks the machine for it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant {
  std::int64_t ms = 0;
  auto operator<=>(const Instant&) const = default;
};
inline constexpr std::int64_t kHourMs = 3'600'000;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;
inline Instant operator+(Instant at, std::int64_t ms) { return {at.ms + ms}; }
inline std::int64_t operator-(Instant later, Instant earlier) { return later.ms - earlier.ms; }

std::string to_rfc3339(Instant at);  // "2026-11-24T01:02:03.004Z"
// Takes any RFC 3339 time (offset, 'T' or a space, 0 to 9 decimals) and years 1970 to 9999.
Result<Instant> parse_rfc3339(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

// Notices that somebody set the machine's clock: it is held against the time since the machine started, sleep counted.
class ClockWatch {
 public:
  static constexpr std::int64_t kForthMs = kHourMs, kBackMs = 60'000;
  ClockWatch();
  // How far, in milliseconds, when it went on by more than kForthMs or back by more than kBackMs since this was made.
  std::optional<std::int64_t> jumped() const;

 private:
  std::int64_t ahead_ms_;  // of the time since the machine started
};

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant at) : at_(at) {}
  Instant now() const override { return at_; }
  void advance(std::int64_t ms) { at_ = at_ + ms; }

 private:
  Instant at_;
};

}  // namespace cordon
