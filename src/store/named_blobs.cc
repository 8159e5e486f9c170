#include "store/named_blobs.h"

#include <algorithm>
#include <map>

namespace cordon {

namespace {

constexpr std::int64_t kNamingRowsAtOnce = 1000;

// The types that name blobs, and those that take them back. A row of any other is not even fetched.
constexpr const char* kNaming =
    "('batch_taken', 'evidence_attached', 'evidence_erased', 'proposed', 'request_answered', 'bundle_offered', "
    "'references_received', 'stamp_kept', 'report_erased', 'disposed', 'case_split', 'case_opened', 'appeal_lodged', "
    "'sensitive_list_kept', 'un_list_kept', 'alerts_composed', 'alert_items_kept', 'answer_came')";
// Those that take blobs back.
constexpr const char* kErasing = "('evidence_erased', 'report_erased', 'disposed')";

}  // namespace

std::vector<Digest> named_blobs(const Event& event) {
  if (const auto* batch = std::get_if<BatchTaken>(&event)) return {batch->run};
  if (const auto* attached = std::get_if<EvidenceAttached>(&event)) return {blob_of(attached->evidence)};
  if (const auto* proposed = std::get_if<Proposed>(&event)) return {proposed->body_blob()};
  if (const auto* answered = std::get_if<RequestAnswered>(&event)) return {answered->answer};
  if (const auto* offered = std::get_if<BundleOffered>(&event)) return {offered->file_blob()};
  if (const auto* received = std::get_if<ReferencesReceived>(&event)) return {received->taken};
  if (const auto* stamp = std::get_if<StampKept>(&event)) return {stamp->token};
  if (const auto* split = std::get_if<CaseSplit>(&event)) return {split->frame};
  if (const auto* opened = std::get_if<CaseOpened>(&event)) return {opened->frame};
  if (const auto* appeal = std::get_if<AppealLodged>(&event)) return {appeal->text};
  if (const auto* list = std::get_if<SensitiveListKept>(&event)) return {list->blob};
  if (const auto* list = std::get_if<UnListKept>(&event)) return {list->blob};
  if (const auto* alerts = std::get_if<AlertsComposed>(&event)) return {alerts->blob};
  if (const auto* items = std::get_if<AlertItemsKept>(&event)) return {items->blob};
  if (const auto* answer = std::get_if<AnswerCame>(&event)) return {answer->text};
  std::vector<Digest> made_anew;
  for (const BatchRecut& recut : recuts_of(event)) made_anew.push_back(recut.new_run);
  return made_anew;
}

Result<std::vector<NamedBlob>> blobs_of_record(Database& record, std::int64_t after) {
  std::vector<NamedBlob> all;
  std::map<Digest, std::pair<int, NamedBlob>> erased;  // how many pieces have it: in a desk of before several may
  for (std::int64_t last = after;;) {
    Rows rows = TRY(record.query(std::string("SELECT seq, type, body FROM journal WHERE seq > $1 AND type IN ") +
                                     kNaming + " ORDER BY seq LIMIT $2",
                                 {last, kNamingRowsAtOnce}));
    std::int64_t read = 0;
    for (; TRY(rows.next()); ++read) {
      last = rows.integer(0);
      const Result<Json> body = parse_json(rows.text(2));
      if (!body) continue;
      const Result<Event> event = read_event(rows.text(1), *body);
      if (!event) continue;
      for (const Digest& address : named_blobs(*event)) all.push_back({address, last});
      const auto goes = [&](const Digest& address, std::optional<std::int64_t> key) {
        auto& [times, blob] = erased[address];
        ++times;
        blob = {address, last, true, key};
      };
      if (const auto* gone = std::get_if<EvidenceErased>(&*event)) goes(gone->blob, gone->key);
      for (const BatchRecut& recut : recuts_of(*event)) goes(recut.old_run, recut.key);
      for (const Destroyed& frame : frames_of(*event)) goes(frame.blob, frame.key);
    }
    if (read < kNamingRowsAtOnce) break;
  }
  std::sort(all.begin(), all.end(), [](const NamedBlob& a, const NamedBlob& b) {
    return a.address != b.address ? a.address < b.address : a.row < b.row;
  });
  // Equal addresses are one blob, which is to be there while any of those that name it is not erased.
  std::vector<NamedBlob> each;
  for (auto first = all.begin(); first != all.end();) {
    const auto next =
        std::find_if(first, all.end(), [&](const NamedBlob& one) { return one.address != first->address; });
    NamedBlob blob = *first;
    if (const auto gone = erased.find(blob.address); gone != erased.end() && gone->second.first >= next - first) {
      blob.erased = true;
      blob.key = gone->second.second.key;
    }
    each.push_back(blob);
    first = next;
  }
  // Erased by one of these rows, named by one before them.
  for (const auto& [address, gone] : erased) {
    const auto at = std::lower_bound(each.begin(), each.end(), address,
                                     [](const NamedBlob& a, const Digest& b) { return a.address < b; });
    if (at == each.end() || at->address != address) each.insert(at, gone.second);
  }
  return each;
}

Result<std::int64_t> row_that_erases(Database& record, const Digest& blob) {
  return record.number(
      std::string("SELECT coalesce(max(seq), 0) FROM journal WHERE type IN ") + kErasing + " AND body LIKE $1",
      {"%" + blob.hex() + "%"});
}

Result<Json> row_in_words(Database& record, std::int64_t row) {
  Rows rows = TRY(record.query("SELECT type, body FROM journal WHERE seq = $1", {row}));
  Json words = Json::Object{{"row", row}};
  if (!TRY(rows.next())) return words;
  words.set("type", rows.text(0));
  const Result<Json> body = parse_json(rows.text(1));
  if (!body) return words;
  const Result<Event> event = read_event(rows.text(0), *body);
  if (!event) return words;
  if (const auto* batch = std::get_if<BatchTaken>(&*event))
    words.set("batch", batch->batch.text()).set("source", batch->source);
  if (const auto* attached = std::get_if<EvidenceAttached>(&*event))
    words.set("case", attached->case_id.text()).set("evidence", attached->evidence.id.text());
  if (const auto* erased = std::get_if<EvidenceErased>(&*event))
    words.set("case", erased->case_id.text()).set("evidence", erased->evidence.text());
  if (const auto* proposed = std::get_if<Proposed>(&*event))
    words.set("case", proposed->case_id.text()).set("proposal", proposed->id.text());
  if (const auto* offered = std::get_if<BundleOffered>(&*event)) words.set("to", offered->to);
  if (const auto* received = std::get_if<ReferencesReceived>(&*event)) words.set("from", received->from);
  return words;
}

}  // namespace cordon
