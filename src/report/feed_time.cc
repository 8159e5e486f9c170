#include "report/feed_time.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/text.h"

namespace cordon {
namespace {

constexpr std::string_view kMonthNames[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kLongMonthNames[] = {"january", "february", "march",     "april",   "may",      "june",
                                                "july",    "august",   "september", "october", "november", "december"};
struct NamedZone {
  std::string_view name;
  int minutes;
};
// RFC 5322 section 4.3, and the European ones, which feeds write as well.
constexpr NamedZone kNamedZones[] = {{"utc", 0},    {"gmt", 0},    {"z", 0},      {"ut", 0},     {"est", -300},
                                     {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360},
                                     {"pst", -480}, {"pdt", -420}, {"cet", 60},   {"cest", 120}, {"msk", 180}};

struct Moment {
  int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  std::string fraction;  // at most six digits, without zeros at its end
  int zone = 0;
};

// Digits from the front of `text`, at least `fewest` of them.
std::optional<int> take_number(std::string_view& text, std::size_t fewest, std::size_t most) {
  std::size_t end = 0;
  while (end < most && end < text.size() && digit(text[end])) ++end;
  if (end < fewest) return std::nullopt;
  const auto number = parse_integer(text.substr(0, end));
  text.remove_prefix(end);
  return static_cast<int>(*number);
}

std::string_view take_letters(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && letter(text[end])) ++end;
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

std::optional<int> take_offset(std::string_view& text) {
  if (text.starts_with('Z') || text.starts_with('z')) {
    text.remove_prefix(1);
    return 0;
  }
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2, 2);
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto minutes = take_number(text, 2, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

void take_fraction(std::string_view& text, std::string& fraction) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !digit(text[1])) return;
  text.remove_prefix(1);
  while (!text.empty() && digit(text[0])) {
    if (fraction.size() < 6) fraction += text[0];
    text.remove_prefix(1);
  }
  while (fraction.ends_with('0')) fraction.pop_back();
}

bool take_part(char part, std::string_view& text, Moment& moment) {
  const auto number = [&](int& into, std::size_t fewest, std::size_t most) {
    const auto value = take_number(text, fewest, most);
    if (value) into = *value;
    return value.has_value();
  };
  switch (part) {
    case 'Y':
      return number(moment.year, 4, 4);
    case 'y':
      if (!number(moment.year, 2, 2)) return false;
      moment.year += 2000;
      return true;
    case 'm':
      return number(moment.month, 1, 2);
    case 'd':
      return number(moment.day, 1, 2);
    case 'H':
      return number(moment.hour, 1, 2);
    case 'M':
      return number(moment.minute, 2, 2);
    case 'S':
      if (!number(moment.second, 2, 2)) return false;
      take_fraction(text, moment.fraction);
      return true;
    case 'b': {
      const std::string word = lower_ascii(take_letters(text));
      for (std::size_t i = 0; i < std::size(kMonthNames); ++i) {
        if (word != kMonthNames[i] && word != kLongMonthNames[i]) continue;
        moment.month = static_cast<int>(i) + 1;
        return true;
      }
      return false;
    }
    case 'a':
      return take_letters(text).size() >= 2;
    case 'z': {
      const auto offset = take_offset(text);
      if (offset) moment.zone = *offset;
      return offset.has_value();
    }
    case 'Z': {
      const std::string word = lower_ascii(take_letters(text));
      const auto zone = std::ranges::find(kNamedZones, word, &NamedZone::name);
      if (zone == std::end(kNamedZones)) return false;
      moment.zone = zone->minutes;
      return true;
    }
    default:
      return false;
  }
}

std::optional<std::string> written(const Moment& moment) {
  const int ahead = moment.zone < 0 ? -moment.zone : moment.zone;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", moment.year, moment.month,
                moment.day, moment.hour, moment.minute, moment.second, moment.zone < 0 ? '-' : '+', ahead / 60,
                ahead % 60);
  const auto at = parse_rfc3339(text.data());
  if (!at) return std::nullopt;
  return to_rfc3339(*at).substr(0, 19) + (moment.fraction.empty() ? "" : "." + moment.fraction) + "+00:00";
}

// Whole units since 1970, `per_second` of them in a second.
std::optional<std::string> since_1970(std::int64_t units, std::int64_t per_second) {
  if (units < 0) return std::nullopt;
  const std::int64_t seconds = units / per_second;
  if (seconds >= 253'402'300'800) return std::nullopt;  // 10000-01-01
  std::int64_t micro = per_second > 1'000'000 ? units % per_second / (per_second / 1'000'000)
                                              : units % per_second * (1'000'000 / per_second);
  std::string fraction;
  if (micro > 0) {
    fraction = std::to_string(1'000'000 + micro).substr(1);
    while (fraction.ends_with('0')) fraction.pop_back();
  }
  return to_rfc3339(Instant{seconds * 1000}).substr(0, 19) + (fraction.empty() ? "" : "." + fraction) + "+00:00";
}

// "1529079021.461669": seconds, with a fraction if there is one.
std::optional<std::string> unix_time(std::string_view text, std::int64_t per_second) {
  const std::string_view whole = text.substr(0, text.find('.'));
  const auto units = all_digits(whole) && !whole.empty() ? parse_integer(whole) : Result<std::int64_t>(Error{});
  if (!units) return std::nullopt;
  std::string_view rest = text.substr(whole.size());
  Moment moment;
  if (per_second == 1) take_fraction(rest, moment.fraction);
  if (!rest.empty()) return std::nullopt;
  auto at = since_1970(*units, per_second);
  if (at && !moment.fraction.empty()) at = at->substr(0, 19) + "." + moment.fraction + "+00:00";
  return at;
}

constexpr std::int64_t kWindowsTo1970 = 11'644'473'600;  // seconds from 1601 on

}  // namespace

std::optional<int> feed_zone(std::string_view text) {
  const auto zone = take_offset(text);
  if (!zone || !text.empty()) return std::nullopt;
  return zone;
}

bool is_time_format(std::string_view format) {
  if (format == "unix" || format == "unix_ms" || format == "windows") return true;
  bool year = false;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    ++i;
    if (i == format.size() || std::string_view("YymdHMSbazZ").find(format[i]) == std::string_view::npos) return false;
    year = year || format[i] == 'Y' || format[i] == 'y';
  }
  return year && format.size() <= 64;
}

std::optional<std::string> feed_time(std::string_view text, std::string_view format, int zone_minutes) {
  text = trim(text);
  if (text.empty() || text.size() > 80) return std::nullopt;
  if (format == "unix") return unix_time(text, 1);
  if (format == "unix_ms") return unix_time(text, 1000);
  if (format == "windows") {
    const auto ticks = all_digits(text) ? parse_integer(text) : Result<std::int64_t>(Error{});
    if (!ticks || *ticks < kWindowsTo1970 * 10'000'000) return std::nullopt;
    return since_1970(*ticks - kWindowsTo1970 * 10'000'000, 10'000'000);
  }
  Moment moment;
  moment.zone = zone_minutes;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == ' ') {
      if (text.empty() || (text[0] != ' ' && text[0] != '\t')) return std::nullopt;
      while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
    } else if (format[i] == '%' && i + 1 < format.size()) {
      if (!take_part(format[++i], text, moment)) return std::nullopt;
    } else {
      if (text.empty() || text[0] != format[i]) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) return std::nullopt;
  return written(moment);
}

std::optional<std::string> feed_time(std::string_view text, int zone_minutes) {
  // A day before its month only where hyphens or names say so: 02/03/2026 is two days.
  static constexpr std::string_view kFormats[] = {"%Y-%m-%dT%H:%M:%S%z",
                                                  "%Y-%m-%dT%H:%M:%S",
                                                  "%Y-%m-%d %H:%M:%S",
                                                  "%Y-%m-%d %H:%M:%S%z",
                                                  "%Y-%m-%d %H:%M:%S %z",
                                                  "%Y-%m-%d %H:%M:%S %Z",
                                                  "%Y-%m-%d %H:%M",
                                                  "%Y-%m-%d",
                                                  "%d-%m-%Y",
                                                  "%d-%m-%Y %H:%M:%S",
                                                  "%d-%m-%Y %H:%M:%S %Z",
                                                  "%d/%b/%Y:%H:%M:%S %z",
                                                  "%a, %d %b %Y %H:%M:%S %z",
                                                  "%d %b %Y %H:%M:%S %z",
                                                  "%a, %d %b %Y %H:%M:%S %Z",
                                                  "%a %b %d %H:%M:%S %Z %Y",
                                                  "%a %b %d %H:%M:%S %Y %Z",
                                                  "%a %b %d %Y %H:%M:%S"};
  text = trim(text);
  const std::string_view whole = text.substr(0, text.find('.'));
  if (all_digits(whole)) {
    if (whole.size() == 10) return unix_time(text, 1);
    return text.size() == 13 ? unix_time(text, 1000) : std::nullopt;
  }
  for (const std::string_view format : kFormats) {
    if (auto at = feed_time(text, format, zone_minutes)) return at;
  }
  return std::nullopt;
}

}  // namespace cordon
