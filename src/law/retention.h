// How long what is kept (charter 8.3): the longest lives, which a desk's settings may shorten and nothing may lengthen.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace cordon {

enum class Kept : std::uint8_t {
  RefusedReport,
  ReporterContact,
  CaseWithoutAct,
  CaseWithAct,
  Appeal,
  Indicator,
  PeersObject,
  Quarantine,
  ReadLog,
  Decisions,
  PublicLog,
};
// Who sees to the end of it.
enum class EndedBy : std::uint8_t {
  Job,          // the daily job
  Itself,       // it carries its own end, and nothing uses it after that
  NothingKept,  // no desk keeps it yet, or ever
  Nobody,       // the journal only grows, and this is in it
};
struct RetentionRow {
  Kept kept;
  std::string_view name;  // "case_without_act": of the setting too
  std::string_view section;
  std::int64_t days;  // 0: for ever
  EndedBy ended_by;
  std::string_view begins, then;  // what the days are counted from, and what is left after them
};
std::span<const RetentionRow> retention_rows();  // in the charter's order
const RetentionRow& row(Kept kept);
std::string_view name(Kept kept);
Result<Kept> parse_kept(std::string_view text);
std::string_view name(EndedBy ended_by);

// The lives that hold at one desk.
class Lives {
 public:
  Lives();  // the charter's
  // Refused where a life would be longer than the charter's, or is not the job's to end; Malformed below one day.
  static Result<Lives> shortened(const std::map<std::string, std::int64_t>& days);
  std::int64_t days(Kept kept) const { return days_.at(kept); }
  // What began at or before this is over at `now`.
  Instant over_before(Kept kept, Instant now) const { return now + -days(kept) * kDayMs; }

 private:
  std::map<Kept, std::int64_t> days_;
};

inline constexpr std::int64_t kHoldLongestDays = 180;  // charter 5.7, 6.8; renewed by two people

}  // namespace cordon
