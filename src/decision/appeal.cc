#include "decision/appeal.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<AppealState, 10> kAppealStates{{
    {AppealState::Lodged, "lodged"},
    {AppealState::Receipted, "receipted"},
    {AppealState::Admissible, "admissible"},
    {AppealState::Inadmissible, "inadmissible"},
    {AppealState::Assigned, "assigned"},
    {AppealState::UnderReview, "under_review"},
    {AppealState::Decided, "decided"},
    {AppealState::RemedyRunning, "remedy_running"},
    {AppealState::Withdrawn, "withdrawn"},
    {AppealState::Closed, "closed"},
}};

constexpr Spelling<AppealCommand, 13> kAppealCommands{{
    {AppealCommand::Receipt, "receipt"},
    {AppealCommand::Admit, "admit"},
    {AppealCommand::Dismiss, "dismiss"},
    {AppealCommand::Assign, "assign"},
    {AppealCommand::Review, "review"},
    {AppealCommand::GoLate, "go_late"},
    {AppealCommand::TakeOver, "take_over"},
    {AppealCommand::GrantInterim, "grant_interim"},
    {AppealCommand::RefuseInterim, "refuse_interim"},
    {AppealCommand::Decide, "decide"},
    {AppealCommand::RunRemedy, "run_remedy"},
    {AppealCommand::Withdraw, "withdraw"},
    {AppealCommand::Close, "close"},
}};

constexpr Spelling<AppealGround, 12> kAppealGrounds{{
    {AppealGround::NotMine, "not_mine"},
    {AppealGround::NotIllegal, "not_illegal"},
    {AppealGround::WrongCategory, "wrong_category"},
    {AppealGround::MediaExemption, "media_exemption"},
    {AppealGround::ParodyArtResearch, "parody_art_research"},
    {AppealGround::Consent, "consent"},
    {AppealGround::CompromisedNowClean, "compromised_now_clean"},
    {AppealGround::AlreadyRemoved, "already_removed"},
    {AppealGround::Disproportionate, "disproportionate"},
    {AppealGround::Procedure, "procedure"},
    {AppealGround::IdentityMistake, "identity_mistake"},
    {AppealGround::OtherGround, "other_ground"},
}};

constexpr Spelling<AppellantRole, 8> kAppellantRoles{{
    {AppellantRole::ContentProvider, "content_provider"},
    {AppellantRole::SiteOwner, "site_owner"},
    {AppellantRole::Registrant, "registrant"},
    {AppellantRole::AccountHolder, "account_holder"},
    {AppellantRole::Victim, "victim"},
    {AppellantRole::Reporter, "reporter"},
    {AppellantRole::Recipient, "recipient"},
    {AppellantRole::Lawyer, "lawyer"},
}};

constexpr Spelling<DismissReason, 3> kDismissReasons{{
    {DismissReason::UnknownAction, "unknown_action"},
    {DismissReason::OutOfTime, "out_of_time"},
    {DismissReason::Duplicate, "duplicate"},
}};

constexpr Spelling<Verdict, 3> kVerdicts{{
    {Verdict::Upheld, "upheld"},
    {Verdict::PartlyUpheld, "partly_upheld"},
    {Verdict::Rejected, "rejected"},
}};

constexpr Spelling<Remedy, 6> kRemedies{{
    {Remedy::Recall, "recall"},
    {Remedy::AskReinstate, "ask_reinstate"},
    {Remedy::CorrectRecord, "correct_record"},
    {Remedy::RetireIndicator, "retire_indicator"},
    {Remedy::NotifyPeers, "notify_peers"},
    {Remedy::Apology, "apology"},
}};

constexpr By kHears = By::officer(Act::HearAppeal);
constexpr By kHearsLate = By::officer(Act::HearLateAppeal);
constexpr std::string_view kNoPart = "had no part in the case";
constexpr std::string_view kLate = "14 days are over; once";
constexpr std::string_view kOneReviewer = "asked for; one reviewer without a part in the case, alone";
constexpr std::string_view kOfReceipt = "the appeal's code";
constexpr std::string_view kIsLate = "it is late; had no part in the case";

using A = AppealState;
using M = AppealCommand;

constexpr std::array kAppealMoves{
    AppealMove{A::Lodged, M::Receipt, By::software(), A::Receipted, Logged::Yes,
               "in time or not, with or without a name"},
    AppealMove{A::Receipted, M::Admit, kHears, A::Admissible, Logged::No, kNoPart},
    AppealMove{A::Receipted, M::Dismiss, kHears, A::Inadmissible, Logged::Yes,
               "unknown_action, out_of_time or duplicate, if it is so"},
    AppealMove{A::Admissible, M::Assign, kHears, A::Assigned, Logged::No, kNoPart},
    AppealMove{A::Assigned, M::Review, kHears, A::UnderReview, Logged::No, "the one who took it"},
    AppealMove{A::Receipted, M::GoLate, By::software(), A::Receipted, Logged::Yes, kLate},
    AppealMove{A::Admissible, M::GoLate, By::software(), A::Admissible, Logged::Yes, kLate},
    AppealMove{A::Assigned, M::GoLate, By::software(), A::Assigned, Logged::Yes, kLate},
    AppealMove{A::UnderReview, M::GoLate, By::software(), A::UnderReview, Logged::Yes, kLate},
    AppealMove{A::Receipted, M::TakeOver, kHearsLate, A::UnderReview, Logged::No, kIsLate},
    AppealMove{A::Admissible, M::TakeOver, kHearsLate, A::UnderReview, Logged::No, kIsLate},
    AppealMove{A::Assigned, M::TakeOver, kHearsLate, A::UnderReview, Logged::No, kIsLate},
    AppealMove{A::UnderReview, M::TakeOver, kHearsLate, A::UnderReview, Logged::No, kIsLate},
    AppealMove{A::Receipted, M::GrantInterim, kHears, A::Receipted, Logged::No, kOneReviewer},
    AppealMove{A::Admissible, M::GrantInterim, kHears, A::Admissible, Logged::No, kOneReviewer},
    AppealMove{A::Assigned, M::GrantInterim, kHears, A::Assigned, Logged::No, kOneReviewer},
    AppealMove{A::UnderReview, M::GrantInterim, kHears, A::UnderReview, Logged::No, kOneReviewer},
    AppealMove{A::UnderReview, M::GrantInterim, kHearsLate, A::UnderReview, Logged::No, kOneReviewer},
    AppealMove{A::Receipted, M::RefuseInterim, kHears, A::Receipted, Logged::No, kOneReviewer},
    AppealMove{A::Admissible, M::RefuseInterim, kHears, A::Admissible, Logged::No, kOneReviewer},
    AppealMove{A::Assigned, M::RefuseInterim, kHears, A::Assigned, Logged::No, kOneReviewer},
    AppealMove{A::UnderReview, M::RefuseInterim, kHears, A::UnderReview, Logged::No, kOneReviewer},
    AppealMove{A::UnderReview, M::RefuseInterim, kHearsLate, A::UnderReview, Logged::No, kOneReviewer},
    AppealMove{A::UnderReview, M::Decide, kHears, A::Decided, Logged::Yes,
               "the one who took it; reasons; remedies fit"},
    AppealMove{A::UnderReview, M::Decide, kHearsLate, A::Decided, Logged::Yes,
               "the one who took it over; reasons; remedies fit"},
    AppealMove{A::Decided, M::RunRemedy, By::software(), A::RemedyRunning, Logged::No, "there is a remedy"},
    AppealMove{A::Decided, M::Close, By::software(), A::Closed, Logged::No, "there is none"},
    AppealMove{A::RemedyRunning, M::Close, By::software(), A::Closed, Logged::Yes, "every remedy is done"},
    AppealMove{A::Receipted, M::Withdraw, By::outside(), A::Withdrawn, Logged::Yes, kOfReceipt},
    AppealMove{A::Admissible, M::Withdraw, By::outside(), A::Withdrawn, Logged::Yes, kOfReceipt},
    AppealMove{A::Assigned, M::Withdraw, By::outside(), A::Withdrawn, Logged::Yes, kOfReceipt},
    AppealMove{A::UnderReview, M::Withdraw, By::outside(), A::Withdrawn, Logged::Yes, kOfReceipt},
};

Json decision_json(const AppealDecision& decision) {
  Json::Array remedies;
  for (const Remedy remedy : decision.remedies) remedies.emplace_back(name(remedy));
  return Json::Object{
      {"verdict", name(decision.verdict)}, {"reasons", decision.reasons}, {"remedies", std::move(remedies)}};
}

Result<std::optional<AppealDecision>> read_decision(const Json& body) {
  const Json* stored = body.find("decision");
  if (stored == nullptr) return std::optional<AppealDecision>();
  const Verdict verdict = TRY(parse_verdict(TRY(stored->text("verdict"))));
  std::string reasons = TRY(stored->text("reasons"));
  std::set<Remedy> remedies;
  for (const Json& one : TRY(stored->list("remedies")))
    remedies.insert(TRY(parse_remedy(one.string() ? *one.string() : std::string())));
  return std::optional(AppealDecision{verdict, std::move(reasons), std::move(remedies)});
}

Result<Nothing> check_decision(const Appeal& appeal, const std::optional<AppealDecision>& decision,
                               const std::string& where) {
  if (!decision) return fail(Fault::Malformed, "a decision has a verdict", where);
  if (!valid_utf8(decision->reasons) || trim(decision->reasons).size() < 80 || decision->reasons.size() > 4000)
    return fail(Fault::Malformed, "reasons have 80 to 4000 characters (charter 5.3, 5.5)", where);
  const std::set<Remedy>& remedies = decision->remedies;
  if (decision->verdict == Verdict::Rejected && !remedies.empty())
    return fail(Fault::Malformed, "an appeal that is rejected has no remedy", where);
  if (decision->verdict != Verdict::Rejected && remedies.empty())
    return fail(Fault::Malformed, "an appeal that is upheld has a remedy (charter 5.5)", where);
  const bool of_act = remedies.contains(Remedy::Recall) || remedies.contains(Remedy::AskReinstate) ||
                      remedies.contains(Remedy::RetireIndicator) || remedies.contains(Remedy::NotifyPeers);
  if (of_act && !appeal.lodged.notice)
    return fail(Fault::Malformed, "there is no request to recall: the appeal is about a report", where);
  if (of_act && !remedies.contains(Remedy::Recall))
    return fail(Fault::Malformed, "what is asked back, retired or told to peers goes with the recall of the request",
                where);
  if (decision->verdict == Verdict::Upheld && appeal.lodged.notice && !remedies.contains(Remedy::Recall))
    return fail(Fault::Malformed, "an appeal that is upheld recalls the request (charter 12.24)", where);
  return Nothing{};
}

}  // namespace

std::string_view name(AppealState state) { return spelled(kAppealStates, state); }
Result<AppealState> parse_appeal_state(std::string_view text) {
  return read_spelled(kAppealStates, text, "state of an appeal");
}
std::string_view name(AppealCommand command) { return spelled(kAppealCommands, command); }
Result<AppealCommand> parse_appeal_command(std::string_view text) {
  return read_spelled(kAppealCommands, text, "step of an appeal");
}
std::string_view name(AppealGround ground) { return spelled(kAppealGrounds, ground); }
Result<AppealGround> parse_appeal_ground(std::string_view text) {
  return read_spelled(kAppealGrounds, text, "ground of an appeal");
}
std::string_view name(AppellantRole role) { return spelled(kAppellantRoles, role); }
Result<AppellantRole> parse_appellant_role(std::string_view text) {
  return read_spelled(kAppellantRoles, text, "part that an appellant has");
}
std::string_view name(DismissReason reason) { return spelled(kDismissReasons, reason); }
Result<DismissReason> parse_dismiss_reason(std::string_view text) {
  return read_spelled(kDismissReasons, text, "reason not to hear an appeal");
}
std::string_view name(Verdict verdict) { return spelled(kVerdicts, verdict); }
Result<Verdict> parse_verdict(std::string_view text) { return read_spelled(kVerdicts, text, "verdict"); }
std::string_view name(Remedy remedy) { return spelled(kRemedies, remedy); }
Result<Remedy> parse_remedy(std::string_view text) { return read_spelled(kRemedies, text, "remedy"); }

std::span<const AppealMove> appeal_moves() { return kAppealMoves; }

bool is_over(AppealState state) { return state == A::Inadmissible || state == A::Withdrawn || state == A::Closed; }

Instant appeal_until(Instant told_at, const Zone& zone) { return zone.end_of_months(told_at, kAppealMonths); }

Json to_json(const AppealLodged& event) {
  Json::Array grounds;
  for (const AppealGround ground : event.grounds) grounds.emplace_back(name(ground));
  Json body = Json::Object{{"appeal", event.id.text()},
                           {"receipt", event.receipt.hex()},
                           {"role", name(event.role)},
                           {"grounds", std::move(grounds)},
                           {"interim_asked", event.interim_asked},
                           {"text", event.text.hex()},
                           {"at", to_rfc3339(event.at)},
                           {"until", to_rfc3339(event.until)},
                           {"decide_by", to_rfc3339(event.decide_by)}};
  if (event.notice) body.set("notice", event.notice->text());
  if (event.report) body.set("report", event.report->hex());
  if (event.case_id) body.set("case", event.case_id->text());
  return body;
}

Result<AppealLodged> read_appeal_lodged(const Json& body) {
  AppealId id = TRY(AppealId::parse(TRY(body.text("appeal"))));
  const Digest receipt = TRY(parse_digest(TRY(body.text("receipt"))));
  std::optional<NoticeId> notice = TRY(if_there(body, "notice", NoticeId::parse));
  std::optional<Digest> report = TRY(if_there(body, "report", parse_digest));
  std::optional<CaseId> case_id = TRY(if_there(body, "case", CaseId::parse));
  const AppellantRole role = TRY(parse_appellant_role(TRY(body.text("role"))));
  std::set<AppealGround> grounds;
  for (const Json& one : TRY(body.list("grounds")))
    grounds.insert(TRY(parse_appeal_ground(one.string() ? *one.string() : std::string())));
  const Json* asked = body.find("interim_asked");
  const bool interim = asked != nullptr && asked->boolean() != nullptr && *asked->boolean();
  const Digest text = TRY(parse_digest(TRY(body.text("text"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Instant until = TRY(parse_rfc3339(TRY(body.text("until"))));
  const Instant decide_by = TRY(parse_rfc3339(TRY(body.text("decide_by"))));
  return AppealLodged{std::move(id),
                      receipt,
                      std::move(notice),
                      report,
                      std::move(case_id),
                      role,
                      std::move(grounds),
                      interim,
                      text,
                      at,
                      until,
                      decide_by};
}

Appeal receipted(AppealLodged event) {
  Appeal appeal{std::move(event)};
  appeal.state = taken_move(appeal_moves(), A::Lodged, M::Receipt)->to;
  return appeal;
}

Json to_json(const Appeal& appeal) {
  Json body = Json::Object{{"lodged", to_json(appeal.lodged)}, {"state", name(appeal.state)}, {"late", appeal.late}};
  if (appeal.interim) body.set("interim", *appeal.interim);
  if (appeal.reviewer) body.set("reviewer", appeal.reviewer->text());
  if (appeal.dismissed) body.set("dismissed", name(*appeal.dismissed));
  if (appeal.decision) body.set("decision", decision_json(*appeal.decision));
  if (appeal.decided_at) body.set("decided_at", to_rfc3339(*appeal.decided_at));
  if (appeal.closed_at) body.set("closed_at", to_rfc3339(*appeal.closed_at));
  return body;
}

Result<Appeal> read_appeal(const Json& body) {
  const Json* stored = body.find("lodged");
  if (stored == nullptr) return fail(Fault::Malformed, "an appeal that nobody lodged");
  Appeal appeal{TRY(read_appeal_lodged(*stored))};
  appeal.state = TRY(parse_appeal_state(TRY(body.text("state"))));
  const auto flag = [&](std::string_view key) -> std::optional<bool> {
    const Json* value = body.find(key);
    return value == nullptr || value->boolean() == nullptr ? std::nullopt : std::optional(*value->boolean());
  };
  appeal.late = flag("late").value_or(false);
  appeal.interim = flag("interim");
  appeal.reviewer = TRY(if_there(body, "reviewer", OfficerId::parse));
  appeal.dismissed = TRY(if_there(body, "dismissed", parse_dismiss_reason));
  appeal.decision = TRY(read_decision(body));
  appeal.decided_at = TRY(if_there(body, "decided_at", parse_rfc3339));
  appeal.closed_at = TRY(if_there(body, "closed_at", parse_rfc3339));
  return appeal;
}

Json to_json(const AppealMoved& event) {
  Json body = Json::Object{{"appeal", event.appeal.text()},
                           {"command", name(event.command)},
                           {"at", to_rfc3339(event.at)},
                           {"words", event.words}};
  if (event.by) body.set("by", event.by->text());
  if (event.dismissed) body.set("dismissed", name(*event.dismissed));
  if (event.decision) body.set("decision", decision_json(*event.decision));
  return body;
}

Result<AppealMoved> read_appeal_moved(const Json& body) {
  AppealId appeal = TRY(AppealId::parse(TRY(body.text("appeal"))));
  const AppealCommand command = TRY(parse_appeal_command(TRY(body.text("command"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  AppealMoved event{std::move(appeal), command, at};
  event.words = TRY(body.text("words"));
  event.by = TRY(if_there(body, "by", OfficerId::parse));
  event.dismissed = TRY(if_there(body, "dismissed", parse_dismiss_reason));
  event.decision = TRY(read_decision(body));
  return event;
}

Result<Nothing> may_hear(const Officer& officer, const Case& the_case, std::span<const Proposal> decisions) {
  const auto refused = [&](const std::string& why) {
    return fail(Fault::Refused, officer.login + " " + why + "; somebody else hears the appeal (charter 0.8, 10)",
                the_case.id.text());
  };
  if (the_case.worked_on_by.contains(officer.id)) return refused("has worked on this case");
  for (const auto& [piece, readers] : the_case.opened_by)
    if (readers.contains(officer.id)) return refused("has opened evidence of this case");
  for (const Proposal& decision : decisions) {
    if (decision.proposed.proposer == officer.id) return refused("proposed a decision of this case");
    if (decision.approved && decision.approved->approver == officer.id)
      return refused("approved a decision of this case");
    if (decision.returned && decision.returned->by == officer.id)
      return refused("sent back or refused a decision of this case");
  }
  return Nothing{};
}

std::optional<Instant> late_at(const Appeal& appeal) {
  if (appeal.late || taken_move(appeal_moves(), appeal.state, M::GoLate) == nullptr) return std::nullopt;
  return appeal.lodged.decide_by;
}

Result<AppealMoved> decide(const Appeal& appeal, AppealWish wish, const AppealContext& context, const Mover& mover,
                           Instant now) {
  const std::string where = appeal.lodged.id.text();
  TRY(find_move(appeal_moves(), appeal.state, wish.command, mover, where));
  const Officer* officer = mover.first();
  const bool takes = wish.command == M::Admit || wish.command == M::Dismiss || wish.command == M::Assign ||
                     wish.command == M::TakeOver || wish.command == M::GrantInterim || wish.command == M::RefuseInterim;
  // Of who took it, the reading of the evidence that followed is no earlier part.
  const bool has_it = officer != nullptr && appeal.reviewer == officer->id;
  if (takes && !has_it && context.the_case != nullptr) TRY(may_hear(*officer, *context.the_case, context.decisions));
  switch (wish.command) {
    case M::Dismiss: {
      if (!wish.dismissed) return fail(Fault::Malformed, "which of the three reasons", where);
      const bool so = *wish.dismissed == DismissReason::OutOfTime   ? appeal.lodged.at > appeal.lodged.until
                      : *wish.dismissed == DismissReason::Duplicate ? context.twin
                                                                    : context.nothing_decided;
      if (!so)
        return fail(Fault::Refused,
                    "it is not so that the appeal is '" + std::string(name(*wish.dismissed)) +
                        "'; it has to be heard (charter 6.6)",
                    where);
      break;
    }
    case M::Review:
    case M::Decide:
      if (!has_it) return fail(Fault::Refused, officer->login + " did not take this appeal; who did decides it", where);
      if (wish.command == M::Decide) TRY(check_decision(appeal, wish.decision, where));
      break;
    case M::GoLate:
      if (appeal.late || now < appeal.lodged.decide_by)
        return fail(Fault::Conflict, "it is not late, or is so already", where);
      break;
    case M::TakeOver:
      if (!appeal.late) return fail(Fault::Conflict, "its reviewer has time until it is late (charter 6.6)", where);
      break;
    case M::GrantInterim:
    case M::RefuseInterim:
      if (!appeal.lodged.interim_asked || !appeal.lodged.notice)
        return fail(Fault::Conflict, "nobody asked to suspend a request until then", where);
      if (appeal.interim) return fail(Fault::Conflict, "that was decided already", where);
      if (!appeal.late && !may(*officer, Act::HearAppeal))
        return fail(Fault::Refused, "its reviewer has time until it is late (charter 6.6)", where);
      if (!valid_utf8(wish.words) || trim(wish.words).size() < 10 || wish.words.size() > 4000)
        return fail(Fault::Malformed, "a reason has 10 to 4000 characters", where);
      break;
    case M::RunRemedy:
      if (appeal.decision->remedies.empty()) return fail(Fault::Conflict, "there is no remedy", where);
      break;
    case M::Close:
      if (appeal.state == A::Decided ? !appeal.decision->remedies.empty() : !context.remedies_done)
        return fail(Fault::Conflict, "its remedies are not done yet", where);
      break;
    default:
      break;
  }
  AppealMoved event{appeal.lodged.id, wish.command, now};
  if (officer != nullptr) event.by = officer->id;
  event.words = std::move(wish.words);
  event.dismissed = wish.dismissed;
  event.decision = std::move(wish.decision);
  return event;
}

Result<Appeal> apply(Appeal appeal, const AppealMoved& event) {
  const AppealMove* row = taken_move(appeal_moves(), appeal.state, event.command);
  if (row == nullptr)
    return fail(Fault::Corrupt,
                "'" + std::string(name(event.command)) + "' of an appeal that is " + std::string(name(appeal.state)),
                appeal.lodged.id.text());
  appeal.state = row->to;
  switch (event.command) {
    case M::Assign:
    case M::TakeOver:
      appeal.reviewer = event.by;
      break;
    case M::GoLate:
      appeal.late = true;
      break;
    case M::GrantInterim:
    case M::RefuseInterim:
      appeal.interim = event.command == M::GrantInterim;
      break;
    case M::Dismiss:
      appeal.dismissed = event.dismissed;
      break;
    case M::Decide:
      appeal.decision = event.decision;
      appeal.decided_at = event.at;
      break;
    default:
      break;
  }
  if (is_over(appeal.state)) appeal.closed_at = event.at;
  return appeal;
}

}  // namespace cordon
