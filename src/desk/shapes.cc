#include "desk/shapes.h"

#include "base/text.h"
#include "desk/commands.h"
#include "desk/sources.h"

namespace cordon {

namespace {

Json shown_observable(const Observable& observable) {
  return Json::Object{
      {"kind", name(observable.kind())}, {"value", observable.canonical()}, {"defanged", defang(observable)}};
}

Json ids(const std::vector<EvidenceId>& evidence) {
  Json::Array list;
  for (const EvidenceId& id : evidence) list.emplace_back(id.text());
  return list;
}

}  // namespace

Json show(const Error& error) {
  return Json::Object{{"fault", name(error.fault)}, {"message", error.message}, {"where", error.where}};
}

Json show(const RunItem& item, const std::string& file) {
  return Json::Object{{"file", printable(file, 255)},
                      {"position", item.position},
                      {"outcome", name(item.outcome)},
                      {"code", item.code},
                      {"reason", item.reason},
                      {"report", item.report ? Json(item.report->text()) : Json()},
                      {"case", item.case_id ? Json(item.case_id->text()) : Json()}};
}

Json show(const Officer& officer) {
  Json::Array roles;
  for (const Role role : officer.roles) roles.emplace_back(name(role));
  return Json::Object{{"officer", officer.id.text()},
                      {"login", officer.login},
                      {"roles", std::move(roles)},
                      {"key", to_base64(officer.key)}};
}

Json show(const ApiKey& key) {
  Json::Array scopes;
  for (const KeyScope scope : key.issued.scopes) scopes.emplace_back(name(scope));
  Json line = Json::Object{{"key", key.issued.id.text()},
                           {"name", key.issued.name},
                           {"scopes", std::move(scopes)},
                           {"begins_at", to_rfc3339(key.issued.begins_at)},
                           {"ends_at", to_rfc3339(key.issued.ends_at)}};
  if (key.ended) line.set("ended_at", to_rfc3339(key.ended->at));
  return line;
}

Json show(const CaseSummary& summary) {
  return Json::Object{{"case", summary.id.text()},
                      {"category", summary.matter.id()},
                      {"target", shown_observable(summary.target)},
                      {"state", name(summary.state)},
                      {"opened_at", to_rfc3339(summary.opened_at)},
                      {"reports", summary.reports}};
}

Json show(const Case& the_case) {
  Json line = show(
      CaseSummary{the_case.id, the_case.matter, the_case.target, the_case.state, the_case.opened_at, the_case.reports});
  if (the_case.port) line.set("port", *the_case.port);
  if (the_case.last_seen_at) line.set("last_seen_at", to_rfc3339(*the_case.last_seen_at));
  Json::Array also, evidence, facts, gates;
  for (const Observable& observable : the_case.also) also.push_back(shown_observable(observable));
  for (const Evidence& piece : the_case.evidence) {
    if (piece.erased) {
      evidence.push_back(Json::Object{{"evidence", piece.id.text()},
                                      {"erased", name(piece.erased->ground)},
                                      {"erased_at", to_rfc3339(piece.erased->at)}});
      continue;
    }
    const auto readers = the_case.opened_by.find(piece.id);
    Json one = Json::Object{{"evidence", piece.id.text()},
                            {"sha256", piece.content.hex()},
                            {"media_type", piece.media_type},
                            {"size", piece.size},
                            {"description", piece.description},
                            {"readers", readers == the_case.opened_by.end() ? std::size_t{0} : readers->second.size()}};
    if (piece.stamped_at) one.set("stamped_at", to_rfc3339(*piece.stamped_at));
    evidence.push_back(std::move(one));
  }
  for (const Fact& fact : the_case.facts)
    facts.push_back(Json::Object{{"text", fact.text}, {"evidence", ids(fact.evidence)}});
  for (const auto& [gate, answer] : the_case.gates) {
    gates.push_back(Json::Object{
        {"gate", name(gate)}, {"answer", answer.answer}, {"basis", answer.basis}, {"evidence", ids(answer.evidence)}});
  }
  // What says how this case came to be, and what stops its end; absent where there is nothing to say.
  const auto id = [&](const char* key, const std::optional<CaseId>& other) {
    if (other) line.set(key, other->text());
  };
  id("joined_into", the_case.joined_into);
  id("earlier", the_case.earlier);
  id("split_from", the_case.split_from);
  if (the_case.live < the_case.reports) line.set("erased_reports", the_case.reports - the_case.live);
  Json::Array joined, holds;
  for (const CaseId& one : the_case.joined) joined.emplace_back(one.text());
  for (const Hold& hold : the_case.holds)
    holds.push_back(
        Json::Object{{"hold", hold.id.text()}, {"reason", hold.reason}, {"ends_at", to_rfc3339(hold.ends_at)}});
  if (!joined.empty()) line.set("joined", std::move(joined));
  if (!holds.empty()) line.set("holds", std::move(holds));
  return line.set("also", std::move(also))
      .set("evidence", std::move(evidence))
      .set("facts", std::move(facts))
      .set("gates", std::move(gates));
}

Json show(const Proposal& proposal) {
  const Proposed& proposed = proposal.proposed;
  Json line = Json::Object{{"proposal", proposed.id.text()},
                           {"case", proposed.case_id.text()},
                           {"category", proposed.matter.id()},
                           {"target", shown_observable(proposed.target)},
                           {"kind", name(proposed.wish.kind)},
                           {"effect", name(proposed.wish.effect)},
                           {"recipient", name(proposed.wish.recipient)},
                           {"contact", proposed.wish.contact},
                           {"digest", proposed.body.hex()},
                           {"evidence", ids(proposed.evidence)},
                           {"state", name(proposal.state)},
                           {"at", to_rfc3339(proposed.at)},
                           {"notice", proposed.notice.text()}};
  if (proposal.approved) line.set("approved_at", to_rfc3339(proposal.approved->at));
  if (proposal.returned) line.set("reason", proposal.returned->reason);
  return line;
}

Json show(const ReportOfCase& report) {
  return Json::Object{
      {"report", report.id.text()}, {"source", report.source}, {"at", to_rfc3339(report.at)}, {"text", report.text}};
}

Json show(const Hold& hold, Instant now) {
  Json line = Json::Object{{"hold", hold.id.text()},
                           {"case", hold.case_id.text()},
                           {"reason", hold.reason},
                           {"from", to_rfc3339(hold.from)},
                           {"ends_at", to_rfc3339(hold.ends_at)},
                           {"remind_at", to_rfc3339(hold.remind_at)},
                           {"ends_soon", now >= hold.remind_at}};
  if (hold.evidence) line.set("evidence", hold.evidence->text());
  return line;
}

Json show(const OutboxItem& item) {
  return Json::Object{{"notice", item.notice.text()},
                      {"proposal", item.proposal.text()},
                      {"leaf", item.leaf_index},
                      {"state", item.sent ? "sent" : "approved-not-sent"},
                      {"receipt", item.receipt}};
}

Json show(const Action& action) {
  Json line = Json::Object{{"notice", action.notice.text()},          {"proposal", action.proposal.text()},
                           {"case", action.case_id.text()},           {"state", name(action.state)},
                           {"reply_by", to_rfc3339(action.reply_by)}, {"sunset_at", to_rfc3339(action.sunset_at)}};
  if (action.sent_at) line.set("sent_at", to_rfc3339(*action.sent_at));
  if (action.reminded_at) line.set("reminded_at", to_rfc3339(*action.reminded_at));
  if (!action.answer) return line;
  line.set("result", name(action.answer->result)).set("reference", action.answer->reference);
  line.set("given_at", to_rfc3339(action.answer->given_at));
  if (action.answer->reason) line.set("reason", name(*action.answer->reason));
  return line;
}

Json show(const LetterRow& letter) {
  Json line =
      Json::Object{{"message_id", letter.message_id}, {"state", name(letter.state)}, {"at", to_rfc3339(letter.at)}};
  if (!letter.tries) return line;
  line.set("tries", letter.tries->tries).set("line", letter.tries->line);
  if (letter.tries->next_at && letter.state == LetterState::Waiting)
    line.set("next_at", to_rfc3339(*letter.tries->next_at));
  return line;
}

Json show(const KeptAnswer& answer) {
  const AnswerCame& came = answer.came;
  Json line = Json::Object{{"answer", came.id.text()},
                           {"notice", came.notice.text()},
                           {"at", to_rfc3339(came.at)},
                           {"kind", name(came.kind)},
                           {"clue", came.clue ? name(*came.clue) : "page"},
                           {"sure", came.sure},
                           {"state", name(answer.state)},
                           {"sender", came.sender}};
  if (!came.status.empty()) line.set("status", came.status);
  if (!came.ticket.empty()) line.set("ticket", came.ticket);
  if (came.proposed) line.set("proposed", proposed_word(*came.proposed));
  if (came.proposed && came.proposed->reason) line.set("reason", name(*came.proposed->reason));
  return line;
}

// The word that `notice answer` takes.
std::string_view proposed_word(const ProposedStep& step) {
  if (step.command == ActionCommand::Acknowledge) return "acknowledged";
  if (step.command == ActionCommand::Bounce) return "bounced";
  return step.result ? name(*step.result) : "acknowledged";
}

Json show(const PartyNotice& party) {
  Json line = Json::Object{{"notice", party.notice.text()},
                           {"state", name(party.state)},
                           {"due_at", to_rfc3339(party.due_at)},
                           {"deferrals", party.deferrals},
                           {"to", party.to}};
  if (party.deferred_until) line.set("deferred_until", to_rfc3339(*party.deferred_until));
  return line;
}

Json show_to_appellant(const Appeal& appeal) {
  Json line = Json::Object{{"state", name(appeal.state)},
                           {"late", appeal.late},
                           {"lodged_at", to_rfc3339(appeal.lodged.at)},
                           {"decide_by", to_rfc3339(appeal.lodged.decide_by)}};
  if (appeal.interim) line.set("interim_granted", *appeal.interim);
  if (appeal.dismissed) line.set("dismissed", name(*appeal.dismissed));
  if (appeal.decision) {
    Json::Array remedies;
    for (const Remedy remedy : appeal.decision->remedies) remedies.emplace_back(name(remedy));
    line.set("verdict", name(appeal.decision->verdict));
    line.set("reasons", appeal.decision->reasons).set("remedies", std::move(remedies));
  }
  if (appeal.decided_at) line.set("decided_at", to_rfc3339(*appeal.decided_at));
  return line;
}

Json show(const Appeal& appeal) {
  Json::Array grounds;
  for (const AppealGround ground : appeal.lodged.grounds) grounds.emplace_back(name(ground));
  Json line = show_to_appellant(appeal);
  line.set("appeal", appeal.lodged.id.text()).set("role", name(appeal.lodged.role));
  line.set("grounds", std::move(grounds)).set("interim_asked", appeal.lodged.interim_asked);
  if (appeal.lodged.notice) line.set("notice", appeal.lodged.notice->text());
  if (appeal.lodged.case_id) line.set("case", appeal.lodged.case_id->text());
  if (appeal.reviewer) line.set("reviewer", appeal.reviewer->text());
  return line;
}

std::string fingerprint(const PublicKey& key) { return sha256(key.view()).hex(); }

Json show(const Guarded& guard) {
  Json line = Json::Object{{"gate", name(Gate::SensitiveTarget)}, {"answer", guard.answer()}, {"basis", guard.basis}};
  if (guard.list) line.set("list", guard.list->hex());
  if (guard.holder) line.set("holder", name(*guard.holder));
  return line;
}

Json show(const PeerRow& row) {
  return to_json(row.peer)
      .set("since", to_rfc3339(row.since))
      .set("fingerprint", fingerprint(row.peer.key))
      .set("last_in", row.last_in)
      .set("last_out", row.last_out);
}

// ── the same shapes, for who reads the document ──

namespace {

constexpr Member kTarget[] = {{"kind", "line"}, {"value", "text"}, {"defanged", "text"}};
constexpr Member kEvidenceMembers[] = {
    {"evidence", "id"},        {"sha256", "digest", false},    {"media_type", "text", false},
    {"size", "whole", false},  {"description", "text", false}, {"readers", "whole", false},
    {"erased", "line", false}, {"erased_at", "time", false},   {"stamped_at", "time", false}};
constexpr Member kFactMembers[] = {{"text", "text"}, {"evidence", "[id]"}};
constexpr Member kGateAnswer[] = {{"gate", "line"}, {"answer", "line"}, {"basis", "text"}, {"evidence", "[id]"}};
constexpr Member kSummary[] = {{"case", "id"},    {"category", "line"},  {"target", "Target"},
                               {"state", "line"}, {"opened_at", "time"}, {"reports", "whole"}};
constexpr Member kCaseMembers[] = {{"guard", "GuardAnswer", false},    {"port", "whole", false},
                                   {"last_seen_at", "time", false},    {"also", "[Target]"},
                                   {"evidence", "[Evidence]"},         {"facts", "[Fact]"},
                                   {"gates", "[GateAnswer]"},          {"index", "line", false},
                                   {"leads", "[Lead]", false},         {"sources", "whole"},
                                   {"erased_reports", "whole", false}, {"joined", "[id]", false},
                                   {"joined_into", "id", false},       {"earlier", "id", false},
                                   {"split_from", "id", false},        {"holds", "[CaseHold]", false}};
constexpr Member kCaseHold[] = {{"hold", "id"}, {"reason", "text"}, {"ends_at", "time"}};
constexpr Member kSplit[] = {{"case", "id"}, {"new_case", "id"}, {"reports", "whole"}};
constexpr Member kJoined[] = {{"case", "id"}, {"joined_into", "id"}};
constexpr Member kParted[] = {{"case", "id"}, {"parted_from", "id"}};
// A row of the table, a hold, or, as the last, what is due now.
constexpr Member kRetention[] = {
    {"row", "line", false},       {"charter", "line", false},   {"days", "whole?", false},
    {"longest", "whole?", false}, {"begins", "line", false},    {"then", "line", false},
    {"ended_by", "line", false},  {"hold", "id", false},        {"case", "id", false},
    {"evidence", "id", false},    {"reason", "text", false},    {"from", "time", false},
    {"ends_at", "time", false},   {"remind_at", "time", false}, {"ends_soon", "flag", false},
    {"due", "flag", false},       {"cases", "counts", false},   {"reports", "whole", false},
    {"refused", "whole", false},  {"pieces", "whole", false},   {"appeals", "whole", false},
    {"batches", "whole", false},  {"held", "[id]", false},      {"alert_batches", "whole", false}};
constexpr Member kLead[] = {{"asked", "text"},
                            {"asked_defanged", "text"},
                            {"match", "line"},
                            {"age_days", "whole"},
                            {"others", "whole"},
                            {"generation", "whole"},
                            {"value", "text"},
                            {"defanged", "text"},
                            {"kind", "line"},
                            {"reach", "line"},
                            {"standing", "line"},
                            {"source", "text"},
                            {"category", "line", false},
                            {"tlp", "line"},
                            {"pap", "line"},
                            {"confidence", "whole"},
                            {"added", "line"},
                            {"valid_until", "line"},
                            {"id", "text", false}};
constexpr Member kProposalMembers[] = {{"proposal", "id"},       {"case", "id"},
                                       {"category", "line"},     {"target", "Target"},
                                       {"kind", "line"},         {"effect", "line"},
                                       {"recipient", "line"},    {"contact", "text"},
                                       {"digest", "digest"},     {"evidence", "[id]"},
                                       {"state", "line"},        {"at", "time"},
                                       {"notice", "id"},         {"approved_at", "time", false},
                                       {"reason", "text", false}};
constexpr Member kDecided[] = {{"sent", "flag"}, {"not_sent_because", "text", false}};
constexpr Member kWithBody[] = {{"body", "text"}, {"parts", "[MailPart]"}};
constexpr Member kMailPart[] = {{"type", "line"}, {"text", "text"}};
constexpr Member kReport[] = {{"report", "id"}, {"source", "line"}, {"at", "time"}, {"text", "text"}};
constexpr Member kRunItem[] = {{"file", "text"},   {"position", "whole"}, {"outcome", "line"}, {"code", "line"},
                               {"reason", "text"}, {"report", "id?"},     {"case", "id?"}};
constexpr Member kOfficer[] = {{"officer", "id"}, {"login", "line"}, {"roles", "[line]"}, {"key", "line"}};
constexpr Member kSession[] = {{"csrf", "line"}, {"ends_at", "time"}};
constexpr Member kNotice[] = {
    {"notice", "id"}, {"proposal", "id"}, {"leaf", "whole"}, {"state", "line"}, {"receipt", "text"}};
constexpr Member kAct[] = {{"notice", "id"},
                           {"proposal", "id"},
                           {"case", "id"},
                           {"state", "line"},
                           {"reply_by", "time"},
                           {"sunset_at", "time"},
                           {"sent_at", "time", false},
                           {"reminded_at", "time", false},
                           {"result", "line", false},
                           {"reference", "text", false},
                           {"reason", "line", false},
                           {"given_at", "time", false}};
constexpr Member kActMessage[] = {
    {"message", "id"}, {"kind", "line"}, {"to", "text"}, {"at", "time"}, {"sent", "flag"}};
constexpr Member kLetter[] = {{"message_id", "line"},    {"state", "line"},          {"at", "time"},
                              {"tries", "whole", false}, {"next_at", "time", false}, {"line", "text", false}};
constexpr Member kAnswerMembers[] = {{"answer", "id"},
                                     {"notice", "id"},
                                     {"at", "time"},
                                     {"kind", "line"},
                                     {"clue", "line"},
                                     {"sure", "flag"},
                                     {"state", "line"},
                                     {"sender", "line"},
                                     {"status", "line", false},
                                     {"ticket", "line", false},
                                     {"proposed", "line", false},
                                     {"reason", "line", false}};
constexpr Member kAnswerText[] = {{"subject", "line"}, {"text", "text"}, {"attachments", "[AnswerAttachment]"}};
constexpr Member kAnswerAttachment[] = {{"name", "line"}, {"type", "line"}, {"size", "whole"}};
constexpr Member kAnswerReceipt[] = {{"received_at", "time"}, {"sunset_at", "time"}};
constexpr Member kActWithMessages[] = {{"messages", "[ActMessage]"},
                                       {"party", "PartyNotice", false},
                                       {"appeals", "whole"},
                                       {"letters", "[Letter]"},
                                       {"answers", "[Answer]"}};
constexpr Member kPartyNotice[] = {{"notice", "id"},       {"state", "line"}, {"due_at", "time"},
                                   {"deferrals", "whole"}, {"to", "text"},    {"deferred_until", "time", false}};
constexpr Member kReopened[] = {{"case", "id"}, {"state", "line"}};
constexpr Member kAppealReceipt[] = {{"receipt", "line"}, {"decide_by", "time"}};
constexpr Member kAppealFollowed[] = {{"state", "line"},
                                      {"late", "flag"},
                                      {"lodged_at", "time"},
                                      {"decide_by", "time"},
                                      {"interim_granted", "flag", false},
                                      {"dismissed", "line", false},
                                      {"verdict", "line", false},
                                      {"reasons", "text", false},
                                      {"remedies", "[line]", false},
                                      {"decided_at", "time", false}};
constexpr Member kAppealMembers[] = {{"appeal", "id"},          {"role", "line"},        {"grounds", "[line]"},
                                     {"interim_asked", "flag"}, {"notice", "id", false}, {"case", "id", false},
                                     {"reviewer", "id", false}};
constexpr Member kAppealText[] = {{"text", "text"}, {"contact", "text"}};
constexpr Member kFeedMembers[] = {{"name", "line"},       {"publisher", "line"},       {"publisher_kind", "line"},
                                   {"own_sensor", "flag"}, {"machine", "line"},         {"categories", "object"},
                                   {"fields", "object"},   {"profile", "digest", false}};
constexpr Member kSigner[] = {{"key_id", "line"}, {"role", "line"}};
constexpr Member kAlertBatch[] = {{"batch", "id"},
                                  {"rule", "id"},
                                  {"at", "time"},
                                  {"leaf", "whole"},
                                  {"root", "digest"},
                                  {"alerts", "whole"},
                                  {"items", "whole"},
                                  {"waiting", "whole"},
                                  {"sent", "whole"},
                                  {"withheld", "whole"},
                                  {"recalling", "whole"},
                                  {"recalled", "whole"},
                                  {"recalled_at", "time", false}};
constexpr Member kAlertByHand[] = {{"batch", "id"}, {"position", "whole"}, {"alert", "id"}, {"rule", "id"},
                                   {"to", "line"},  {"items", "whole"},    {"at", "time"},  {"reply_by", "time"}};
constexpr Member kAlertLetter[] = {
    {"batch", "id"}, {"position", "whole"}, {"to", "line"}, {"message_id", "line"}, {"mail", "text"}};
constexpr Member kRuleMembers[] = {{"rule", "id"},
                                   {"state", "line"},
                                   {"kind", "line"},
                                   {"binding", "line"},
                                   {"matter", "line"},
                                   {"kinds", "[line]"},
                                   {"effect", "line"},
                                   {"recipient", "line"},
                                   {"feed", "Feed"},
                                   {"template", "digest"},
                                   {"quota", "whole"},
                                   {"national_article", "text"},
                                   {"charter", "digest"},
                                   {"annex", "digest"},
                                   {"at", "time"},
                                   {"ends_at", "time"},
                                   {"digest", "digest"},
                                   {"waiting", "whole"},
                                   {"sent", "whole"},
                                   {"withheld", "whole"},
                                   {"recalling", "whole"},
                                   {"recalled", "whole"},
                                   {"items", "whole"},
                                   {"mails_sent", "whole"},
                                   {"mails_waiting", "whole"},
                                   {"left_out", "whole"},
                                   {"approved_at", "time", false},
                                   {"signers", "[Signer]", false},
                                   {"ended_at", "time", false},
                                   {"batches", "[AlertBatch]"}};
constexpr Member kRuleExample[] = {
    {"defanged", "text"}, {"observed_at", "time", false}, {"to", "line", false}, {"why", "line", false}};
constexpr Member kRulePreview[] = {{"rule", "id"},
                                   {"reports", "whole"},
                                   {"alerts", "whole"},
                                   {"mails", "whole"},
                                   {"repeated", "whole"},
                                   {"over_quota", "whole"},
                                   {"by_hand", "whole"},
                                   {"cases", "counts"},
                                   {"as_ever", "counts"},
                                   {"would_send", "[RuleExample]"},
                                   {"would_be_cases", "[RuleExample]"},
                                   {"held_because", "text"}};
constexpr Member kNumbers[] = {
    {"cases", "whole"},           {"reports", "whole"},       {"proposals", "whole"},        {"notices_sent", "whole"},
    {"notices_waiting", "whole"}, {"leaves_staged", "whole"}, {"leaves_published", "whole"}, {"outcomes", "counts"}};
constexpr Member kReceipt[] = {{"receipt", "line"}, {"outcome", "line"}, {"code", "line"}};
constexpr Member kFollowed[] = {{"outcome", "line"}, {"code", "line"}, {"state", "line?"}, {"result", "line", false}};
constexpr Member kHealth[] = {{"status", "line"}, {"version", "line"}};
constexpr Member kAttached[] = {{"evidence", "id"}, {"sha256", "digest"}, {"size", "whole"}};
constexpr Member kEntered[] = {{"case", "id"}, {"fact", "line"}};
constexpr Member kAnswered[] = {{"case", "id"}, {"gate", "line"}, {"answer", "line"}};
constexpr Member kSent[] = {{"sent", "whole"}};
constexpr Member kEnded[] = {{"session", "line"}};
constexpr Member kLogHead[] = {{"origin", "line"}, {"size", "whole"}, {"root", "digest"}, {"checkpoint", "text"}};
constexpr Member kApiKey[] = {{"key", "id"},         {"name", "line"},    {"scopes", "[line]"},
                              {"begins_at", "time"}, {"ends_at", "time"}, {"ended_at", "time", false}};
constexpr Member kLogEntryMembers[] = {{"index", "whole"}, {"leaf", "object"}};
constexpr Member kGuardAnswer[] = {
    {"gate", "line"}, {"answer", "line"}, {"basis", "text"}, {"list", "digest", false}, {"holder", "line", false}};
constexpr Member kGuard[] = {
    {"state", "line"},        {"country", "line", false},  {"dated", "time", false},
    {"until", "time", false}, {"entries", "whole", false}, {"digest", "digest", false},
};
constexpr Member kGlassMembers[] = {
    {"glass", "id"},   {"case", "id"}, {"use", "line"},        {"recipient", "line"},
    {"state", "line"}, {"at", "time"}, {"confirm_by", "time"},
};
constexpr Member kPeerMembers[] = {
    {"desk", "line"},      {"country", "line"},        {"role", "line"},          {"state", "line"},
    {"key", "line"},       {"charter", "digest"},      {"agreed", "[line]"},      {"annex", "[line]"},
    {"head_at", "time"},   {"since", "time"},          {"fingerprint", "digest"}, {"last_in", "whole"},
    {"last_out", "whole"}, {"log_key", "line", false}, {"head", "object", false}};
constexpr Member kBorder[] = {{"desk", "line"},
                              {"key", "line"},
                              {"charter", "digest"},
                              {"categories", "[line]"},
                              {"log_key", "line"},
                              {"allow", "[line]"},
                              {"deny", "[line]"},
                              {"policy_digest", "digest"},
                              {"per_peer_per_day", "whole"}};
constexpr Member kDecision[] = {
    {"decision", "line"}, {"rule", "line"}, {"code", "line", false}, {"hold_for", "[line]", false}};
constexpr Member kExplanation[] = {{"case", "id"}, {"to", "line"}, {"duties", "[line]"}, {"why", "text"}};
constexpr Member kCrossing[] = {{"at", "time"},
                                {"peer", "line"},
                                {"sequence", "whole"},
                                {"outcome", "line"},
                                {"case", "id", false},
                                {"category", "line", false},
                                {"defanged", "text", false},
                                {"rule", "line", false},
                                {"decision", "line", false},
                                {"code", "line", false},
                                {"hold_for", "[line]", false},
                                {"references", "whole", false},
                                {"recalled", "whole", false},
                                {"refused", "counts", false}};
constexpr Member kReference[] = {{"id", "line"},       {"modified", "time"},    {"valid_until", "time"},
                                 {"category", "line"}, {"kind", "line"},        {"value", "text"},
                                 {"tlp", "line"},      {"pap", "line"},         {"duties", "[line]"},
                                 {"peer", "line"},     {"received_at", "time"}, {"defanged", "text"}};
constexpr Member kProblem[] = {{"type", "line"},     {"title", "line"}, {"status", "whole"}, {"detail", "text"},
                               {"instance", "text"}, {"fault", "line"}, {"where", "text"}};

constexpr Shape kShapes[] = {
    {"Target", "", kTarget},
    {"Evidence", "", kEvidenceMembers},
    {"Fact", "", kFactMembers},
    {"GateAnswer", "", kGateAnswer},
    {"CaseSummary", "", kSummary},
    {"Lead", "", kLead},
    {"CaseHold", "", kCaseHold},
    {"Case", "CaseSummary", kCaseMembers},
    {"CaseSplit", "", kSplit},
    {"CaseJoined", "", kJoined},
    {"CaseParted", "", kParted},
    {"Retention", "", kRetention},
    {"Proposal", "", kProposalMembers},
    {"Decided", "Proposal", kDecided},
    {"MailPart", "", kMailPart},
    {"ProposalWithBody", "Proposal", kWithBody},
    {"Report", "", kReport},
    {"RunItem", "", kRunItem},
    {"Officer", "", kOfficer},
    {"Session", "Officer", kSession},
    {"Notice", "", kNotice},
    {"Act", "", kAct},
    {"ActMessage", "", kActMessage},
    {"Letter", "", kLetter},
    {"Answer", "", kAnswerMembers},
    {"AnswerAttachment", "", kAnswerAttachment},
    {"AnswerWithText", "Answer", kAnswerText},
    {"AnswerReceipt", "", kAnswerReceipt},
    {"ActWithMessages", "Act", kActWithMessages},
    {"PartyNotice", "", kPartyNotice},
    {"Reopened", "", kReopened},
    {"AppealReceipt", "", kAppealReceipt},
    {"AppealFollowed", "", kAppealFollowed},
    {"Appeal", "AppealFollowed", kAppealMembers},
    {"AppealWithText", "Appeal", kAppealText},
    {"Feed", "", kFeedMembers},
    {"Signer", "", kSigner},
    {"AlertBatch", "", kAlertBatch},
    {"AlertByHand", "", kAlertByHand},
    {"AlertLetter", "", kAlertLetter},
    {"Rule", "", kRuleMembers},
    {"RuleExample", "", kRuleExample},
    {"RulePreview", "", kRulePreview},
    {"Numbers", "", kNumbers},
    {"Receipt", "", kReceipt},
    {"Followed", "", kFollowed},
    {"Health", "", kHealth},
    {"Attached", "", kAttached},
    {"Entered", "", kEntered},
    {"Answered", "", kAnswered},
    {"Sent", "", kSent},
    {"Ended", "", kEnded},
    {"LogHead", "", kLogHead},
    {"ApiKey", "", kApiKey},
    {"LogEntry", "", kLogEntryMembers},
    {"GuardAnswer", "", kGuardAnswer},
    {"Guard", "", kGuard},
    {"Glass", "", kGlassMembers},
    {"Guard", "", kGuard},
    {"Peer", "", kPeerMembers},
    {"Border", "", kBorder},
    {"Decision", "", kDecision},
    {"Explanation", "Decision", kExplanation},
    {"Crossing", "", kCrossing},
    {"Reference", "", kReference},
    {"Problem", "", kProblem},
};

}  // namespace

std::span<const Shape> shapes() { return kShapes; }

// ── a line for a person ──

namespace {

std::string target_text(const Json& line) {
  const Json* target = line.find("target");
  return target == nullptr ? std::string() : printable(target->text_or("defanged"), 100);
}

std::string list_of(const Json& line, std::string_view key, std::string_view title) {
  const Json* list = line.find(key);
  if (list == nullptr || list->array() == nullptr || list->array()->empty()) return {};
  std::string text = std::string(title) + ":\n";
  for (const Json& item : *list->array()) text += "  " + printable(to_text(item), 1000) + "\n";
  return text;
}

// Apart from the facts, and with the sentence that says what they are worth.
std::string leads_text(const Json& line) {
  const std::string index = line.text_or("index");
  std::string text;
  if (index == "not_readable") return "leads: index not readable\n";
  if (index == "behind") text = "leads: the newest index is not readable; an older one says this\n";
  const Json* list = line.find("leads");
  if (list == nullptr || list->array() == nullptr || list->array()->empty()) return text;
  text += "leads (hints to be checked; a lead proves nothing and is no fact):\n";
  for (const Json& lead : *list->array()) {
    const auto at = [&](std::string_view key) { return printable(lead.text_or(key), 300); };
    const std::string category = at("category").empty() ? "" : at("category") + ", ";
    const std::int64_t others = lead.number_or("others", 0);
    text += "  " + at("asked_defanged") + ": " + at("defanged") + " listed by " + at("source") + " (" + at("standing") +
            ", " + category + at("match") + ", " + std::to_string(lead.number_or("age_days", 0)) + " days), until " +
            at("valid_until") + ", TLP:" + at("tlp") + " PAP:" + at("pap") +
            (others > 0 ? ", and " + std::to_string(others) + " more" : "") + "\n";
  }
  return text;
}

// Of a log that somebody looked at as a whole: which lines others correct.
std::string corrected_in_words(const Json& line) {
  std::string text;
  const Json* all = line.find("corrected");
  if (all == nullptr || all->array() == nullptr) return text;
  for (const Json& one : *all->array())
    text += "  line " + std::to_string(one.number_or("line", 0)) + " is wrong (" +
            printable(one.text_or("ground"), 40) + "): line " + std::to_string(one.number_or("by", 0)) +
            " corrects it\n";
  return text;
}

}  // namespace

std::string for_people(const std::string& command, const Json& line) {
  const auto at = [&](std::string_view key) { return printable(line.text_or(key), 300); };
  if (const Json* error = line.find("error"))
    return "error: " + printable(error->text_or("message"), 500) + " (" + printable(error->text_or("where"), 200) +
           ")\n";
  if (command.starts_with("source ")) return source_in_words(line);
  if (command == "intake") {
    const std::string what = line.text_or("outcome") == "accepted" ? "case " + at("case") : at("reason");
    return at("file") + ":" + std::to_string(line.number_or("position", 0)) + " " + at("outcome") + "  " + what + "\n";
  }
  if (command == "docs pages") return at("method") + "  " + at("path") + "  " + at("about") + "\n";
  if (command == "case list") {
    return at("case") + "  " + at("state") + "  " + at("category") + "  " + target_text(line) + "  " +
           std::to_string(line.number_or("reports", 0)) + " report(s)\n";
  }
  if (command == "case reports") {
    std::string text = at("report") + "  " + at("at") + "  " + at("source") + "\n";
    for (const std::string_view words : split(line.text_or("text"), '\n'))
      text += "  " + printable(trim(words), 2000) + "\n";
    return text;
  }
  if (command == "case show") {
    return "case      " + at("case") + "\nstate     " + at("state") + "\ncategory  " + at("category") + "\ntarget    " +
           target_text(line) + "\nopened    " + at("opened_at") + "\nreports   " +
           std::to_string(line.number_or("reports", 0)) + "\nsources   " +
           std::to_string(line.number_or("sources", 0)) + "\n" + list_of(line, "joined", "joined into it") +
           list_of(line, "holds", "legal holds") + list_of(line, "also", "named beside it") +
           list_of(line, "evidence", "evidence") + list_of(line, "facts", "facts") + list_of(line, "gates", "gates") +
           leads_text(line);
  }
  if (command == "decide show") {
    std::string text = "proposal  " + at("proposal") + " (" + at("state") + ")\nto        " + at("recipient") + " <" +
                       at("contact") + ">\nasks      " + at("kind") + ", " + at("effect") + "\ndigest    " +
                       at("digest") + "\n" + list_of(line, "evidence", "evidence to open first") +
                       "\nThe digest covers these parts as they stand in the mail (--json has the exact bytes):\n";
    if (const Json* parts = line.find("parts"); parts != nullptr && parts->array() != nullptr) {
      for (const Json& part : *parts->array()) {
        text += "\n── " + printable(part.text_or("type")) + " ──\n";
        for (const std::string_view words : split(part.text_or("text"), '\n'))
          text += printable(trim(words), 2000) + "\n";
      }
    }
    return text;
  }
  if (command.starts_with("decide")) {
    std::string text = "proposal " + at("proposal") + ": " + at("state") + "; " + at("kind") + ", " + at("effect") +
                       " to " + at("contact") + "\n  digest " + at("digest") + "\n";
    if (line.find("not_sent_because") != nullptr)
      text += "  not sent yet: " + at("not_sent_because") + " (`cordon notice send` tries again)\n";
    return text;
  }
  const auto list_at = [&](std::string_view key) {
    std::vector<std::string> each;
    if (const Json* list = line.find(key); list != nullptr && list->array() != nullptr) {
      for (const Json& word : *list->array()) each.push_back(word.string() ? *word.string() : std::string());
    }
    return join(each, ", ");
  };
  if (command == "officer add" || command == "officer list") return at("login") + ": " + list_at("roles") + "\n";
  if (command == "officer rekey") return at("login") + " has a new key; no time code is set up any more\n";
  if (command == "officer totp") {
    if (line.find("secret") == nullptr) return at("login") + " signs in with a time code from now on\n";
    return "secret  " + at("secret") + "\n        " + at("uri") +
           "\nIt is not shown again. Enter it in the phone's app, then: cordon officer totp " + at("login") +
           " --confirm CODE\n";
  }
  if (command.starts_with("key ")) {
    const std::string end = line.find("ended_at") == nullptr ? "ends " + at("ends_at") : "ended " + at("ended_at");
    return at("key") + "  " + at("name") + "  " + list_at("scopes") + "  " + end + "\n" +
           (line.find("secret") == nullptr ? "" : "  " + at("secret") + "\n  It is not shown again.\n");
  }
  if (command == "case attach") return "evidence " + at("evidence") + ", sha256 " + at("sha256") + "\n";
  if (command == "case open")
    return "evidence " + at("evidence") + " opened by " + at("opened_by") + "; the reading is on record\n";
  if (command == "answer take")
    return at("outcome") + "  " + at("kind") + "  " + at("notice") + "  " + at("proposed") + "\n";
  if (command == "answer list")
    return at("answer") + "  " + at("kind") + (line.find("proposed") == nullptr ? "" : ", proposed " + at("proposed")) +
           "  from " + at("sender") + "  about " + at("notice") + "\n";
  if (command == "answer show") {
    std::string text = at("kind") + " of " + at("at") + " from " + at("sender") + ", about notice " + at("notice") +
                       "\n  " + at("subject") + "\n\n";
    for (const std::string_view words : split(line.text_or("text"), '\n')) text += printable(trim(words), 2000) + "\n";
    return text;
  }
  if (command == "notice pack")
    return std::to_string(line.number_or("files", 0)) + " files about notice " + at("notice") + ", manifest sha256 " +
           at("manifest") + "\n";
  if (command == "evidence export")
    return std::to_string(line.number_or("pieces", 0)) + " pieces of evidence of case " + at("case") +
           ", manifest sha256 " + at("manifest") + "\n";
  if (command.starts_with("evidence stamp")) {
    const std::string rows =
        "rows " + std::to_string(line.number_or("first", 0)) + " to " + std::to_string(line.number_or("last", 0));
    if (at("state") == "kept") return rows + "  stamped " + at("stamped_at") + " by " + at("authority") + "\n";
    const std::string why = line.find("why") == nullptr ? "" : "; tried " + at("tried_at") + ": " + at("why");
    return rows + "  waiting for " + std::to_string(line.number_or("waiting_minutes", 0)) + " minutes" + why + "\n";
  }
  if (command == "case begin")
    return "case " + at("case") + ": " + std::to_string(line.number_or("reports", 0)) + " reports of " +
           std::to_string(line.number_or("sources", 0)) + " sources\n";
  if (command == "case split")
    return "case " + at("new_case") + " has " + std::to_string(line.number_or("reports", 0)) + " report(s) of case " +
           at("case") + "\n";
  if (command == "case join") return "case " + at("case") + " is a part of case " + at("joined_into") + "\n";
  if (command == "case part") return "case " + at("case") + " is by itself again\n";
  if (command == "report erase") {
    const Json* ended = line.find("case_ended");
    const bool also = ended != nullptr && ended->boolean() != nullptr && *ended->boolean();
    return "report " + at("report") + " is erased (" + at("erased") + ")" + (also ? ", and its case with it" : "") +
           "\n";
  }
  if (line.find("hold") != nullptr && line.find("ends_at") != nullptr)
    return "hold " + at("hold") + " on " +
           (line.find("evidence") == nullptr ? "" : "evidence " + at("evidence") + " of ") + "case " + at("case") +
           " until " + at("ends_at") + (line.find("reason") == nullptr ? "" : ": " + at("reason")) + "\n";
  if (command == "hold lift") return "hold " + at("hold") + " on case " + at("case") + " is lifted\n";
  if (command == "retention show" && line.find("row") != nullptr) {
    const Json* days = line.find("days");
    const std::string life = days == nullptr || days->integer() == nullptr
                                 ? std::string("for ever")
                                 : std::to_string(*days->integer()) + " days from " + at("begins");
    return at("row") + "  " + life + ", then " + at("then") + " (ended by: " + at("ended_by") + ")\n";
  }
  if (command.starts_with("retention")) {
    const Json* cases = line.find("cases");
    const Json* planned = line.find("dry_run") != nullptr ? line.find("dry_run") : line.find("due");
    return std::string(planned == nullptr ? "removed" : "due now") + ": cases " + (cases ? to_text(*cases) : "{}") +
           ", reports " + std::to_string(line.number_or("reports", 0)) + ", pieces of evidence " +
           std::to_string(line.number_or("pieces", 0)) + ", appeals " + std::to_string(line.number_or("appeals", 0)) +
           ", batches " + std::to_string(line.number_or("batches", 0)) +
           "; left because of a legal hold: " + (list_at("held").empty() ? "none" : list_at("held")) + "\n";
  }
  if (command == "log rectify")
    return "line " + std::to_string(line.number_or("line", 0)) + " is corrected (" + at("ground") +
           "): it stays, and another line points at it\n";
  if (command == "evidence erase") return "evidence " + at("evidence") + " is erased (" + at("erased") + ")\n";
  if (command == "case fact") return "fact entered in case " + at("case") + "\n";
  if (command == "case gate") return at("gate") + ": " + at("answer") + "\n";
  if (command == "log verify") {
    return "yes: all " + std::to_string(line.number_or("size", 0)) + " lines of " + at("origin") +
           " stand under the signed checkpoint, root " + at("root") + "\n" + corrected_in_words(line);
  }
  if (command == "log recount" && line.find("csv") != nullptr) return line.text_or("csv");
  if (command == "log recount") {
    std::string text = at("desk") + ", " + std::to_string(line.find("log")->number_or("size", 0)) + " lines from " +
                       at("from") + " to " + at("to") + "\n";
    for (const auto& [what, count] : *line.find("totals")->object())
      text += "  " + printable(what, 60) + ": " + to_text(count) + "\n";
    return text + corrected_in_words(line);
  }
  if (command == "log prove") return line.text_or("proof");
  if (command == "journal verify" || command == "journal replay") {
    return (command.ends_with("verify") ? "yes: " : "rebuilt from ") + std::to_string(line.number_or("rows", 0)) +
           " journal rows; head " + at("head") + "\n" +
           (line.number_or("erased", 0) == 0
                ? ""
                : "pieces of evidence that were erased: " + std::to_string(line.number_or("erased", 0)) + "\n") +
           (line.number_or("erased_reports", 0) == 0
                ? ""
                : "reports that were erased: " + std::to_string(line.number_or("erased_reports", 0)) + "\n") +
           (line.number_or("erasures_unfinished", 0) == 0
                ? ""
                : "of which the owner has yet to destroy: " + std::to_string(line.number_or("erasures_unfinished", 0)) +
                      "\n");
  }
  if (command == "peer list") return at("desk") + "  " + at("country") + "  " + at("role") + "  " + at("state") + "\n";
  if (command == "peer references")
    return at("defanged") + "  " + at("category") + "  " + at("tlp") + "  until " + at("valid_until") + "  from " +
           at("peer") + "\n";
  if (command == "union demo") {
    return std::to_string(line.number_or("step", 0)) + ". " + at("from") + " to " + at("to") + "\n   " + at("object") +
           ": " + at("decision") + " by " + at("rule") + "\n   " + at("why") + "\n";
  }
  if (line.find("decision") != nullptr && line.find("why") != nullptr) {
    const std::string code = line.find("code") == nullptr ? "" : "(" + at("code") + ")";
    return at("case") + "  " + at("decision") + code + " by " + at("rule") + ": " + at("why") + "\n";
  }
  if (command == "rule list")
    return at("rule") + "  " + at("state") + "  " + at("matter") + " of " + line.find("feed")->text_or("name") +
           "  sent " + std::to_string(line.number_or("sent", 0)) + ", waiting " +
           std::to_string(line.number_or("waiting", 0)) + "  until " + at("ends_at") + "\n";
  if (command == "notice list")
    return at("notice") + "  " + at("state") + "  leaf " + std::to_string(line.number_or("leaf", -1)) + "\n";
  std::string text;
  if (const Json::Object* members = line.object()) {
    for (const auto& [key, value] : *members)
      text += key + "  " + printable(value.string() ? *value.string() : to_text(value), 400) + "\n";
  }
  return text;
}

}  // namespace cordon
