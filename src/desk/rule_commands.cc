// The rows of desk/routes.cc about standing rules.
#include "base/text.h"
#include "desk/alerts.h"
#include "desk/commands.h"
#include "desk/flow.h"
#include "desk/rules.h"
#include "desk/shapes.h"

namespace cordon {

namespace {

constexpr std::int64_t kShownRules = 200;

Result<RuleId> rule_id(const Json& arguments) { return RuleId::parse(TRY(arguments.text("rule"))); }

Json counts_by_why(const std::map<std::string, std::int64_t>& counts) {
  Json::Object shown;
  for (const auto& [why, count] : counts) shown.emplace(why, count);
  return shown;
}

Json examples(const std::vector<RulePreview::Example>& examples) {
  Json::Array shown;
  for (const RulePreview::Example& one : examples) {
    Json line = Json::Object{{"defanged", one.defanged}};
    if (!one.observed_at.empty()) line.set("observed_at", one.observed_at).set("to", one.to);
    if (!one.why.empty()) line.set("why", one.why);
    shown.push_back(std::move(line));
  }
  return shown;
}

}  // namespace

Result<Nothing> rule_propose(Desk& desk, const Permit<Act::Propose>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Matter matter = TRY(parse_matter(TRY(arguments.text("category"))));
  RuleWish wish{ActionKind::Alert, matter, {}, Effect::Inform, Recipient::Host, {}, 0, 0};
  for (const Json& kind : TRY(arguments.list("kinds")))
    wish.kinds.insert(TRY(parse_observable_kind(kind.string() ? *kind.string() : std::string())));
  wish.effect = TRY(parse_effect(TRY(arguments.text("effect"))));
  wish.recipient = TRY(parse_recipient(TRY(arguments.text("recipient"))));
  wish.source = TRY(arguments.text("feed"));
  wish.quota = TRY(arguments.number("quota"));
  wish.days = TRY(arguments.number("days"));
  wish.items = arguments.number_or("items", kMostItemsOfAlert);
  emit(TRY(show_rule(desk, TRY(propose_rule(desk, who, call.who->key, wish)))));
  return Nothing{};
}

Result<Nothing> rule_approve(Desk& desk, const Permit<Act::Approve>& who, Call& call, const Emit& emit) {
  const Digest digest = TRY(parse_digest(TRY(call.arguments.text("digest"))));
  emit(TRY(show_rule(desk, TRY(approve_rule(desk, who, call.who->key, TRY(rule_id(call.arguments)), digest)))));
  return Nothing{};
}

Result<Nothing> rule_return(Desk& desk, const Permit<Act::ReturnProposal>& who, Call& call, const Emit& emit) {
  const std::string reason = TRY(call.arguments.text("reason"));
  emit(TRY(show_rule(desk, TRY(return_rule(desk, who, TRY(rule_id(call.arguments)), reason)))));
  return Nothing{};
}

Result<Nothing> rule_refuse(Desk& desk, const Permit<Act::RefuseProposal>& who, Call& call, const Emit& emit) {
  const std::string reason = TRY(call.arguments.text("reason"));
  emit(TRY(show_rule(desk, TRY(refuse_rule(desk, who, TRY(rule_id(call.arguments)), reason)))));
  return Nothing{};
}

Result<Nothing> rule_stop(Desk& desk, const Permit<Act::StopRule>& who, Call& call, const Emit& emit) {
  const std::string reason = TRY(call.arguments.text("reason"));
  emit(TRY(show_rule(desk, TRY(stop_rule(desk, who, TRY(rule_id(call.arguments)), reason)))));
  return Nothing{};
}

Result<Nothing> rule_list(Desk& desk, Call&, const Emit& emit) {
  for (const StandingRule& rule : TRY(desk.store().rules(kShownRules))) emit(TRY(show_rule(desk, rule)));
  return Nothing{};
}

Result<Nothing> rule_show(Desk& desk, Call& call, const Emit& emit) {
  emit(TRY(show_rule(desk, TRY(desk.store().find_rule(TRY(rule_id(call.arguments)))))));
  return Nothing{};
}

Result<Nothing> rule_preview(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  const RuleId id = TRY(rule_id(call.arguments));
  const RulePreview preview = TRY(preview_rule(desk, who, id));
  emit(Json::Object{{"rule", id.text()},
                    {"reports", preview.reports},
                    {"alerts", preview.alerts},
                    {"mails", preview.mails},
                    {"repeated", preview.repeated},
                    {"over_quota", preview.over_quota},
                    {"by_hand", preview.by_hand},
                    {"cases", counts_by_why(preview.cases)},
                    {"as_ever", counts_by_why(preview.as_ever)},
                    {"would_send", examples(preview.would_send)},
                    {"would_be_cases", examples(preview.would_be_cases)},
                    {"held_because", preview.held_because}});
  return Nothing{};
}

// One reviewer, or two officers: the second signs in through the desk's own socket.
Result<Nothing> rule_recall_batch(Desk& desk, Call& call, const Emit& emit) {
  const AlertBatchId id = TRY(AlertBatchId::parse(TRY(call.arguments.text("batch"))));
  std::vector<SignedIn> by;
  if (call.arguments.find("by") != nullptr) by = TRY(others_signed_in(desk, call.arguments, Act::CountersignRecall));
  TRY(may(call.who->officer, by.empty() ? Act::RecallAlone : Act::Recall));
  if (by.size() > 1) return fail(Fault::Usage, "a recall takes one reviewer, or an analyst and --by an approver");
  const std::string reason = TRY(call.arguments.text("reason"));
  emit(TRY(recall_alerts(desk, *call.who, by.empty() ? nullptr : &by.front(), id, reason)));
  return Nothing{};
}

// ── alerts that no mail brings ──

Result<Nothing> alert_by_hand(Desk& desk, const Permit<Act::SendNotices>&, Call&, const Emit& emit) {
  AlertSender sender(desk);
  for (const AlertSender::ByHand& one : TRY(sender.waiting_by_hand())) {
    const Alert& alert = one.alert;
    emit(Json::Object{{"batch", one.batch.text()},
                      {"position", one.position},
                      {"alert", alert.id.text()},
                      {"rule", alert.rule.text()},
                      {"to", alert.to},
                      {"items", alert.items.size()},
                      {"at", to_rfc3339(alert.at)},
                      {"reply_by", to_rfc3339(alert.reply_by)}});
  }
  return Nothing{};
}

// What it says of targets is what the case of one would: the reading is recorded.
Result<Nothing> alert_letter(Desk& desk, const Permit<Act::SendNotices>& who, Call& call, const Emit& emit) {
  const AlertBatchId batch = TRY(AlertBatchId::parse(TRY(call.arguments.text("batch"))));
  const std::int64_t position = TRY(call.arguments.number("position"));
  AlertSender sender(desk);
  const Letter letter = TRY(sender.letter(batch, position));
  TRY(record_reading(desk, "alert_letter", batch.text(), who.officer()));
  emit(Json::Object{{"batch", batch.text()},
                    {"position", position},
                    {"to", letter.to},
                    {"message_id", letter.message_id},
                    {"mail", letter.mail}});
  return Nothing{};
}

Result<Nothing> alert_taken(Desk& desk, const Permit<Act::SendNotices>&, Call& call, const Emit& emit) {
  const AlertBatchId batch = TRY(AlertBatchId::parse(TRY(call.arguments.text("batch"))));
  const std::int64_t position = TRY(call.arguments.number("position"));
  const std::string ticket = TRY(call.arguments.text("ticket"));
  AlertSender sender(desk);
  TRY(sender.taken_by_hand(batch, position, ticket));
  emit(show(TRY(desk.store().find_alert_batch(batch)), TRY(desk.store().count_alerts(batch))));
  return Nothing{};
}

}  // namespace cordon
