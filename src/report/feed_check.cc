#include "report/feed_check.h"

#include "base/confined.h"
#include "base/text.h"
#include "report/framing.h"
#include "report/redact.h"
#include "report/worker.h"

namespace cordon {
namespace {

Json shown(const FeedEvent& event, std::optional<Matter> matter) {
  Json line = Json::Object{};
  const Reading reading = read_feed_event(event, matter);
  line.set("outcome", reading.code.empty() ? "accepted" : "refused");
  if (!reading.code.empty()) line.set("code", reading.code).set("reason", reading.reason);
  if (reading.matter) line.set("category", reading.matter->id());
  if (!reading.observables.empty()) {
    line.set("kind", name(reading.observables.front().kind()));
    line.set("value", reading.observables.front().canonical());
  }
  if (event.event.object() == nullptr) return line;
  // An accepted one as it will be kept; another redacted in the same way, to see why it is refused.
  const auto kept = parse_json(reading.code.empty() ? reading.kept : keep_record(event.event, reading.observables));
  if (kept && reading.code != "csam") line.set("event", *kept);
  return line;
}

std::string check_record(std::string_view options, std::string_view record) {
  static thread_local std::string known;
  static thread_local std::optional<ReadingOptions> read;
  static thread_local FeedBatch batch;
  if (known != options || !read) {
    known = options;
    read.reset();
    if (auto again = read_options(options); again && again->feed) {
      read = *std::move(again);
      batch = feed_batch(*read->feed, read->given, read->head, read->csv_header);
      batch.matter = read->matter;
    }
  }
  Json::Array lines;
  if (!read) return to_text(Json(std::move(lines)));
  for (const FeedEvent& event : feed_events(*read->feed, batch, record)) lines.push_back(shown(event, batch.matter));
  return to_text(Json(std::move(lines)));
}

const RegisterWorker kCheckWorker{{"feed-check", prepare_reading, check_record}};

}  // namespace

Result<std::vector<Json>> check_feed(const Incoming& incoming, std::string_view bytes) {
  const ReadingOptions options = TRY(feed_options(incoming, bytes));
  const std::vector<std::string_view> records = TRY(frame_feed(*incoming.feed, bytes));
  const std::vector<Result<std::string>> answers = TRY(run_confined("feed-check", write_options(options), records));
  std::vector<Json> lines;
  const auto add = [&lines](Json line) { lines.push_back(std::move(line.set("position", lines.size() + 1))); };
  for (const Result<std::string>& answer : answers) {
    const Result<Json> read = answer ? parse_json(*answer) : Result<Json>(answer.error());
    if (!read || read->array() == nullptr) {
      add(Json(
          Json::Object{{"outcome", "quarantined"},
                       {"code", "quarantined"},
                       {"reason", read ? "its parser gave no readable answer" : printable(read.error().message)}}));
      continue;
    }
    for (const Json& line : *read->array()) add(line);
  }
  return lines;
}

}  // namespace cordon
