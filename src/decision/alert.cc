#include "decision/alert.h"

#include <algorithm>

#include "base/text.h"
#include "law/gates.h"
#include "law/offences.h"

namespace cordon {

namespace {

// What is answered without anybody, where it stops nothing that a rule may ask.
constexpr std::string_view kUnknownAnswer = "unknown";

// Content behind an address is not that address's (charter 4.5): many sites share it. A host that attacks or is
// infected is the address itself, and so is an exposed service.
bool is_broad(Matter matter, const Observable& target) {
  if (on_shared_host(target) && target.kind() != ObservableKind::Url) return true;
  return target.kind() == ObservableKind::Ip && matter == Matter(Category::Phishing);
}

// How the feed's fields answer a gate, where they do.
std::optional<std::string> answer_of(const RuleTerms& terms, Gate gate) {
  if (!blocks(gate, kUnknownAnswer, terms.effect)) return std::string(kUnknownAnswer);
  for (const AnswerRow& one : row(gate).answers)
    if (one.lets == Lets::Everything) return std::string(one.name);
  return std::nullopt;
}

Json unsigned_recall(const AlertsRecalled& event) {
  return Json::Object{{"batch", event.batch.text()}, {"reason", event.reason}, {"at", to_rfc3339(event.at)}};
}

bool is_alert_key(std::string_view key) {
  return key.size() == 32 &&
         std::all_of(key.begin(), key.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Sixteen bytes each, in one text: a million keys a day are 22 MB of journal so, and not 35.
std::string packed_keys(const std::vector<std::string>& keys) {
  std::string bytes;
  bytes.reserve(16 * keys.size());
  for (const std::string& key : keys) {
    const Result<std::string> one = from_hex(key);
    CORDON_CHECK(one, "a key of an item is 32 hex digits");
    bytes += *one;
  }
  return to_base64(bytes);
}
Result<std::vector<std::string>> unpacked_keys(std::string_view text) {
  const std::string bytes = TRY(from_base64(text));
  if (bytes.size() % 16 != 0) return fail(Fault::Malformed, "expected keys of 16 bytes each");
  std::vector<std::string> keys;
  keys.reserve(bytes.size() / 16);
  for (std::size_t at = 0; at < bytes.size(); at += 16) keys.push_back(to_hex(std::string_view(bytes).substr(at, 16)));
  return keys;
}

Json piles_json(const std::vector<AlertPile>& piles) {
  Json::Array list;
  for (const AlertPile& one : piles) list.push_back(Json::Array{one.recipient, one.items});
  return list;
}
Result<std::vector<AlertPile>> read_piles(const Json& body, std::string_view member) {
  std::vector<AlertPile> piles;
  for (const Json& one : TRY(body.list(member))) {
    const Json::Array* pair = one.array();
    if (pair == nullptr || pair->size() != 2 || (*pair)[0].string() == nullptr || (*pair)[1].integer() == nullptr ||
        !is_alert_key(*(*pair)[0].string()) || *(*pair)[1].integer() < 1)
      return fail(Fault::Malformed, "expected recipients and how many items each has");
    piles.push_back({*(*pair)[0].string(), *(*pair)[1].integer()});
  }
  return piles;
}

// What of a record's words may stand in a mail as it is: names of protocols and of malware have these letters.
bool is_evidence(std::string_view value) {
  const auto letter = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !value.empty() && value.size() <= 64 && letter(value.front()) &&
         std::all_of(value.begin(), value.end(), [&](char c) {
           return letter(c) || c == '-' || c == '_' || c == '/' || c == '+' || c == ' ' || c == ':';
         });
}

Json gates_json(const std::vector<GateGiven>& given) {
  Json::Array gates;
  for (const GateGiven& one : given) gates.push_back(Json::Object{{"gate", name(one.gate)}, {"answer", one.answer}});
  return gates;
}
Result<std::vector<GateGiven>> read_gates_given(const Json& body) {
  std::vector<GateGiven> gates;
  for (const Json& one : TRY(body.list("gates"))) {
    const Gate gate = TRY(parse_gate(TRY(one.text("gate"))));
    std::string answer = TRY(one.text("answer"));
    TRY(check_answer(gate, answer));
    gates.push_back({gate, std::move(answer)});
  }
  return gates;
}

std::string lines_of(const std::vector<AlertItem>& items) {
  std::string lines;
  for (const AlertItem& item : items) lines += line_of(item) + "\n";
  return lines;
}

// An alert of a desk of before, whose leaf was all of it.
Result<AlertItem> only_item(const Json& body) {
  ReportId report = TRY(ReportId::parse(TRY(body.text("report"))));
  const Json* shown = body.find("target");
  if (shown == nullptr) return fail(Fault::Malformed, "expected the target of an alert");
  const ObservableKind kind = TRY(parse_observable_kind(TRY(shown->text("kind"))));
  Observable target = TRY(parse_observable(kind, TRY(shown->text("value"))));
  std::optional<int> port;
  if (body.find("port") != nullptr) port = static_cast<int>(TRY(body.number("port")));
  const Instant observed_at = TRY(parse_rfc3339(TRY(body.text("observed_at"))));
  std::string responsible = TRY(body.text("responsible"));
  return AlertItem{std::move(report), std::move(target), port, observed_at, std::move(responsible)};
}

}  // namespace

Judged judge(const RuleTerms& terms, const Sighting& item, std::string_view record, const Looked& looked, Instant now) {
  const Observable& target = item.observable;
  if (item.matter != terms.matter) return {Lane::AsEver, "other_category"};
  if (!terms.kinds.contains(target.kind())) return {Lane::AsEver, "other_kind"};
  if (looked.never) return {Lane::Case, "never_list"};
  if (looked.sensitive) return {Lane::Case, "sensitive"};
  if (is_broad(item.matter, target)) return {Lane::Case, "breadth"};
  if (!item.seen_at) return {Lane::Case, "no_time"};
  if (too_old(item.matter, target.kind(), *item.seen_at, now)) return {Lane::AsEver, "too_old"};
  if (const Category* category = item.matter.category()) {
    for (const Gate gate : row(*category).gates) {
      const std::optional<std::string> answer = answer_of(terms, gate);
      const bool said = answer && (*answer == kUnknownAnswer || answers(terms.feed, gate, record));
      if (!said || blocks(gate, *answer, terms.effect)) return {Lane::Case, std::string(name(gate))};
    }
  }
  return {Lane::Alert};
}

std::vector<GateGiven> gates_of(const RuleTerms& terms) {
  std::vector<GateGiven> gates;
  if (const Category* category = terms.matter.category()) {
    for (const Gate gate : row(*category).gates)
      if (std::optional<std::string> answer = answer_of(terms, gate)) gates.push_back({gate, *std::move(answer)});
  }
  gates.push_back({Gate::SensitiveTarget, "not_sensitive"});
  gates.push_back({Gate::Breadth, "narrowest"});
  return gates;
}

bool too_old(Matter matter, ObservableKind kind, Instant observed_at, Instant now) {
  return now - observed_at > life_days(matter, kind) * kDayMs;
}

std::optional<std::string> why_not_now(const RuleTerms& terms, const AlertItem& item, const Looked& looked,
                                       std::string_view contact, std::string_view to) {
  if (!terms.kinds.contains(item.target.kind())) return "other_kind";
  if (looked.never) return "never_list";
  if (looked.sensitive) return "sensitive";
  if (contact.empty()) return "no_contact";
  if (contact != to) return "other_contact";
  return std::nullopt;
}

// ── alerts as JSON ──

std::string_view name(AlertFormat format) { return format == AlertFormat::Xarf ? "text+xarf" : "text+csv"; }

Result<AlertFormat> parse_alert_format(std::string_view text) {
  for (const AlertFormat format : {AlertFormat::Xarf, AlertFormat::Csv})
    if (text == name(format)) return format;
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is neither text+xarf nor text+csv");
}

// ["report","kind","value",port,"observed_at","responsible","key",["evidence",…]], written by hand: a desk writes a
// million of them a day. Port 0 is none.
std::string line_of(const AlertItem& item) {
  std::string line = "[\"" + item.report.text() + "\",\"";
  line += name(item.target.kind());
  line += "\",";
  append_json_string(line, item.target.canonical());
  line += "," + std::to_string(item.port.value_or(0)) + ",\"" + to_rfc3339(item.observed_at) + "\",";
  append_json_string(line, item.responsible);
  line += ",\"" + item.key + "\",[";
  for (std::size_t i = 0; i < item.evidence.size(); ++i) {
    if (i > 0) line += ',';
    append_json_string(line, item.evidence[i]);
  }
  return line + "]]";
}

Result<AlertItem> read_alert_item(std::string_view line) {
  const Json read = TRY(parse_json(line));
  const Json::Array* members = read.array();
  constexpr std::size_t kMembers = 8;
  const auto text = [&](std::size_t i) { return (*members)[i].string(); };
  if (members == nullptr || members->size() != kMembers || !text(0) || !text(1) || !text(2) || !text(4) || !text(5) ||
      !text(6) || (*members)[3].integer() == nullptr || (*members)[7].array() == nullptr ||
      (*members)[7].array()->size() != kEvidenceFields.size())
    return fail(Fault::Malformed, "expected an item of an alert");
  ReportId report = TRY(ReportId::parse(*text(0)));
  const ObservableKind kind = TRY(parse_observable_kind(*text(1)));
  Observable target = TRY(parse_observable(kind, *text(2)));
  const Instant observed_at = TRY(parse_rfc3339(*text(4)));
  AlertItem item{std::move(report), std::move(target), {}, observed_at, *text(5)};
  if (const std::int64_t port = *(*members)[3].integer(); port != 0) {
    if (port < 1 || port > 65'535) return fail(Fault::Malformed, "expected a port");
    item.port = static_cast<int>(port);
  }
  item.key = *text(6);
  for (std::size_t i = 0; i < item.evidence.size(); ++i) {
    const std::string* value = (*(*members)[7].array())[i].string();
    if (value == nullptr) return fail(Fault::Malformed, "expected the evidence of an item");
    item.evidence[i] = *value;
  }
  return item;
}

std::array<std::string, kEvidenceFields.size()> evidence_of(std::string_view record) {
  std::array<std::string, kEvidenceFields.size()> found;
  if (!record.starts_with('{')) return found;
  const Result<Json> read = parse_json(record);
  if (!read) return found;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Json* value = read->find(kEvidenceFields[i]);
    if (value != nullptr && value->string() != nullptr && is_evidence(*value->string())) found[i] = *value->string();
  }
  return found;
}

std::string leaf_of(const Alert& alert) {
  return to_text(Json(Json::Object{{"alert", alert.id.text()},
                                   {"rule", alert.rule.text()},
                                   {"matter", alert.matter.id()},
                                   {"to", alert.to},
                                   {"languages", Json::Array(alert.languages.begin(), alert.languages.end())},
                                   {"format", name(alert.format)},
                                   {"number", alert.number},
                                   {"of", alert.of},
                                   {"items", alert.items.size()},
                                   {"items_digest", sha256(lines_of(alert.items)).hex()},
                                   {"gates", gates_json(alert.gates)},
                                   {"at", to_rfc3339(alert.at)},
                                   {"reply_by", to_rfc3339(alert.reply_by)},
                                   {"sunset_at", to_rfc3339(alert.sunset_at)},
                                   {"body", alert.body.hex()}}));
}

std::string write_alerts(const std::vector<Alert>& alerts) {
  std::string bytes;
  for (const Alert& alert : alerts) bytes += leaf_of(alert) + "\n" + lines_of(alert.items);
  return bytes;
}

Result<KeptAlerts> KeptAlerts::read(std::string bytes) {
  KeptAlerts kept;
  if (bytes.starts_with("[{")) {  // an array of alerts with one item each
    const Json list = TRY(parse_json(bytes));
    bytes.clear();
    for (const Json& one : *list.array()) {
      const Result<AlertItem> item = only_item(one);
      if (!item) return fail(Fault::Corrupt, item.error().message, "alert " + std::to_string(kept.alerts()));
      bytes += to_text(one) + "\n" + line_of(*item) + "\n";
    }
  }
  kept.text_ = std::move(bytes);
  for (std::size_t at = 0; at < kept.text_.size();) {
    const std::size_t end = kept.text_.find('\n', at);
    if (end == std::string::npos || (kept.text_[at] != '{' && kept.text_[at] != '['))
      return fail(Fault::Corrupt, "these are no alerts of a batch");
    if (kept.text_[at] == '{')
      kept.alerts_.push_back({{at, end - at}, kept.items_.size()});
    else
      kept.items_.push_back({at, end - at});
    at = end + 1;
  }
  return kept;
}

Result<Alert> KeptAlerts::alert(std::size_t number) const {
  const auto corrupt = [&](const std::string& why) {
    return fail(Fault::Corrupt, why, "alert " + std::to_string(number));
  };
  if (number >= alerts_.size()) return corrupt("the batch has no such alert");
  const std::size_t first = alerts_[number].first_item;
  const std::size_t last = number + 1 < alerts_.size() ? alerts_[number + 1].first_item : items_.size();
  std::vector<AlertItem> items;
  std::string lines;
  for (std::size_t i = first; i < last; ++i) {
    Result<AlertItem> item = this->item(i);
    if (!item) return corrupt(item.error().message);
    lines += std::string(line(items_[i])) + "\n";
    items.push_back(*std::move(item));
  }
  const Json body = TRY(parse_json(leaf(number)));
  AlertId id = TRY(AlertId::parse(TRY(body.text("alert"))));
  RuleId rule = TRY(RuleId::parse(TRY(body.text("rule"))));
  const Matter matter = TRY(parse_matter(TRY(body.text("matter"))));
  std::string to = TRY(body.text("to"));
  std::vector<GateGiven> gates = TRY(read_gates_given(body));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Instant reply_by = TRY(parse_rfc3339(TRY(body.text("reply_by"))));
  const Instant sunset_at = TRY(parse_rfc3339(TRY(body.text("sunset_at"))));
  const Digest content = TRY(parse_digest(TRY(body.text("body"))));
  Alert alert{
      std::move(id), std::move(rule), matter,  std::move(to),   {}, AlertFormat::Xarf, 1, 1, std::move(gates), at,
      reply_by,      sunset_at,       content, std::move(items)};
  if (body.find("target") != nullptr) {  // of a desk of before
    alert.languages = {"en", "ru"};
    return alert;
  }
  for (const Json& language : TRY(body.list("languages"))) {
    if (language.string() == nullptr) return corrupt("expected the languages of an alert");
    alert.languages.push_back(*language.string());
  }
  alert.format = TRY(parse_alert_format(TRY(body.text("format"))));
  alert.number = TRY(body.number("number"));
  alert.of = TRY(body.number("of"));
  if (TRY(body.number("items")) != static_cast<std::int64_t>(alert.items.size()) ||
      TRY(body.text("items_digest")) != sha256(lines).hex())
    return corrupt("the items are not those that the alert speaks of");
  return alert;
}

// ── events as JSON ──

Json to_json(const AlertItemsKept& event) {
  return Json::Object{{"batch", event.batch.text()},      {"rule", event.rule.text()},
                      {"at", to_rfc3339(event.at)},       {"blob", event.blob.hex()},
                      {"piles", piles_json(event.piles)}, {"keys", packed_keys(event.keys)}};
}

Result<AlertItemsKept> read_alert_items_kept(const Json& body) {
  AlertBatchId batch = TRY(AlertBatchId::parse(TRY(body.text("batch"))));
  RuleId rule = TRY(RuleId::parse(TRY(body.text("rule"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Digest blob = TRY(parse_digest(TRY(body.text("blob"))));
  std::vector<AlertPile> piles = TRY(read_piles(body, "piles"));
  std::vector<std::string> keys = TRY(unpacked_keys(TRY(body.text("keys"))));
  std::int64_t items = 0;
  for (const AlertPile& one : piles) items += one.items;
  if (keys.empty() || items != static_cast<std::int64_t>(keys.size()))
    return fail(Fault::Malformed, "expected a key for each item that is kept");
  return AlertItemsKept{std::move(batch), std::move(rule), at, blob, std::move(piles), std::move(keys)};
}

Json to_json(const AlertItemsTakenUp& event) {
  Json::Array taken;
  for (const auto& [recipient, row] : event.taken) taken.push_back(Json::Array{recipient, row});
  Json::Object left_out;
  for (const auto& [why, count] : event.left_out) left_out.emplace(why, count);
  return Json::Object{{"rule", event.rule.text()},
                      {"at", to_rfc3339(event.at)},
                      {"taken", std::move(taken)},
                      {"left_out", std::move(left_out)},
                      {"freed", packed_keys(event.freed)}};
}

Result<AlertItemsTakenUp> read_alert_items_taken_up(const Json& body) {
  RuleId rule = TRY(RuleId::parse(TRY(body.text("rule"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  AlertItemsTakenUp event{std::move(rule), at, {}};
  for (const AlertPile& one : TRY(read_piles(body, "taken"))) event.taken.emplace_back(one.recipient, one.items);
  const Json* left_out = body.find("left_out");
  if (left_out == nullptr || left_out->object() == nullptr) return fail(Fault::Malformed, "expected what was left out");
  for (const auto& [why, count] : *left_out->object()) {
    if (count.integer() == nullptr) return fail(Fault::Malformed, "expected what was left out");
    event.left_out.emplace(why, *count.integer());
  }
  event.freed = TRY(unpacked_keys(TRY(body.text("freed"))));
  return event;
}

Json to_json(const AlertsComposed& event) {
  Json body = Json::Object{{"batch", event.batch.text()},
                           {"rule", event.rule.text()},
                           {"at", to_rfc3339(event.at)},
                           {"blob", event.blob.hex()},
                           {"root", event.root.hex()}};
  if (!event.keys.empty()) return body.set("keys", Json::Array(event.keys.begin(), event.keys.end()));
  return body.set("alerts", piles_json(event.alerts));
}

Result<AlertsComposed> read_alerts_composed(const Json& body) {
  AlertBatchId batch = TRY(AlertBatchId::parse(TRY(body.text("batch"))));
  RuleId rule = TRY(RuleId::parse(TRY(body.text("rule"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Digest blob = TRY(parse_digest(TRY(body.text("blob"))));
  const Digest root = TRY(parse_digest(TRY(body.text("root"))));
  AlertsComposed event{std::move(batch), std::move(rule), at, blob, root, {}};
  if (body.find("keys") == nullptr) {
    event.alerts = TRY(read_piles(body, "alerts"));
  } else {
    for (const Json& key : TRY(body.list("keys"))) {
      if (key.string() == nullptr || !is_alert_key(*key.string()))
        return fail(Fault::Malformed, "expected keys of alerts, 32 hex digits each");
      event.keys.push_back(*key.string());
      event.alerts.push_back({std::string(32, '0'), 1});
    }
  }
  if (event.alerts.empty()) return fail(Fault::Malformed, "a batch of no alerts");
  return event;
}

Json to_json(const AlertTakenApart& event) {
  return Json::Object{{"batch", event.batch.text()},
                      {"position", event.position},
                      {"first_item", event.first_item},
                      {"at", to_rfc3339(event.at)},
                      {"why", event.why}};
}

Result<AlertTakenApart> read_alert_taken_apart(const Json& body) {
  AlertBatchId batch = TRY(AlertBatchId::parse(TRY(body.text("batch"))));
  const std::int64_t position = TRY(body.number("position"));
  const std::int64_t first_item = TRY(body.number("first_item"));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  std::string why = TRY(body.text("why"));
  return AlertTakenApart{std::move(batch), position, first_item, at, std::move(why)};
}

Json to_json(const AlertLeft& event) {
  return Json::Object{{"batch", event.batch.text()},   {"position", event.position}, {"recall", event.recall},
                      {"at", to_rfc3339(event.at)},    {"courier", event.courier},   {"receipt", event.receipt},
                      {"message_id", event.message_id}};
}

Result<AlertLeft> read_alert_left(const Json& body) {
  AlertBatchId batch = TRY(AlertBatchId::parse(TRY(body.text("batch"))));
  const std::int64_t position = TRY(body.number("position"));
  const bool recall = TRY(body.flag("recall"));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  std::string courier = TRY(body.text("courier"));
  std::string receipt = TRY(body.text("receipt"));
  std::string message_id = TRY(body.text("message_id"));
  return AlertLeft{std::move(batch),     position, recall, at, std::move(courier), std::move(receipt),
                   std::move(message_id)};
}

Json to_json(const AlertsRecalled& event) { return unsigned_recall(event).set("signed_by", to_json(event.signed_by)); }

Result<AlertsRecalled> read_alerts_recalled(const Json& body) {
  AlertBatchId batch = TRY(AlertBatchId::parse(TRY(body.text("batch"))));
  std::string reason = TRY(body.text("reason"));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  std::vector<MessageSignature> signed_by = TRY(read_message_signatures(body, "signed_by"));
  return AlertsRecalled{std::move(batch), std::move(reason), at, std::move(signed_by)};
}

std::string to_be_signed_for_recall(const AlertsRecalled& event) {
  return "cordon/recalls-alerts/1\n" + to_text(unsigned_recall(event));
}

}  // namespace cordon
