// A profile (JSON), a NUL, and a batch. Laws: a profile that is read is read again from what it says; no byte of a
// batch lies in two records, and what lies between them is blank, a comment or a header; each record gives events or
// reasons, never neither; an event has only names of events, none of an account, and means the same when its JSON is
// read again; and what a worker would answer is what the parent reads, as many readings as events.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/packed.h"
#include "base/result.h"
#include "base/text.h"
#include "report/intelmq.h"
#include "report/profile.h"
#include "report/profile_parts.h"

namespace {

void check_framing(const cordon::FeedProfile& profile, std::string_view bytes,
                   const std::vector<std::string_view>& records) {
  const cordon::FeedInput& input = profile.parts().input;
  const bool json = input.format == cordon::FeedFormat::Json && !profile.parts().attached;
  std::size_t end = 0;
  std::int64_t headers = 0;
  const auto between = [&](std::size_t start) {
    for (const std::string_view line : cordon::split(bytes.substr(end, start - end), '\n')) {
      const std::string_view rest = cordon::trim(line);
      const bool comment = std::any_of(input.comments.begin(), input.comments.end(),
                                       [&](const std::string& mark) { return rest.starts_with(mark); });
      const bool brackets = json && rest.find_first_not_of("[], \t\r\v\f") == std::string_view::npos;
      if (!rest.empty() && !comment && !brackets) ++headers;
    }
  };
  for (const std::string_view record : records) {
    const auto start = static_cast<std::size_t>(record.data() - bytes.data());
    CORDON_CHECK(!record.empty() && start >= end && start + record.size() <= bytes.size(), "records in their order");
    between(start);
    end = start + record.size();
  }
  between(bytes.size());
  // A header of a CSV may have a field with line ends in it.
  const bool quoted = input.format == cordon::FeedFormat::Csv && input.quotes && input.header_lines > 0;
  CORDON_CHECK(quoted || headers <= input.header_lines, "nothing but separators lies between records");
}

void check_event(const cordon::FeedEvent& event) {
  CORDON_CHECK(event.code.empty() == event.reason.empty(), "a reason goes with its code");
  if (!event.code.empty()) return;
  CORDON_CHECK(event.event.object() != nullptr, "an event is a table");
  for (const auto& [name, value] : *event.event.object())
    CORDON_CHECK(cordon::is_event_name(name) && !name.ends_with(".account"), "an event has only names of events");
  const auto again = cordon::parse_json(cordon::to_text(event.event));
  CORDON_CHECK(again, "an event is JSON");
  CORDON_CHECK(
      cordon::write_answer(cordon::read_intelmq(*again)) == cordon::write_answer(cordon::read_intelmq(event.event)),
      "an event means the same when it is read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\0'), text.size());
  const auto json = cordon::parse_json(text.substr(0, end));
  if (!json) return 0;
  const auto profile = cordon::FeedProfile::read(*json);
  if (!profile) return 0;
  const auto again = cordon::FeedProfile::read(profile->json());
  CORDON_CHECK(again && again->json() == profile->json(), "a profile is read again from what it says");
  const std::string_view bytes = text.substr(std::min(end + 1, text.size()));
  const auto records = cordon::frame_feed(*profile, bytes);
  CORDON_CHECK(records, "a small file has no million records");
  check_framing(*profile, bytes, *records);
  cordon::Json given = cordon::Json::Object{};
  given.set("feed.name", "fuzz").set("feed.url", "https://user:secret@feed.example.net/list?key=secret&list=a");
  const cordon::FeedBatch batch = cordon::feed_batch(*profile, given, bytes, cordon::feed_header(*profile, bytes));
  CORDON_CHECK(cordon::to_text(batch.given).find("secret") == std::string::npos, "no key of a feed is kept");
  for (const std::string_view record : *records) {
    const auto events = cordon::feed_events(*profile, batch, record);
    CORDON_CHECK(!events.empty() && events.size() <= cordon::kMostEvents + 1, "each record gives something, in bounds");
    for (const cordon::FeedEvent& event : events) check_event(event);
    const std::string answers = cordon::write_feed_answers(*profile, batch, record);
    cordon::PackedReader reader(answers);
    CORDON_CHECK(reader.number() == events.size(), "as many readings as events");
    for (std::size_t i = 0; i < events.size(); ++i) {
      reader.text();
      const auto reading = cordon::read_answer(reader.text(), cordon::Instant{4'000'000'000'000});
      CORDON_CHECK(reading, "the parent reads what the worker wrote");
    }
    CORDON_CHECK(reader.good() && reader.at_end(), "and nothing is left over");
  }
  return 0;
}
