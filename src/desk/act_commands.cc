// The rows of desk/routes.cc about what follows a request: answers, releases, notices to affected parties, appeals.
#include "desk/acts.h"
#include "desk/answers.h"
#include "desk/appeals.h"
#include "desk/commands.h"
#include "desk/flow.h"
#include "desk/notice_pack.h"
#include "desk/shapes.h"

namespace cordon {

namespace {

constexpr std::int64_t kMostAnswersListed = 1000;

Result<NoticeId> notice_id(const Json& arguments) { return NoticeId::parse(TRY(arguments.text("notice"))); }
Result<AppealId> appeal_id(const Json& arguments) { return AppealId::parse(TRY(arguments.text("appeal"))); }

// What an officer records of a recipient: a result of charter 5.2, or a step of 6.4 that is none.
Result<RecipientStep> recipient_step(const Json& arguments, Instant now) {
  const std::string result = TRY(arguments.text("result"));
  const std::string reference = arguments.text_or("reference");
  for (const auto& [word, command] : std::initializer_list<std::pair<std::string_view, ActionCommand>>{
           {"acknowledged", ActionCommand::Acknowledge},
           {"bounced", ActionCommand::Bounce},
           {"reinstated", ActionCommand::Reinstate},
           {"reinstate_refused", ActionCommand::RefuseReinstatement}})
    if (result == word) return RecipientStep{command, {}, reference};
  RecipientAnswer given{TRY(parse_answer_result(result)), {}, reference, now};
  if (const std::string reason = arguments.text_or("reason"); !reason.empty())
    given.reason = TRY(parse_decline_reason(reason));
  if (const std::string at = arguments.text_or("given_at"); !at.empty()) given.given_at = TRY(parse_rfc3339(at));
  return RecipientStep{ActionCommand::Answer, std::move(given), {}};
}

Result<PartyCommand> party_step(std::string_view word) {
  if (word == "no_contact") return PartyCommand::FindNoContact;
  if (word == "bounced") return PartyCommand::Bounce;
  if (word == "undeliverable") return PartyCommand::GiveUp;
  if (word == "send") return PartyCommand::Send;
  if (word == "relay") return PartyCommand::Relay;
  return fail(Fault::Malformed, "expected send, relay, no_contact, bounced or undeliverable", "step");
}

// Which of the two it is, decide() asks once more.
Result<Nothing> may_hear_any(const Officer& officer) {
  if (may(officer, Act::HearLateAppeal)) return Nothing{};
  return may(officer, Act::HearAppeal);
}

Result<std::set<Remedy>> remedies_of(const Json& arguments) {
  std::set<Remedy> remedies;
  if (arguments.find("remedies") == nullptr) return remedies;
  for (const Json& one : TRY(arguments.list("remedies")))
    remedies.insert(TRY(parse_remedy(one.string() ? *one.string() : std::string())));
  return remedies;
}

}  // namespace

Result<Nothing> notice_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  const ReadAct read = TRY(read_act(desk, who, TRY(notice_id(call.arguments))));
  Json::Array messages;
  for (const Store::WaitingMessage& one : read.messages) {
    messages.push_back(Json::Object{{"message", one.message.id.text()},
                                    {"kind", name(one.message.kind)},
                                    {"to", one.message.to},
                                    {"at", to_rfc3339(one.message.at)},
                                    {"sent", one.sent}});
  }
  Json line = show(read.action).set("messages", std::move(messages));
  if (read.party) line.set("party", show(*read.party));
  Json::Array letters, answers;
  for (const LetterRow& letter : read.letters) letters.push_back(show(letter));
  for (const KeptAnswer& answer : read.answers) answers.push_back(show(answer));
  line.set("letters", std::move(letters)).set("answers", std::move(answers));
  emit(line.set("appeals", read.appeals.size()));
  return Nothing{};
}

Result<Nothing> notice_answer(Desk& desk, const Permit<Act::RecordAnswer>& who, Call& call, const Emit& emit) {
  const NoticeId id = TRY(notice_id(call.arguments));
  RecipientStep step = TRY(recipient_step(call.arguments, desk.now()));
  if (const std::string answer = call.arguments.text_or("answer"); !answer.empty()) {
    step.came_as = TRY(AnswerId::parse(answer));
    // It was given when it came, unless the officer says otherwise.
    if (step.answer && call.arguments.find("given_at") == nullptr)
      step.answer->given_at = TRY(desk.store().find_answer(who.sight(), *step.came_as)).came.at;
  }
  emit(show(TRY(record_answer(desk, who, id, std::move(step)))));
  return Nothing{};
}

// ── what came back ──

Result<Nothing> answer_file(Desk& desk, Call& call, const Emit& emit) {
  const Json& given = call.arguments;
  TRY(desk.public_reports().take("answer"));
  const AnswerCame came =
      TRY(take_page_answer(desk, {TRY(given.text("code")), TRY(given.text("result")), given.text_or("reason"),
                                  given.text_or("text"), TRY(given.text("nonce"))}));
  const Action action = TRY(desk.store().find_action(Sight::of_software(), came.notice));
  emit(Json::Object{{"received_at", to_rfc3339(came.at)}, {"sunset_at", to_rfc3339(action.sunset_at)}});
  return Nothing{};
}

Result<Nothing> answer_take(Desk& desk, Call& call, const Emit& emit) {
  const Json::Array names = TRY(call.arguments.list("files"));
  std::vector<std::string> mails;
  for (std::size_t i = 0; i < call.files.size() && i < names.size(); ++i) {
    const std::string file = names[i].string() ? *names[i].string() : std::string();
    mails.push_back(TRY(read_all(call.files[i].get(), kLargestAnswer, file)));
  }
  const std::vector<TakenAnswer> taken = TRY(take_answers(desk, mails));
  for (std::size_t i = 0; i < taken.size(); ++i) {
    Json line = Json::Object{{"file", names[i]}, {"outcome", name(taken[i].outcome)}};
    if (!taken[i].why.empty()) line.set("reason", taken[i].why);
    if (taken[i].came) {
      const Json shown = show(KeptAnswer{*taken[i].came, taken[i].came->open ? AnswerState::Open : AnswerState::Noted});
      for (const auto& [member, value] : *shown.object()) line.set(member, value);
      line.set("bounced", taken[i].bounced);
    }
    emit(line);
  }
  return Nothing{};
}

Result<Nothing> answer_list(Desk& desk, const Permit<Act::ReadCase>& who, Call&, const Emit& emit) {
  const std::vector<KeptAnswer> answers = TRY(desk.store().open_answers(who.sight(), kMostAnswersListed));
  TRY(record_reading(desk, "notices", "", who.officer()));
  for (const KeptAnswer& answer : answers) emit(show(answer));
  return Nothing{};
}

Result<Nothing> answer_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  const ReadAnswer read = TRY(read_answer_text(desk, who, TRY(AnswerId::parse(TRY(call.arguments.text("answer"))))));
  Json::Array attachments;
  for (const ReplyAttachment& one : read.attachments)
    attachments.push_back(Json::Object{{"name", one.name}, {"type", one.type}, {"size", one.size}});
  emit(show(read.row).set("subject", read.subject).set("text", read.text).set("attachments", std::move(attachments)));
  return Nothing{};
}

Result<Nothing> answer_dismiss(Desk& desk, const Permit<Act::RecordAnswer>& who, Call& call, const Emit& emit) {
  const AnswerId id = TRY(AnswerId::parse(TRY(call.arguments.text("answer"))));
  TRY(dismiss_answer(desk, who, id));
  emit(show(TRY(desk.store().find_answer(who.sight(), id))));
  return Nothing{};
}

Result<Nothing> notice_pack(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  if (call.files.size() != 1) return fail(Fault::Usage, "a pack is written into one file");
  const NoticeId id = TRY(notice_id(call.arguments));
  const PackedNotice packed = TRY(pack_notice(desk, who, id, call.files.front().get()));
  emit(Json::Object{{"notice", id.text()}, {"files", packed.files}, {"manifest", packed.manifest.hex()}});
  return Nothing{};
}

Result<Nothing> notice_suspend(Desk& desk, const Permit<Act::SuspendAlone>& who, Call& call, const Emit& emit) {
  const NoticeId id = TRY(notice_id(call.arguments));
  emit(show(TRY(suspend_request(desk, who, call.who->key, id, TRY(call.arguments.text("reason"))))));
  return Nothing{};
}

// One reviewer, or two officers: the second signs in through the desk's own socket.
Result<Nothing> notice_recall(Desk& desk, Call& call, const Emit& emit) {
  const NoticeId id = TRY(notice_id(call.arguments));
  std::vector<SignedIn> by;
  if (call.arguments.find("by") != nullptr) by = TRY(others_signed_in(desk, call.arguments, Act::CountersignRecall));
  TRY(may(call.who->officer, by.empty() ? Act::RecallAlone : Act::Recall));
  if (by.size() > 1) return fail(Fault::Usage, "a recall takes one reviewer, or an analyst and --by an approver");
  emit(show(TRY(
      recall_request(desk, *call.who, by.empty() ? nullptr : &by.front(), id, TRY(call.arguments.text("reason"))))));
  return Nothing{};
}

Result<Nothing> notice_party(Desk& desk, const Permit<Act::TellParty>& who, Call& call, const Emit& emit) {
  const NoticeId id = TRY(notice_id(call.arguments));
  PartyStep step{TRY(party_step(TRY(call.arguments.text("step"))))};
  step.to = call.arguments.text_or("to");
  step.words = call.arguments.text_or("words");
  emit(show(TRY(tell_party(desk, who, id, std::move(step)))));
  return Nothing{};
}

Result<Nothing> notice_defer(Desk& desk, const Permit<Act::DeferParty>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const std::vector<Officer> by = TRY(others(desk, arguments, Act::CountersignDeferral));
  if (by.size() != 1)
    return fail(Fault::Usage, "it takes two people: --as an analyst, --by an approver or a legal reviewer");
  PartyStep step{PartyCommand::Defer};
  step.to = TRY(arguments.text("to"));
  step.ground = TRY(parse_deferral_ground(TRY(arguments.text("ground"))));
  const std::int64_t days = arguments.number_or("days", 0);
  if (days < 1 || days > 42) return fail(Fault::Refused, "a deferral ends within 42 days (charter 5.4)", "days");
  step.days = static_cast<int>(days);
  emit(show(TRY(defer_party(desk, who, by.front(), TRY(notice_id(arguments)), std::move(step)))));
  return Nothing{};
}

Result<Nothing> notice_due(Desk& desk, Call&, const Emit& emit) {
  emit(Json::Object{{"done", TRY(keep_promises(desk))}});
  return Nothing{};
}

Result<Nothing> case_reopen(Desk& desk, const Permit<Act::ReopenCase>& who, Call& call, const Emit& emit) {
  const CaseId id = TRY(CaseId::parse(TRY(call.arguments.text("case"))));
  TRY(reopen_case(desk, who, id, TRY(call.arguments.text("reason"))));
  emit(Json::Object{{"case", id.text()}, {"state", name(CaseState::Reopened)}});
  return Nothing{};
}

// ── appeals ──

Result<Nothing> appeal_file(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  PublicAppeal wish;
  wish.code = TRY(arguments.text("code"));
  wish.role = TRY(parse_appellant_role(TRY(arguments.text("role"))));
  for (const Json& one : TRY(arguments.list("grounds")))
    wish.grounds.insert(TRY(parse_appeal_ground(one.string() ? *one.string() : std::string())));
  wish.text = TRY(arguments.text("text"));
  wish.contact = arguments.text_or("contact");
  const Json* interim = arguments.find("interim");
  wish.interim = interim != nullptr && interim->boolean() != nullptr && *interim->boolean();
  wish.nonce = TRY(arguments.text("nonce"));
  TRY(desk.public_reports().take("appeal"));
  const LodgedAppeal lodged = TRY(lodge_appeal(desk, wish));
  emit(Json::Object{{"receipt", lodged.receipt}, {"decide_by", to_rfc3339(lodged.appeal.lodged.decide_by)}});
  return Nothing{};
}

Result<Nothing> appeal_follow(Desk& desk, Call& call, const Emit& emit) {
  TRY(desk.public_reports().take("follow"));
  emit(show_to_appellant(TRY(follow_appeal(desk.store(), TRY(call.arguments.text("receipt"))))));
  return Nothing{};
}

Result<Nothing> appeal_withdraw(Desk& desk, Call& call, const Emit& emit) {
  TRY(desk.public_reports().take("follow"));
  emit(show_to_appellant(TRY(withdraw_appeal(desk, TRY(call.arguments.text("receipt"))))));
  return Nothing{};
}

Result<Nothing> appeal_list(Desk& desk, const Permit<Act::ReadAppeals>& who, Call&, const Emit& emit) {
  for (const Appeal& appeal : TRY(read_appeals(desk, who))) emit(show(appeal));
  return Nothing{};
}

Result<Nothing> appeal_show(Desk& desk, const Permit<Act::ReadAppeals>& who, Call& call, const Emit& emit) {
  const ReadAppeal read = TRY(read_appeal(desk, who, TRY(appeal_id(call.arguments))));
  emit(show(read.appeal).set("text", read.text).set("contact", read.contact));
  return Nothing{};
}

Result<Nothing> appeal_take(Desk& desk, Call& call, const Emit& emit) {
  TRY(may_hear_any(call.who->officer));
  emit(show(TRY(take_appeal(desk, call.who->officer, TRY(appeal_id(call.arguments))))));
  return Nothing{};
}

Result<Nothing> appeal_dismiss(Desk& desk, const Permit<Act::HearAppeal>& who, Call& call, const Emit& emit) {
  const DismissReason reason = TRY(parse_dismiss_reason(TRY(call.arguments.text("reason"))));
  emit(show(TRY(dismiss_appeal(desk, who, TRY(appeal_id(call.arguments)), reason))));
  return Nothing{};
}

Result<Nothing> appeal_interim(Desk& desk, Call& call, const Emit& emit) {
  TRY(may_hear_any(call.who->officer));
  const std::string answer = TRY(call.arguments.text("answer"));
  if (answer != "grant" && answer != "refuse") return fail(Fault::Malformed, "expected grant or refuse", "answer");
  emit(show(
      TRY(decide_interim(desk, *call.who, TRY(appeal_id(call.arguments)),
                         answer == "grant" ? Interim::Grant : Interim::Refuse, TRY(call.arguments.text("reason"))))));
  return Nothing{};
}

Result<Nothing> appeal_decide(Desk& desk, Call& call, const Emit& emit) {
  TRY(may_hear_any(call.who->officer));
  const Json& arguments = call.arguments;
  AppealDecision decision{TRY(parse_verdict(TRY(arguments.text("verdict")))), {}, {}};
  decision.reasons = TRY(arguments.text("reasons"));
  decision.remedies = TRY(remedies_of(arguments));
  emit(show(TRY(decide_appeal(desk, *call.who, TRY(appeal_id(arguments)), std::move(decision)))));
  return Nothing{};
}

}  // namespace cordon
