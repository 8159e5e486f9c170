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

std::optional<std::string> answer_of(const RuleTerms& terms, Gate gate, std::string_view record) {
  if (!blocks(gate, kUnknownAnswer, terms.effect)) return std::string(kUnknownAnswer);
  if (!answers(terms.feed, gate, record)) return std::nullopt;
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

}  // namespace

Judged judge(const RuleTerms& terms, const Sighting& item, std::string_view record, const Looked& looked, Instant now) {
  const Observable& target = item.observable;
  if (item.matter != terms.matter) return {Lane::AsEver, "other_category"};
  if (!terms.kinds.contains(target.kind())) return {Lane::AsEver, "other_kind"};
  if (looked.never) return {Lane::Case, "never_list"};
  if (looked.sensitive) return {Lane::Case, "sensitive"};
  if (is_broad(item.matter, target)) return {Lane::Case, "breadth"};
  if (!item.seen_at) return {Lane::Case, "no_time"};
  if (now - *item.seen_at > life_days(item.matter, target.kind()) * kDayMs) return {Lane::AsEver, "too_old"};
  Judged judged{Lane::Alert};
  if (const Category* category = item.matter.category()) {
    for (const Gate gate : row(*category).gates) {
      std::optional<std::string> answer = answer_of(terms, gate, record);
      if (!answer || blocks(gate, *answer, terms.effect)) return {Lane::Case, std::string(name(gate))};
      judged.gates.push_back({gate, *std::move(answer)});
    }
  }
  judged.gates.push_back({Gate::SensitiveTarget, "not_sensitive"});
  judged.gates.push_back({Gate::Breadth, "narrowest"});
  return judged;
}

// ── alerts as JSON ──

Json to_json(const Alert& alert) {
  Json::Array gates;
  for (const GateGiven& one : alert.gates)
    gates.push_back(Json::Object{{"gate", name(one.gate)}, {"answer", one.answer}});
  Json body =
      Json::Object{{"alert", alert.id.text()},
                   {"rule", alert.rule.text()},
                   {"report", alert.report.text()},
                   {"matter", alert.matter.id()},
                   {"target", Json::Object{{"kind", name(alert.target.kind())}, {"value", alert.target.canonical()}}},
                   {"observed_at", to_rfc3339(alert.observed_at)},
                   {"to", alert.to},
                   {"responsible", alert.responsible},
                   {"gates", std::move(gates)},
                   {"at", to_rfc3339(alert.at)},
                   {"reply_by", to_rfc3339(alert.reply_by)},
                   {"sunset_at", to_rfc3339(alert.sunset_at)},
                   {"body", alert.body.hex()}};
  if (alert.port) body.set("port", *alert.port);
  return body;
}

Result<Alert> read_alert(const Json& body) {
  AlertId id = TRY(AlertId::parse(TRY(body.text("alert"))));
  RuleId rule = TRY(RuleId::parse(TRY(body.text("rule"))));
  ReportId report = TRY(ReportId::parse(TRY(body.text("report"))));
  const Matter matter = TRY(parse_matter(TRY(body.text("matter"))));
  const Json* shown = body.find("target");
  if (shown == nullptr) return fail(Fault::Malformed, "expected the target of an alert");
  const ObservableKind kind = TRY(parse_observable_kind(TRY(shown->text("kind"))));
  Observable target = TRY(parse_observable(kind, TRY(shown->text("value"))));
  std::optional<int> port;
  if (body.find("port") != nullptr) port = static_cast<int>(TRY(body.number("port")));
  const Instant observed_at = TRY(parse_rfc3339(TRY(body.text("observed_at"))));
  std::string to = TRY(body.text("to"));
  std::string responsible = TRY(body.text("responsible"));
  std::vector<GateGiven> gates;
  for (const Json& one : TRY(body.list("gates"))) {
    const Gate gate = TRY(parse_gate(TRY(one.text("gate"))));
    std::string answer = TRY(one.text("answer"));
    TRY(check_answer(gate, answer));
    gates.push_back({gate, std::move(answer)});
  }
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Instant reply_by = TRY(parse_rfc3339(TRY(body.text("reply_by"))));
  const Instant sunset_at = TRY(parse_rfc3339(TRY(body.text("sunset_at"))));
  const Digest content = TRY(parse_digest(TRY(body.text("body"))));
  return Alert{
      std::move(id), std::move(rule),        std::move(report), matter, std::move(target), port,      observed_at,
      std::move(to), std::move(responsible), std::move(gates),  at,     reply_by,          sunset_at, content};
}

std::string leaf_of(const Alert& alert) { return to_text(to_json(alert)); }

std::string write_alerts(const std::vector<Alert>& alerts) {
  Json::Array list;
  for (const Alert& alert : alerts) list.push_back(to_json(alert));
  return to_text(Json(std::move(list)));
}

Result<std::vector<Alert>> read_alerts(std::string_view bytes) {
  const Result<Json> read = parse_json(bytes);
  if (!read || read->array() == nullptr) return fail(Fault::Corrupt, "these are no alerts of a batch");
  std::vector<Alert> alerts;
  for (const Json& one : *read->array()) {
    Result<Alert> alert = read_alert(one);
    if (!alert) return fail(Fault::Corrupt, alert.error().message, "alert " + std::to_string(alerts.size()));
    alerts.push_back(*std::move(alert));
  }
  return alerts;
}

// ── events as JSON ──

Json to_json(const AlertsComposed& event) {
  return Json::Object{{"batch", event.batch.text()}, {"rule", event.rule.text()},
                      {"at", to_rfc3339(event.at)},  {"blob", event.blob.hex()},
                      {"root", event.root.hex()},    {"keys", Json::Array(event.keys.begin(), event.keys.end())}};
}

Result<AlertsComposed> read_alerts_composed(const Json& body) {
  AlertBatchId batch = TRY(AlertBatchId::parse(TRY(body.text("batch"))));
  RuleId rule = TRY(RuleId::parse(TRY(body.text("rule"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Digest blob = TRY(parse_digest(TRY(body.text("blob"))));
  const Digest root = TRY(parse_digest(TRY(body.text("root"))));
  std::vector<std::string> keys;
  for (const Json& key : TRY(body.list("keys"))) {
    if (key.string() == nullptr || !is_alert_key(*key.string()))
      return fail(Fault::Malformed, "expected keys of alerts, 32 hex digits each");
    keys.push_back(*key.string());
  }
  if (keys.empty()) return fail(Fault::Malformed, "a batch of no alerts");
  return AlertsComposed{std::move(batch), std::move(rule), at, blob, root, std::move(keys)};
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
