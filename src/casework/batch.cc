#include "casework/batch.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<ItemOutcome, std::string_view>, 4> kOutcomes{{
    {ItemOutcome::Accepted, "accepted"},
    {ItemOutcome::Duplicate, "duplicate"},
    {ItemOutcome::Refused, "refused"},
    {ItemOutcome::Quarantined, "quarantined"},
}};

Json to_json(const Observable& observable) {
  return Json::Object{{"kind", name(observable.kind())}, {"value", observable.canonical()}};
}

Result<Observable> read_observable(const Json& stored) {
  return parse_observable(TRY(parse_observable_kind(TRY(stored.text("kind")))), TRY(stored.text("value")));
}

Json to_json(const Sighting& sighting) {
  Json stored = to_json(sighting.observable);
  stored.set("matter", sighting.matter.id());
  if (!sighting.also.empty()) {
    Json::Array also;
    for (const Observable& observable : sighting.also) also.push_back(to_json(observable));
    stored.set("also", std::move(also));
  }
  if (sighting.port) stored.set("port", *sighting.port);
  if (sighting.seen_at) stored.set("seen_at", to_rfc3339(*sighting.seen_at));
  return stored;
}

Result<Sighting> read_sighting(const Json& stored) {
  Sighting sighting{TRY(parse_matter(TRY(stored.text("matter")))), TRY(read_observable(stored)), {}, {}, {}};
  if (const Json* also = stored.find("also"); also != nullptr && also->array() != nullptr) {
    for (const Json& observable : *also->array()) sighting.also.push_back(TRY(read_observable(observable)));
  }
  if (stored.find("port") != nullptr) sighting.port = static_cast<int>(TRY(stored.number("port")));
  if (stored.find("seen_at") != nullptr) sighting.seen_at = TRY(parse_rfc3339(TRY(stored.text("seen_at"))));
  return sighting;
}

Result<RunItem> read_item(const Json& stored) {
  RunItem item;
  item.position = TRY(stored.number("position"));
  item.outcome = TRY(parse_item_outcome(TRY(stored.text("outcome"))));
  item.code = stored.text_or("code");
  item.reason = stored.text_or("reason");
  if (stored.find("report") != nullptr) item.report = TRY(ReportId::parse(TRY(stored.text("report"))));
  if (stored.find("case") != nullptr) item.case_id = TRY(CaseId::parse(TRY(stored.text("case"))));
  item.opens_case = stored.find("opens_case") != nullptr;
  if (const Json* sighting = stored.find("sighting")) item.sighting = TRY(read_sighting(*sighting));
  item.kept = stored.text_or("kept");
  if ((item.outcome == ItemOutcome::Accepted) != (item.sighting && item.report && item.case_id)) {
    return fail(Fault::Malformed, item.sighting ? "a sighting in a record that was not accepted"
                                                : "an accepted record without its sighting, report and case");
  }
  return item;
}

Result<RunItem> read_line(std::string_view line, bool whole, std::size_t number) {
  const std::string where = "line " + std::to_string(number) + " of the run";
  if (!whole) return fail(Fault::Corrupt, "the run ends inside a line", where);
  const Result<Json> stored = parse_json(line);
  if (!stored) return fail(Fault::Corrupt, stored.error().message, where);
  Result<RunItem> item = read_item(*stored);
  if (!item) return fail(Fault::Corrupt, item.error().message, where);
  return item;
}

}  // namespace

std::string_view name(ItemOutcome outcome) {
  return std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](const auto& row) { return row.first == outcome; })
      ->second;
}

Result<ItemOutcome> parse_item_outcome(std::string_view text) {
  const auto row = std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](const auto& r) { return r.second == text; });
  if (row == kOutcomes.end()) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no outcome");
  return row->first;
}

Json to_json(const RunItem& item) {
  Json stored = Json::Object{{"position", item.position}, {"outcome", name(item.outcome)}};
  if (!item.code.empty()) stored.set("code", item.code);
  if (!item.reason.empty()) stored.set("reason", item.reason);
  if (item.report) stored.set("report", item.report->text());
  if (item.case_id) stored.set("case", item.case_id->text());
  if (item.opens_case) stored.set("opens_case", true);
  if (item.sighting) stored.set("sighting", to_json(*item.sighting));
  if (!item.kept.empty()) stored.set("kept", item.kept);
  return stored;
}

std::string write_run(const std::vector<RunItem>& items) {
  std::string run;
  for (const RunItem& item : items) run += to_text(to_json(item)) + "\n";
  return run;
}

Result<std::vector<RunItem>> read_run(std::string_view run) {
  std::vector<RunItem> items;
  while (!run.empty()) {
    const std::size_t end = run.find('\n');
    items.push_back(TRY(read_line(run.substr(0, end), end != std::string_view::npos, items.size() + 1)));
    run.remove_prefix(end + 1);
  }
  return items;
}

Result<RunItem> read_item_of_run(std::string_view run, std::int64_t position) {
  std::size_t number = 1;
  for (; static_cast<std::int64_t>(number) < position && !run.empty(); ++number)
    run.remove_prefix(std::min(run.find('\n'), run.size() - 1) + 1);
  const std::size_t end = run.find('\n');
  RunItem item = TRY(read_line(run.substr(0, end), end != std::string_view::npos, number));
  if (item.position != position) return fail(Fault::Corrupt, "the run has no item " + std::to_string(position));
  return item;
}

Json to_json(const BatchTaken& event) {
  Json::Object counts;
  for (const auto& [what, count] : event.counts) counts.emplace(what, count);
  return Json::Object{{"batch", event.batch.text()}, {"source", event.source},     {"file", event.file},
                      {"run", event.run.hex()},      {"run_size", event.run_size}, {"counts", std::move(counts)}};
}

Json to_json(const ReceiptGiven& event) {
  return Json::Object{{"receipt", event.receipt.hex()},
                      {"batch", event.batch.text()},
                      {"outcome", name(event.outcome)},
                      {"code", event.code},
                      {"case", event.case_id ? Json(event.case_id->text()) : Json()}};
}

Result<ReceiptGiven> read_receipt_given(const Json& body) {
  const Digest receipt = TRY(parse_digest(TRY(body.text("receipt"))));
  BatchId batch = TRY(BatchId::parse(TRY(body.text("batch"))));
  const ItemOutcome outcome = TRY(parse_item_outcome(TRY(body.text("outcome"))));
  std::string code = TRY(body.text("code"));
  std::optional<CaseId> case_id;
  if (const std::string text = body.text_or("case"); !text.empty()) case_id = TRY(CaseId::parse(text));
  return ReceiptGiven{receipt, std::move(batch), outcome, std::move(code), std::move(case_id)};
}

Result<BatchTaken> read_batch_taken(const Json& body) {
  BatchId batch = TRY(BatchId::parse(TRY(body.text("batch"))));
  std::string source = TRY(body.text("source"));
  std::string file = TRY(body.text("file"));
  const Digest run = TRY(parse_digest(TRY(body.text("run"))));
  const std::int64_t run_size = TRY(body.number("run_size"));
  BatchTaken event{std::move(batch), std::move(source), std::move(file), run, run_size, {}};
  const Json* counts = body.find("counts");
  if (counts == nullptr || counts->object() == nullptr) return fail(Fault::Malformed, "expected counts in the batch");
  for (const auto& [what, count] : *counts->object()) {
    if (count.integer() == nullptr) return fail(Fault::Malformed, "expected a whole number in \"" + what + "\"");
    event.counts[what] = *count.integer();
  }
  return event;
}

BatchTaken describe_run(BatchId batch, std::string source, std::string file, const std::vector<RunItem>& items,
                        const Digest& run, std::size_t run_size) {
  BatchTaken event{std::move(batch), std::move(source), std::move(file), run, static_cast<std::int64_t>(run_size), {}};
  for (const RunItem& item : items) {
    ++event.counts[std::string(name(item.outcome))];
    if (item.outcome == ItemOutcome::Refused) ++event.counts["refused:" + item.code];
  }
  return event;
}

}  // namespace cordon
