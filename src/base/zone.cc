#include "base/zone.h"

#include <algorithm>
#include <chrono>

#include "base/files.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::string_view kTables = "/usr/share/zoneinfo/";
constexpr std::size_t kLargestTable = 64u << 10;
constexpr std::int64_t kDayS = 86400;

std::int64_t floor_divided(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t value = bytes.size() == 4 && static_cast<unsigned char>(bytes[0]) >= 0x80 ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

// Reads what POSIX writes of a zone, from its front.
struct Posix {
  std::string_view left;
  bool ok = true;

  void skip_name() {
    const bool quoted = left.starts_with('<');
    std::size_t length = 0;
    while (length < left.size() &&
           (quoted ? left[length] != '>'
                   : (left[length] >= 'A' && left[length] <= 'Z') || (left[length] >= 'a' && left[length] <= 'z')))
      ++length;
    ok = ok && length >= (quoted ? 1u : 3u) && (!quoted || length < left.size());
    left.remove_prefix(std::min(left.size(), length + (quoted ? 1 : 0)));
  }
  bool take(char letter) {
    if (!left.starts_with(letter)) return false;
    left.remove_prefix(1);
    return true;
  }
  std::int64_t number() {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < left.size() && digits < 4 && left[digits] >= '0' && left[digits] <= '9')
      value = value * 10 + (left[digits++] - '0');
    ok = ok && digits > 0;
    left.remove_prefix(digits);
    return value;
  }
  std::int64_t time() {  // [+-]h[:mm[:ss]], in seconds
    const bool minus = take('-');
    if (!minus) take('+');
    std::int64_t seconds = number() * 3600;
    if (take(':')) seconds += number() * 60;
    if (take(':')) seconds += number();
    return minus ? -seconds : seconds;
  }
};

}  // namespace

Result<Zone::Rule> Zone::read_rule(std::string_view text) {
  Rule rule;
  Posix in{text};
  in.skip_name();
  rule.offset_s = -in.time();
  if (in.ok && !in.left.empty()) {
    in.skip_name();
    rule.has_summer = true;
    rule.summer_offset_s = in.left.starts_with(',') ? rule.offset_s + 3600 : -in.time();
    for (Rule::Day* day : {&rule.begins, &rule.ends}) {
      in.ok = in.ok && in.take(',') && in.take('M');
      day->month = static_cast<int>(in.number());
      in.ok = in.take('.') && in.ok;
      day->week = static_cast<int>(in.number());
      in.ok = in.take('.') && in.ok;
      day->weekday = static_cast<int>(in.number());
      if (in.take('/')) day->at_s = in.time();
      in.ok = in.ok && day->month >= 1 && day->month <= 12 && day->week >= 1 && day->week <= 5 && day->weekday <= 6;
    }
  }
  if (!in.ok || !in.left.empty()) return fail(Fault::Malformed, "a zone's rule that is none", printable(text, 60));
  return rule;
}

Result<Zone> Zone::read(std::string_view name, std::string_view bytes) {
  const Error malformed = fail(Fault::Malformed, "this is no table of a zone", printable(name, 60));
  // RFC 9636, 3: a header and data of 32 bits, then the same of 64 bits, then the rule between two line feeds.
  const auto block = [&](std::size_t at, std::size_t wide, std::size_t counts[6]) -> std::size_t {  // its data's size
    if (bytes.size() < at + 44 || bytes.substr(at, 4) != "TZif" || bytes[at + 4] < '2') return std::string_view::npos;
    for (std::size_t i = 0; i < 6; ++i) {
      const std::int64_t count = big_endian(bytes.substr(at + 20 + 4 * i, 4));
      if (count < 0 || count > 10000) return std::string_view::npos;
      counts[i] = static_cast<std::size_t>(count);
    }
    // In the header: those in UTC, those in standard time, leap seconds, times, types, letters.
    return counts[3] * (wide + 1) + counts[4] * 6 + counts[5] + counts[2] * (wide + 4) + counts[1] + counts[0];
  };
  std::size_t counts[6] = {};
  const std::size_t first = block(0, 4, counts);
  if (first == std::string_view::npos) return malformed;
  const std::size_t second = 44 + first, data = second + 44;
  const std::size_t size = block(second, 8, counts);
  if (size == std::string_view::npos || bytes.size() < data + size + 2) return malformed;
  const std::size_t times = counts[3], types = counts[4];
  const auto offset_of = [&](std::size_t type) { return big_endian(bytes.substr(data + times * 9 + type * 6, 4)); };
  if (types == 0) return malformed;
  std::vector<Change> changes{{INT64_MIN, offset_of(0)}};
  for (std::size_t i = 0; i < times; ++i) {
    const auto type = static_cast<unsigned char>(bytes[data + times * 8 + i]);
    if (type >= types) return malformed;
    changes.push_back({big_endian(bytes.substr(data + i * 8, 8)), offset_of(type)});
    if (changes.back().at_s <= changes[changes.size() - 2].at_s && i > 0) return malformed;
  }
  const std::string_view footer = bytes.substr(data + size);
  const std::size_t end = footer.find('\n', 1);
  if (footer[0] != '\n' || end == std::string_view::npos) return malformed;
  Rule rule;
  if (end > 1) {
    rule = TRY(read_rule(footer.substr(1, end - 1)));
  } else {
    rule.offset_s = changes.back().offset_s;
  }
  return Zone(std::string(name), std::move(changes), rule);
}

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC") return utc();
  const bool shape = !name.empty() && name.size() <= 64 && name.front() != '/' &&
                     name.find("..") == std::string_view::npos && std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                              c == '_' || c == '-' || c == '+';
                     });
  if (!shape) return fail(Fault::Malformed, "'" + printable(name, 60) + "' is no name of a zone, like Asia/Almaty");
  Result<std::string> bytes = read_file(std::string(kTables) + std::string(name), kLargestTable);
  if (!bytes)
    return fail(Fault::NotFound,
                "this machine has no table of the zone '" + std::string(name) + "' (the package tzdata brings them)");
  return read(name, *bytes);
}

std::int64_t Zone::offset_s(std::int64_t at_s) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), at_s,
                                      [](std::int64_t at, const Change& change) { return at < change.at_s; });
  if (after != changes_.end() && after != changes_.begin()) return (after - 1)->offset_s;
  if (!rule_.has_summer) return rule_.offset_s;
  using namespace std::chrono;
  const year_month_day day{sys_days{days{floor_divided(at_s + rule_.offset_s, kDayS)}}};
  const auto moment = [&](const Rule::Day& of, std::int64_t before_s) {
    const month in{static_cast<unsigned>(of.month)};
    const weekday on{static_cast<unsigned>(of.weekday)};
    const sys_days date = of.week == 5
                              ? sys_days{year_month_weekday_last{day.year(), in, on[last]}}
                              : sys_days{year_month_weekday{day.year(), in, on[static_cast<unsigned>(of.week)]}};
    return std::int64_t{date.time_since_epoch().count()} * kDayS + of.at_s - before_s;
  };
  const std::int64_t begins = moment(rule_.begins, rule_.offset_s), ends = moment(rule_.ends, rule_.summer_offset_s);
  const bool summer = begins < ends ? at_s >= begins && at_s < ends : at_s >= begins || at_s < ends;
  return summer ? rule_.summer_offset_s : rule_.offset_s;
}

std::int64_t Zone::offset_ms(Instant at) const { return offset_s(floor_divided(at.ms, 1000)) * 1000; }

Instant Zone::from_local(std::int64_t local_ms) const {
  // The offsets around it; the earlier moment that the clocks show so.
  const std::int64_t before = offset_ms({local_ms - kDayMs}), after = offset_ms({local_ms + kDayMs});
  for (const std::int64_t offset : {std::max(before, after), std::min(before, after)}) {
    const Instant at{local_ms - offset};
    if (offset_ms(at) == offset) return at;
  }
  // Skipped: the clocks change somewhere between the two readings of it.
  Instant low{local_ms - std::max(before, after)}, high{local_ms - std::min(before, after)};
  while (high - low > 1) {
    const Instant middle{low.ms + (high - low) / 2};
    (offset_ms(middle) == before ? low : high) = middle;
  }
  return high;
}

Instant Zone::add_days(Instant at, int days) const { return from_local(at.ms + offset_ms(at) + days * kDayMs); }

Instant Zone::end_of_months(Instant at, int months) const {
  using namespace std::chrono;
  const year_month_day day{sys_days{std::chrono::days{floor_divided(at.ms + offset_ms(at), kDayMs)}}};
  year_month_day then = day + std::chrono::months{months};
  if (!then.ok()) then = then.year() / then.month() / last;
  const std::int64_t next_day = sys_days{then}.time_since_epoch().count() + 1;
  return from_local(next_day * kDayMs);
}

}  // namespace cordon
