#include "report/reading.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/packed.h"
#include "base/text.h"
#include "law/refused.h"

namespace cordon {
namespace {

constexpr std::size_t kLongestToken = 256;
constexpr std::size_t kLongestReason = 240;

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 48 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// "+0200", or the letters of a zone (RFC 5322 section 4.3, and those that European programs write), as RFC 3339 has it;
// empty if it is neither.
std::string zone_offset(std::string_view word) {
  struct Zone {
    std::string_view name, offset;
  };
  static constexpr Zone kZones[] = {{"ut", "Z"},       {"utc", "Z"},       {"gmt", "Z"},       {"z", "Z"},
                                    {"est", "-05:00"}, {"edt", "-04:00"},  {"cst", "-06:00"},  {"cdt", "-05:00"},
                                    {"mst", "-07:00"}, {"mdt", "-06:00"},  {"pst", "-08:00"},  {"pdt", "-07:00"},
                                    {"cet", "+01:00"}, {"cest", "+02:00"}, {"bst", "+01:00"},  {"eet", "+02:00"},
                                    {"msk", "+03:00"}, {"eest", "+03:00"}, {"almt", "+06:00"}, {"jst", "+09:00"}};
  const std::string zone = lower_ascii(word);
  if (zone.size() == 5 && (zone[0] == '+' || zone[0] == '-')) return zone.substr(0, 3) + ":" + zone.substr(3);
  for (const Zone& known : kZones) {
    if (known.name == zone) return std::string(known.offset);
  }
  return {};
}

// "06:12", "06:12:00", "06:12PM" with its seconds and in 24 hours; empty if it is none.
std::string clock_of(std::string_view word) {
  std::string clock = lower_ascii(word);
  const bool am = clock.ends_with("am"), pm = clock.ends_with("pm");
  if (am || pm) {
    clock.resize(clock.size() - 2);
    const auto hour = parse_integer(clock.substr(0, clock.find(':')));
    if (!hour || *hour < 1 || *hour > 12) return {};
    char text[8];
    std::snprintf(text, sizeof text, "%02d", static_cast<int>(*hour % 12 + (pm ? 12 : 0)));
    clock = text + clock.substr(std::min(clock.find(':'), clock.size()));
  }
  if (clock.size() == 5) clock += ":00";
  return clock;
}

std::vector<std::string_view> first_words(std::string_view text, std::size_t most) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty() && words.size() < most) words.push_back(word);
  }
  return words;
}

// RFC 5322 section 3.3, rewritten as RFC 3339; empty if it is something else.
std::string from_rfc5322(std::string_view text) {
  static constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                                 "jul", "aug", "sep", "oct", "nov", "dec"};
  if (const auto comma = text.find(','); comma != std::string_view::npos) text.remove_prefix(comma + 1);
  const std::vector<std::string_view> words = first_words(text, 6);
  if (words.size() < 5) return {};
  const std::string month = lower_ascii(words[1]);
  const auto found = std::ranges::find(kMonths, month);
  const auto day = parse_integer(words[0]);
  if (found == std::end(kMonths) || !day || *day < 1 || *day > 31 || words[2].size() != 4) return {};
  char date[32];
  std::snprintf(date, sizeof date, "-%02d-%02dT", static_cast<int>(found - std::begin(kMonths)) + 1,
                static_cast<int>(*day));
  return std::string(words[2]) + date + clock_of(words[3]) + zone_offset(words[4]);
}

// "2015-09-14 07:49:54 CEST", rewritten as RFC 3339; empty if it is something else.
std::string from_parted_zone(std::string_view text) {
  const std::vector<std::string_view> words = first_words(text, 4);
  if (words.size() != 3 || words[0].size() != 10) return {};
  return std::string(words[0]) + "T" + clock_of(words[1]) + zone_offset(words[2]);
}

std::string no_port(Matter matter) { return std::string(matter.id()) + " is about a service: name its port"; }

bool needs_port(Matter matter) {
  return matter == Matter(Exposure::ExposedService) || matter == Matter(Exposure::VulnerableService);
}

}  // namespace

Reading refuse(std::string code, std::string reason) {
  Reading reading;
  reading.code = std::move(code);
  reading.reason = std::move(reason);
  return reading;
}

Reading refuse_child_abuse() {
  return refuse("csam", "child-abuse material goes to a hotline; nothing of this report was stored");
}

Reading refuse_name(std::string_view name, std::string_view what) {
  const std::string shown = std::string(what) + " '" + printable(name, 60) + "'";
  if (const RefusedName* row = find_refused(name)) {
    return refuse(std::string(row->id), shown + " is on the refused list: " + std::string(row->reason));
  }
  return refuse("out_of_scope", shown + " is no offence of the closed list");
}

Reading refuse_not_ours(std::string_view what, std::string_view name, const NotOurs& no) {
  if (means_child_abuse(Meaning(no))) return refuse_child_abuse();
  return refuse(std::string(no.code), std::string(what) + " '" + printable(name, 60) + "': " + std::string(no.reason));
}

int rank(ObservableKind kind) {
  switch (kind) {
    case ObservableKind::Url:
      return 0;
    case ObservableKind::Domain:
      return 1;
    case ObservableKind::Ip:
      return 2;
    case ObservableKind::Onion:
      return 3;
    case ObservableKind::FileHash:
      return 4;
    default:
      return 5 + static_cast<int>(kind);
  }
}

Reading choose_parsed(Matter matter, const std::vector<Observable>& found, std::optional<int> port) {
  if (matter == Matter(Category::Csam)) return refuse_child_abuse();
  if (found.empty()) return refuse("no_observable", "names no url, domain, address or other identifier");
  Reading reading;
  std::string why;
  for (const Observable& observable : found) {
    const auto allowed = may_hold(matter, observable.kind());
    if (!allowed) {
      if (why.empty()) why = allowed.error().message;
      continue;
    }
    if (std::ranges::find(reading.observables, observable) != reading.observables.end()) continue;
    if (reading.observables.size() < kMostObservables) reading.observables.push_back(observable);
  }
  if (reading.observables.empty()) return refuse("not_held", printable(why, kLongestReason));
  if (needs_port(matter) && !port) return refuse("missing_port", no_port(matter));
  reading.matter = matter;
  reading.port = port;
  return reading;
}

Reading choose(Matter matter, const std::vector<Candidate>& candidates, std::optional<int> port) {
  if (matter == Matter(Category::Csam)) return refuse_child_abuse();  // before a word of it stands in a reason
  std::vector<Observable> found;
  std::string why;
  for (const Candidate& candidate : candidates) {
    const std::string_view text = trim(candidate.text);
    if (text.empty()) continue;
    auto observable = parse_observable(candidate.kind, text);
    if (observable) {
      found.push_back(std::move(*observable));
      continue;
    }
    const bool kept_out = observable.error().fault == Fault::Refused;
    const bool range = candidate.kind == ObservableKind::Ip && text.find('/') != std::string_view::npos;
    if (found.empty() && range) return refuse("range", "a range of addresses is never a target; name one address");
    if (found.empty() && kept_out && may_hold(matter, candidate.kind)) {
      return refuse("no_observable", printable(observable.error().message, kLongestReason));
    }
    if (why.empty()) why = printable(observable.error().message, kLongestReason);
  }
  if (found.empty() && !why.empty()) return refuse("no_observable", std::move(why));
  return choose_parsed(matter, found, port);
}

std::optional<ObservableKind> guess_kind(std::string_view text) {
  text = trim(text);
  // A range is an address that choose() refuses by name; a path makes it a url instead.
  static constexpr ObservableKind kKinds[] = {ObservableKind::Ip,    ObservableKind::FileHash, ObservableKind::Email,
                                              ObservableKind::Onion, ObservableKind::Domain,   ObservableKind::Url};
  const std::string lower = lower_ascii(text.substr(0, 16));
  if (lower.find("://") != std::string::npos || lower.find("[://]") != std::string::npos ||
      lower.find("[:]//") != std::string::npos) {
    return ObservableKind::Url;
  }
  if (const auto slash = text.rfind('/'); slash != std::string_view::npos && parse_integer(text.substr(slash + 1)) &&
                                          parse_observable(ObservableKind::Ip, text.substr(0, slash))) {
    return ObservableKind::Ip;
  }
  for (const ObservableKind kind : kKinds) {
    if (parse_observable(kind, text)) return kind;
  }
  return std::nullopt;
}

std::optional<Instant> lenient_time(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > 80) return std::nullopt;
  if (const auto at = parse_rfc3339(text)) return *at;
  if (const auto at = parse_rfc3339(std::string(text) + "Z")) return *at;
  if (const auto at = parse_rfc3339(std::string(text) + "T00:00:00Z")) return *at;
  if (const auto at = parse_rfc3339(from_rfc5322(text))) return *at;
  if (const auto at = parse_rfc3339(from_parted_zone(text))) return *at;
  return std::nullopt;
}

std::string text_member(const Json& record, std::string_view key) {
  const Json* member = record.find(key);
  if (member == nullptr) return {};
  if (const std::string* text = member->string()) return *text;
  if (const std::int64_t* number = member->integer()) return std::to_string(*number);
  return {};
}

std::optional<int> port_member(const Json& record, std::string_view key) { return read_port(text_member(record, key)); }

std::optional<int> read_port(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  const auto port = parse_integer(text);
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  return static_cast<int>(*port);
}

std::string write_answer(const Reading& reading) {
  PackedWriter answer;
  answer.reserve(reading.kept.size() + 160);
  answer.text(reading.code);
  answer.text(reading.token);
  if (!reading.code.empty()) {
    answer.text(reading.reason);
    return std::move(answer).bytes();
  }
  answer.text(reading.matter ? reading.matter->id() : std::string_view());
  answer.number(static_cast<std::uint64_t>(reading.port.value_or(0)));
  answer.number(reading.seen_at && reading.seen_at->ms >= 0 ? static_cast<std::uint64_t>(reading.seen_at->ms) + 1 : 0);
  answer.number(reading.observables.size());
  for (const Observable& observable : reading.observables) {
    answer.number(static_cast<std::uint64_t>(observable.kind()));
    answer.text(observable.canonical());
  }
  answer.text(reading.kept);
  return std::move(answer).bytes();
}

Result<Reading> read_answer(std::string_view bytes, Instant received_at) {
  constexpr std::uint64_t kKinds = static_cast<std::uint64_t>(ObservableKind::Handle) + 1;
  constexpr std::uint64_t kNever = 253'402'300'800'000;  // 10000-01-01, in milliseconds
  const auto broken = [] { return fail(Fault::Malformed, "the parser's answer is not one"); };
  PackedReader answer(bytes);
  Reading reading;
  reading.code = answer.text();
  // What it says is printed with care.
  reading.token = printable(answer.text(), kLongestToken);
  if (!reading.code.empty()) {
    reading.reason = printable(answer.text(), kLongestReason);
    if (!answer.good() || !answer.at_end() || !is_code(reading.code)) return broken();
    return reading;
  }
  const std::string_view matter_id = answer.text();
  const std::uint64_t port = answer.number_below(65'536), seen = answer.number_below(kNever + 1);
  const std::uint64_t count = answer.number_below(kMostObservables + 1);
  if (!answer.good() || count == 0) return broken();
  const Matter matter = TRY(parse_matter(matter_id));
  if (matter == Matter(Category::Csam)) return broken();
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto kind = static_cast<ObservableKind>(answer.number_below(kKinds));
    const std::string_view value = answer.text();
    if (!answer.good()) return broken();
    Observable observable = TRY(parse_observable(kind, value));
    TRY(may_hold(matter, kind));
    if (observable.canonical() != value) return broken();
    reading.observables.push_back(std::move(observable));
  }
  reading.kept = answer.text();
  if (!answer.good() || !answer.at_end() || reading.kept.size() > kKeptLimit || !valid_utf8(reading.kept))
    return broken();
  if (port != 0) reading.port = static_cast<int>(port);
  if (needs_port(matter) && !reading.port) return broken();
  if (seen != 0) reading.seen_at = Instant{static_cast<std::int64_t>(seen - 1)};
  if (reading.seen_at && *reading.seen_at > received_at + kDayMs) {
    Reading refused = refuse("future", "seen at " + to_rfc3339(*reading.seen_at) + ", which has not come yet");
    refused.token = std::move(reading.token);
    return refused;
  }
  reading.matter = matter;
  return reading;
}

std::string write_answers(const std::vector<Reading>& readings) {
  PackedWriter answers;
  answers.number(readings.size());
  for (const Reading& reading : readings) {
    if (readings.size() > kMostReadings || answers.size() > kLongestAnswer)
      return write_answers(
          {refuse("too_many", "holds more reports than are taken in at once; send its rows as a file")});
    answers.text(write_answer(reading));
  }
  return std::move(answers).bytes();
}

Result<std::vector<Reading>> read_answers(std::string_view bytes, Instant received_at) {
  PackedReader answers(bytes);
  const std::uint64_t count = answers.number_below(kMostReadings + 1);
  std::vector<Reading> readings;
  for (std::uint64_t i = 0; i < count && answers.good(); ++i) {
    const std::string_view answer = answers.text();
    if (answers.good()) readings.push_back(TRY(read_answer(answer, received_at)));
  }
  if (!answers.good() || !answers.at_end() || readings.empty())
    return fail(Fault::Malformed, "the parser's answer is not one");
  return readings;
}

}  // namespace cordon
