#include "referral/notice.h"

#include "base/text.h"
#include "net/mail.h"
#include "referral/alert_items.h"
#include "referral/notice_proof.h"
#include "referral/wording.h"
#include "referral/xarf.h"

namespace cordon {

Result<std::string> compose_body(const Case& the_case, const Wish& wish, const Annex& annex, const Operator& sender,
                                 const ProposalId& proposal, const NoticeId& notice, Instant now, Instant reply_by,
                                 Instant sunset_at) {
  const NoticeFacts facts{the_case, wish, annex, sender, proposal, notice, now, reply_by, sunset_at};
  std::vector<OutgoingPart> parts;
  for (const NoticeLanguage language : {NoticeLanguage::English, NoticeLanguage::Russian}) {
    parts.push_back({"text/plain; charset=utf-8", std::string(name(language)), {}, {}, human_part(facts, language)});
  }
  const XarfFacts report_of{notice.text(),
                            the_case.matter,
                            the_case.target,
                            the_case.port,
                            the_case.last_seen_at.value_or(now),
                            the_case.facts.empty() ? std::string() : the_case.facts.front().text,
                            sender,
                            annex.fictitious()};
  if (const std::optional<Json> report = xarf_part(report_of)) {
    parts.push_back({"application/json; charset=utf-8", {}, "xarf.json", "XARF v4 report", to_text(*report)});
  }
  return write_body_part(parts);
}

std::string message_id(const NoticeId& notice, const Operator& sender) {
  return notice.text() + "@" + sender.address.substr(sender.address.find('@') + 1);
}

Result<Letter> write_letter(const Proposed& proposed, const Operator& sender, bool fictitious, std::string_view body,
                            std::string_view proof, const std::string& code, const AnswerWay& way) {
  Letter letter{proposed.wish.contact, message_id(proposed.notice, sender), {}, answer_address(sender.address, way)};
  std::vector<std::pair<std::string, std::string>> more{
      {"Auto-Submitted", "no"}, {"X-Cordon-Notice", proposed.notice.text()}, {"X-Cordon-Code", code}};
  if (!way.code.empty())
    more.emplace_back("X-Cordon-Answer", way.code);  // servers send headers back, not subjects alone
  const MailHeaders headers{
      sender.address,
      proposed.wish.contact,
      letter.answers,
      with_answer_code(subject_line(proposed.wish.kind, proposed.matter, proposed.target, fictitious), way),
      letter.message_id,
      rfc5322_date(proposed.at.ms),
      std::move(more)};
  OutgoingPart attachment = notice_proof_part();
  attachment.bytes = std::string(proof);
  letter.mail = TRY(write_mail(headers, body, {std::move(attachment)}));
  return letter;
}

Result<std::string> compose_follow_up(const FollowUpFacts& facts, std::string_view about) {
  if (facts.head.wording != kFollowUpWording)
    return fail(Fault::Refused, "it was written with texts that this program does not have",
                "wording " + std::to_string(facts.head.wording));
  std::vector<OutgoingPart> parts;
  for (const NoticeLanguage language : {NoticeLanguage::English, NoticeLanguage::Russian}) {
    parts.push_back(
        {"text/plain; charset=utf-8", std::string(name(language)), {}, {}, follow_up_part(facts, language)});
  }
  if (facts.message.kind == MessageKind::Party) {
    int number = 0;
    const Mail request = TRY(read_mail(about));
    for (const MailPart& part : request.parts) {
      if (!part.type.starts_with("text/")) continue;
      parts.push_back({"text/plain; charset=utf-8",
                       {},
                       "request-" + std::to_string(++number) + ".txt",
                       "the request with its reasons",
                       part.bytes});
    }
  }
  return write_body_part(parts);
}

Result<Letter> write_follow_up(const Message& message, const Proposed& proposed, const Operator& sender,
                               bool fictitious, std::string_view body, std::string_view proof, const AnswerWay& way) {
  // The code is its recipient's, and no affected party's.
  const AnswerWay own = message.kind == MessageKind::Party ? AnswerWay{} : way;
  Letter letter{message.to,
                message.id.text() + "@" + sender.address.substr(sender.address.find('@') + 1),
                {},
                answer_address(sender.address, own)};
  std::vector<std::pair<std::string, std::string>> more{{"Auto-Submitted", "auto-generated"},
                                                        {"X-Cordon-Notice", message.notice.text()}};
  if (message.kind != MessageKind::Party)
    more.emplace_back("In-Reply-To", "<" + message_id(message.notice, sender) + ">");
  if (!own.code.empty()) more.emplace_back("X-Cordon-Answer", own.code);
  const MailHeaders headers{
      sender.address,    message.to,
      letter.answers,    with_answer_code(follow_up_subject(message.kind, proposed, fictitious), own),
      letter.message_id, rfc5322_date(message.at.ms),
      std::move(more)};
  letter.mail = TRY(write_mail(
      headers, body,
      {{"application/json", {}, "inclusion-proof.json", "proof of its line in the public log", std::string(proof)}}));
  return letter;
}

namespace {

std::vector<NoticeLanguage> languages_of(const Alert& alert) {
  std::vector<NoticeLanguage> languages;
  for (const std::string& tag : alert.languages) {
    const Result<NoticeLanguage> language = parse_notice_language(tag);
    if (language) languages.push_back(*language);
  }
  if (languages.empty()) languages = {NoticeLanguage::English, NoticeLanguage::Russian};
  return languages;
}

std::string domain_of(const Operator& sender) { return sender.address.substr(sender.address.find('@') + 1); }

// `before` is the Message-ID of the mail that this one follows.
Result<Letter> write_rule_letter(const Alert& alert, const Operator& sender, std::string subject, std::string id,
                                 Instant at, const std::string& before, std::string_view body, std::string_view proof) {
  Letter letter{alert.to, std::move(id), {}};
  std::vector<std::pair<std::string, std::string>> more{
      {"Auto-Submitted", "auto-generated"}, {"X-Cordon-Rule", alert.rule.text()}, {"X-Cordon-Alert", alert.id.text()}};
  if (!before.empty()) more.emplace_back("In-Reply-To", "<" + before + ">");
  const MailHeaders headers{sender.address,      alert.to,       sender.address, std::move(subject), letter.message_id,
                            rfc5322_date(at.ms), std::move(more)};
  letter.mail = TRY(write_mail(
      headers, body,
      {{"application/json", {}, "alert-proof.json", "proof of its line in the public log", std::string(proof)}}));
  return letter;
}

}  // namespace

std::string compose_alert(const AlertFacts& facts) {
  const Alert& alert = facts.alert;
  std::vector<OutgoingPart> parts;
  std::string legal;
  for (const NoticeLanguage language : languages_of(alert)) {
    parts.push_back({"text/plain; charset=utf-8", std::string(name(language)), {}, {}, alert_part(facts, language)});
    legal += (legal.empty() ? "" : "\n") + alert_legal_part(facts, language);
  }
  parts.push_back({"text/plain; charset=utf-8", {}, "legal.txt", "the legal text", std::move(legal)});
  if (has_item_table(alert))
    parts.push_back(
        {"text/csv; charset=utf-8; header=present", {}, std::string(kItemTable), "every item", item_table(alert)});
  if (const std::string_view file = xarf_file_of(alert); !file.empty()) {
    const std::string type =
        file == "xarf.json" ? "application/json; charset=utf-8" : "application/jsonl; charset=utf-8";
    parts.push_back(
        {type, {}, std::string(file), "XARF v4 report", xarf_reports(alert, facts.sender, facts.annex.fictitious())});
  }
  return write_body_part(parts);
}

std::string compose_alert_recall(const AlertFacts& facts, const std::string& reason) {
  std::vector<OutgoingPart> parts;
  for (const NoticeLanguage language : languages_of(facts.alert)) {
    parts.push_back(
        {"text/plain; charset=utf-8", std::string(name(language)), {}, {}, alert_recall_part(facts, reason, language)});
  }
  return write_body_part(parts);
}

std::string alert_message_id(const Alert& alert, const Operator& sender) {
  return alert.id.text() + "@" + domain_of(sender);
}

Result<Letter> write_alert(const Alert& alert, const Operator& sender, bool fictitious, std::string_view body,
                           std::string_view proof) {
  return write_rule_letter(alert, sender, alert_subject(alert, fictitious, false, languages_of(alert).front()),
                           alert_message_id(alert, sender), alert.at, {}, body, proof);
}

Result<Letter> write_alert_recall(const Alert& alert, const AlertsRecalled& recall, const Operator& sender,
                                  bool fictitious, std::string_view body, std::string_view proof) {
  return write_rule_letter(alert, sender, alert_subject(alert, fictitious, true, languages_of(alert).front()),
                           alert.id.text() + ".recalled@" + domain_of(sender), recall.at,
                           alert_message_id(alert, sender), body, proof);
}

Json to_json(const NoticeSent& event) {
  Json body = Json::Object{{"notice", event.notice.text()},
                           {"proposal", event.proposal.text()},
                           {"courier", event.courier},
                           {"receipt", event.receipt},
                           {"message_id", event.message_id}};
  if (event.answer_code) body.set("answer_code", event.answer_code->hex());
  return body;
}

Result<NoticeSent> read_notice_sent(const Json& body) {
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  ProposalId proposal = TRY(ProposalId::parse(TRY(body.text("proposal"))));
  std::string courier = TRY(body.text("courier"));
  std::string receipt = TRY(body.text("receipt"));
  std::string message_id = TRY(body.text("message_id"));
  std::optional<Digest> answer_code;
  if (body.find("answer_code") != nullptr) answer_code = TRY(parse_digest(TRY(body.text("answer_code"))));
  return NoticeSent{std::move(notice),  std::move(proposal),   std::move(courier),
                    std::move(receipt), std::move(message_id), answer_code};
}

}  // namespace cordon
