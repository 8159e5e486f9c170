#include "referral/preference.h"

#include "base/text.h"

namespace cordon {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kMostMailsADay = 5'000;

// "08:30".
Result<int> parse_minute_of_day(std::string_view text) {
  const auto wrong = [&] {
    return fail(Fault::Malformed, "'" + printable(text, 20) + "' is no time of day like 08:30");
  };
  if (text.size() != 5 || text[2] != ':') return wrong();
  const Result<std::int64_t> hour = parse_integer(text.substr(0, 2)), minute = parse_integer(text.substr(3));
  if (!hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59) return wrong();
  return static_cast<int>(*hour * 60 + *minute);
}

Result<Preference> read_preference(const Json& entry) {
  Preference one;
  if (const std::string text = entry.text_or("format"); !text.empty()) one.format = TRY(parse_alert_format(text));
  if (const std::string text = entry.text_or("language"); !text.empty())
    one.language = TRY(parse_notice_language(text));
  const std::string often = entry.text_or("frequency", "at_once"), at = entry.text_or("at");
  if (often == "hourly")
    one.frequency = AlertFrequency::Hourly;
  else if (often == "daily")
    one.frequency = AlertFrequency::Daily;
  else if (often != "at_once")
    return fail(Fault::Malformed, "'" + printable(often, 40) + "' is none of at_once, hourly, daily");
  if ((one.frequency == AlertFrequency::Daily) != !at.empty())
    return fail(Fault::Malformed, R"("at" goes with frequency = "daily", and that with it)");
  if (!at.empty()) one.minute = TRY(parse_minute_of_day(at));
  const std::string channel = entry.text_or("channel", "mail");
  if (channel == "by_hand")
    one.channel = AlertChannel::ByHand;
  else if (channel != "mail")
    return fail(Fault::Malformed, "'" + printable(channel, 40) + "' is neither mail nor by_hand");
  one.most_a_day = entry.number_or("most_a_day", 0);
  if (one.most_a_day < 0 || one.most_a_day > kMostMailsADay)
    return fail(Fault::Malformed, "most_a_day is 1 to " + std::to_string(kMostMailsADay) + ", or 0 for no limit");
  return one;
}

}  // namespace

Result<Preferences> Preferences::read(const Json& settings) {
  Preferences preferences;
  std::size_t number = 0;
  for (const Json& entry : TRY(settings.list("contact"))) {
    const std::string where = "contact " + std::to_string(++number);
    const std::string address = lower_ascii(entry.text_or("address"));
    const Result<Preference> one = read_preference(entry);
    if (!one) return fail(one.error().fault, one.error().message, where);
    if (const auto [there, fresh] = preferences.said_.emplace(address, *one); !fresh && there->second != *one)
      return fail(Fault::Malformed, "another entry of " + printable(address) + " wants it another way", where);
  }
  std::erase_if(preferences.said_, [&](const auto& one) { return one.second == preferences.usual_; });
  return preferences;
}

const Preference& Preferences::of(std::string_view address) const {
  const auto said = said_.find(lower_ascii(address));
  return said == said_.end() ? usual_ : said->second;
}

std::vector<std::string> languages_for(const Preference& preference) {
  if (!preference.language) return {"en", "ru"};
  std::vector<std::string> languages{std::string(name(*preference.language))};
  if (*preference.language != NoticeLanguage::English) languages.emplace_back("en");
  return languages;
}

Instant due_at(const Preference& preference, Instant waiting_since, const Zone& zone) {
  const std::int64_t of_day = (waiting_since.ms + zone.offset_ms(waiting_since)) % kDayMs;
  switch (preference.frequency) {
    case AlertFrequency::AtOnce:
      break;
    case AlertFrequency::Hourly:
      return waiting_since + (kHourMs - of_day % kHourMs) % kHourMs;
    case AlertFrequency::Daily: {
      const Instant today = waiting_since + (preference.minute * kMinuteMs - of_day);
      return today >= waiting_since ? today : zone.add_days(today, 1);
    }
  }
  return waiting_since;
}

}  // namespace cordon
