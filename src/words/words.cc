#include "words/words.h"

#include <algorithm>
#include <array>
#include <boost/locale/gnu_gettext.hpp>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <locale>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "words/catalogue.h"

namespace cordon {

namespace {

constexpr std::array kLanguages = {Language::En, Language::Ru, Language::Kk, Language::Zh};

// Whole dates, not names of months: Russian needs the genitive, Chinese another order.
constexpr std::array kDays = {
    words_later("{1} January {2}"), words_later("{1} February {2}"), words_later("{1} March {2}"),
    words_later("{1} April {2}"),   words_later("{1} May {2}"),      words_later("{1} June {2}"),
    words_later("{1} July {2}"),    words_later("{1} August {2}"),   words_later("{1} September {2}"),
    words_later("{1} October {2}"), words_later("{1} November {2}"), words_later("{1} December {2}"),
};

// One pass, so that what a value brings along is never taken for a placeholder.
std::string fill(std::string_view text, std::span<const std::string_view> values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    const std::size_t close = text.find('}');
    const auto number = close == std::string_view::npos ? Result<std::int64_t>(fail(Fault::Malformed, ""))
                                                        : parse_integer(text.substr(1, close - 1));
    if (number && *number >= 1 && static_cast<std::size_t>(*number) <= values.size()) {
      out += values[static_cast<std::size_t>(*number) - 1];
      text.remove_prefix(close + 1);
    } else if (!text.empty()) {
      out += '{';
      text.remove_prefix(1);
    }
  }
  return out;
}

// The library takes an int. Its last six digits decide in every language, and a large number stays large.
int for_plural(std::int64_t n) {
  constexpr std::int64_t kMillion = 1'000'000;
  const std::int64_t last = std::abs(n % kMillion);
  return static_cast<int>(n <= -kMillion || n >= kMillion ? last + kMillion : last);
}

// ── Accept-Language ──

constexpr std::size_t kMostBytes = 1000, kMostRanges = 32;

// "0.85" as 850; nothing for what is no qvalue (RFC 9110, 12.4.2).
std::optional<int> parse_weight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int thousandths = (text[0] - '0') * 1000, unit = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return std::nullopt;
    thousandths += (digit - '0') * unit;
    unit /= 10;
  }
  return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

struct Range {
  std::string_view tag;  // "ru-KZ" or "*"
  int weight = 1000;     // thousandths
};

std::optional<Range> parse_range(std::string_view text) {
  const std::size_t semicolon = text.find(';');
  Range range{trim(text.substr(0, semicolon))};
  const auto of_a_tag = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (range.tag.empty() || (range.tag != "*" && !std::all_of(range.tag.begin(), range.tag.end(), of_a_tag))) return {};
  if (semicolon == std::string_view::npos) return range;
  const std::string_view weight = trim(text.substr(semicolon + 1));
  if (weight.size() < 2 || !equal_ignoring_case(weight.substr(0, 2), "q=")) return {};
  const auto thousandths = parse_weight(weight.substr(2));
  if (!thousandths) return {};
  range.weight = *thousandths;
  return range;
}

std::vector<Range> parse_ranges(std::string_view text) {
  if (text.size() > kMostBytes) {  // no half range: "q=0" may be the start of "q=0.9"
    const std::size_t comma = text.rfind(',', kMostBytes);
    text = text.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  std::vector<Range> ranges;
  for (const std::string_view part : split(text, ',')) {
    if (ranges.size() == kMostRanges) break;
    if (const auto range = parse_range(part)) ranges.push_back(*range);
  }
  return ranges;
}

}  // namespace

std::span<const Language> languages() { return kLanguages; }

std::string_view name(Language language) {
  switch (language) {
    case Language::En:
      return "en";
    case Language::Ru:
      return "ru";
    case Language::Kk:
      return "kk";
    case Language::Zh:
      return "zh";
  }
  return "en";
}

std::string_view own_name(Language language) {
  switch (language) {
    case Language::En:
      return "English";
    case Language::Ru:
      return "Русский";
    case Language::Kk:
      return "Қазақша";
    case Language::Zh:
      return "中文";
  }
  return "English";
}

std::optional<Language> parse_language(std::string_view tag) {
  const std::string_view first = tag.substr(0, tag.find_first_of("-_"));
  for (const Language language : kLanguages) {
    if (equal_ignoring_case(first, name(language))) return language;
  }
  return std::nullopt;
}

Language preferred_language(std::string_view accept_language) {
  const std::vector<Range> ranges = parse_ranges(accept_language);
  // The first mention of "ru" itself speaks for it; "ru-KZ;q=0" excludes Kazakhstan's Russian only.
  const auto excluded = [&](Language language) {
    const auto is_it = [&](const Range& range) { return equal_ignoring_case(range.tag, name(language)); };
    const auto first = std::find_if(ranges.begin(), ranges.end(), is_it);
    return first != ranges.end() && first->weight == 0;
  };
  const auto named = [&](Language language) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const Range& range) { return parse_language(range.tag) == language; });
  };
  Language best = Language::En;
  int best_weight = 0;
  for (const Range& range : ranges) {
    if (range.weight <= best_weight) continue;
    for (const Language language : kLanguages) {
      const bool fits = range.tag == "*" ? !named(language) : parse_language(range.tag) == language;
      if (!fits || excluded(language)) continue;
      best = language;
      best_weight = range.weight;
      break;
    }
  }
  return best;
}

// What the library's loader makes of one .mo file. It converts nothing (UTF-8 in, UTF-8 out) and asks neither
// the machine's locale nor its disk.
class Words::Messages {
 public:
  explicit Messages(Language language) {
    namespace loader = boost::locale::gnu_gettext;
    const std::string_view bytes = catalogue(language);
    CORDON_CHECK(!bytes.empty(), "every language but English has a catalogue");
    loader::messages_info info;
    info.language = std::string(name(language));
    info.encoding = "UTF-8";
    info.domains.emplace_back("cordon");
    info.paths.emplace_back("embedded");
    info.callback = [bytes](const std::string&, const std::string&) {
      return std::vector<char>(bytes.begin(), bytes.end());
    };
    try {
      facet_ = loader::create_messages_facet<char>(info);
      locale_ = std::locale(std::locale::classic(), facet_);  // which owns it from here on
    } catch (const std::exception& error) {
      CORDON_CHECK(false, error.what());
    }
  }
  const char* find(const std::string& id) const { return facet_->get(0, nullptr, id.c_str()); }
  const char* find(const std::string& id, int n) const { return facet_->get(0, nullptr, id.c_str(), n); }

 private:
  const boost::locale::message_format<char>* facet_ = nullptr;
  std::locale locale_;
};

Words::Words(Language language) : language_(language) {
  if (language != Language::En) messages_ = std::make_unique<const Messages>(language);
}
Words::~Words() = default;

const Words& Words::in(Language language) {
  static const Words en(Language::En), ru(Language::Ru), kk(Language::Kk), zh(Language::Zh);
  switch (language) {
    case Language::En:
      return en;
    case Language::Ru:
      return ru;
    case Language::Kk:
      return kk;
    case Language::Zh:
      return zh;
  }
  return en;
}

std::string Words::operator()(std::string_view english) const {
  std::string text(english);
  if (messages_ == nullptr || english.empty()) return text;  // the empty message is the catalogue's header
  if (const char* translated = messages_->find(text)) text = translated;
  return text;
}

std::string Words::operator()(std::string_view english, std::initializer_list<std::string_view> values) const {
  return fill((*this)(english), values);
}

std::string Words::count(std::string_view one, std::string_view many, std::int64_t n) const {
  const std::string number = std::to_string(n);
  const std::array<std::string_view, 1> values = {number};
  const char* translated = messages_ == nullptr ? nullptr : messages_->find(std::string(one), for_plural(n));
  if (translated != nullptr) return fill(translated, values);
  return fill(n == 1 ? one : many, values);
}

std::string Words::date(Instant at) const {
  const Words& words = *this;
  const std::string date = day(at), clock = to_rfc3339(at);
  return words("{1}, {2} UTC", {date, std::string_view(clock).substr(clock.find('T') + 1, 5)});
}

std::string Words::day(Instant at) const {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(at.ms)};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  const std::string day_of_month = std::to_string(static_cast<unsigned>(date.day()));
  const std::string year = std::to_string(static_cast<int>(date.year()));
  return (*this)(kDays[static_cast<unsigned>(date.month()) - 1], {day_of_month, year});
}

}  // namespace cordon
