#include "decision/action.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<ActionState, 17> kActionStates{{
    {ActionState::Drafted, "drafted"},
    {ActionState::Approved, "approved"},
    {ActionState::Sent, "sent"},
    {ActionState::Delivered, "delivered"},
    {ActionState::Bounced, "bounced"},
    {ActionState::Acknowledged, "acknowledged"},
    {ActionState::Answered, "answered"},
    {ActionState::EffectVerified, "effect_verified"},
    {ActionState::NoAnswer, "no_answer"},
    {ActionState::PartyNotified, "party_notified"},
    {ActionState::Closed, "closed"},
    {ActionState::Contested, "contested"},
    {ActionState::Suspended, "suspended"},
    {ActionState::Recalled, "recalled"},
    {ActionState::Reinstated, "reinstated"},
    {ActionState::ReinstateRefused, "reinstate_refused"},
    {ActionState::Expired, "expired"},
}};

constexpr Spelling<ActionCommand, 17> kActionCommands{{
    {ActionCommand::Approve, "approve"},
    {ActionCommand::Send, "send"},
    {ActionCommand::Deliver, "deliver"},
    {ActionCommand::Bounce, "bounce"},
    {ActionCommand::Acknowledge, "acknowledge"},
    {ActionCommand::Answer, "answer"},
    {ActionCommand::Remind, "remind"},
    {ActionCommand::GiveUp, "give_up"},
    {ActionCommand::Verify, "verify"},
    {ActionCommand::NotifyParty, "notify_party"},
    {ActionCommand::Close, "close"},
    {ActionCommand::Contest, "contest"},
    {ActionCommand::Suspend, "suspend"},
    {ActionCommand::Recall, "recall"},
    {ActionCommand::Reinstate, "reinstate"},
    {ActionCommand::RefuseReinstatement, "refuse_reinstatement"},
    {ActionCommand::Expire, "expire"},
}};

constexpr Spelling<AnswerResult, 6> kResults{{
    {AnswerResult::DoneFull, "done_full"},
    {AnswerResult::DonePartial, "done_partial"},
    {AnswerResult::Declined, "declined"},
    {AnswerResult::AlreadyGone, "already_gone"},
    {AnswerResult::Cleaned, "cleaned"},
    {AnswerResult::Misdirected, "misdirected"},
}};

constexpr Spelling<DeclineReason, 8> kReasons{{
    {DeclineReason::NotIllegal, "not_illegal"},
    {DeclineReason::Insufficient, "insufficient"},
    {DeclineReason::NotHost, "not_host"},
    {DeclineReason::ConflictOfLaw, "conflict_of_law"},
    {DeclineReason::Proportionality, "proportionality"},
    {DeclineReason::TermsDiffer, "terms_differ"},
    {DeclineReason::NoReason, "no_reason"},
    {DeclineReason::ProtectedHolder, "protected_holder"},
}};

using S = ActionState;
using C = ActionCommand;

constexpr By kRecords = By::officer(Act::RecordAnswer);
constexpr By kTwoRecall = By::two(Act::Recall, Act::CountersignRecall);
constexpr By kOneRecalls = By::officer(Act::RecallAlone);
constexpr By kSuspends = By::officer(Act::SuspendAlone);
constexpr std::string_view kAnswerGuard = "a result of 5.2; a reason with `declined` and only then";
constexpr std::string_view kReasonGuard = "a reason; the recipient is told";
constexpr std::string_view kSunset = "`sunset_at`; the recipient is told that the request has ended";
constexpr std::string_view kReply = "`reply_by`; once";
constexpr std::string_view kNotTaken = "the server's refusal, or its notice of failure with the letter's own code";
constexpr std::string_view kSilence = "72 h after the reminder";

// "Any after sent" of the charter is one row for each state that it means.
constexpr std::array kActionMoves{
    ActionMove{S::Drafted, C::Approve, By::two(Act::Propose, Act::Approve), S::Approved, Logged::No,
               "the decision is effective (6.3)"},
    ActionMove{S::Approved, C::Send, By::software(), S::Sent, Logged::Yes,
               "an Authority that the sender verified; its line in the log is published"},
    ActionMove{S::Sent, C::Deliver, By::software(), S::Delivered, Logged::No, "the courier's receipt"},
    ActionMove{S::Sent, C::Bounce, kRecords, S::Bounced, Logged::No, "the bounce came back"},
    ActionMove{S::Sent, C::Bounce, By::software(), S::Bounced, Logged::No, kNotTaken},
    ActionMove{S::Delivered, C::Bounce, kRecords, S::Bounced, Logged::No, "the bounce came back"},
    ActionMove{S::Delivered, C::Bounce, By::software(), S::Bounced, Logged::No, kNotTaken},
    ActionMove{S::Delivered, C::Acknowledge, kRecords, S::Acknowledged, Logged::No, "the recipient said it has it"},
    ActionMove{S::Delivered, C::Answer, kRecords, S::Answered, Logged::Yes, kAnswerGuard},
    ActionMove{S::Acknowledged, C::Answer, kRecords, S::Answered, Logged::Yes, kAnswerGuard},
    ActionMove{S::Suspended, C::Answer, kRecords, S::Suspended, Logged::Yes, kAnswerGuard},
    ActionMove{S::Contested, C::Answer, kRecords, S::Contested, Logged::Yes, kAnswerGuard},
    ActionMove{S::Delivered, C::Remind, By::software(), S::Delivered, Logged::Yes, kReply},
    ActionMove{S::Acknowledged, C::Remind, By::software(), S::Acknowledged, Logged::Yes, kReply},
    ActionMove{S::Delivered, C::GiveUp, By::software(), S::NoAnswer, Logged::Yes, kSilence},
    ActionMove{S::Acknowledged, C::GiveUp, By::software(), S::NoAnswer, Logged::Yes, kSilence},
    ActionMove{S::Answered, C::Verify, By::software(), S::EffectVerified, Logged::No, "the liveness check"},
    ActionMove{S::Answered, C::NotifyParty, By::software(), S::PartyNotified, Logged::No, "6.5 is over"},
    ActionMove{S::EffectVerified, C::NotifyParty, By::software(), S::PartyNotified, Logged::No, "6.5 is over"},
    ActionMove{S::PartyNotified, C::Close, By::software(), S::Closed, Logged::No, "no appeal is pending"},

    ActionMove{S::Sent, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::Delivered, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::Bounced, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::Acknowledged, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::Answered, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::Answered, C::Suspend, By::software(), S::Suspended, Logged::Yes,
               "the recipient declined as `protected_holder`; the ombudsperson decides (amendment 11)"},
    ActionMove{S::EffectVerified, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::NoAnswer, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::PartyNotified, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::Closed, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},
    ActionMove{S::Contested, C::Suspend, kSuspends, S::Suspended, Logged::Yes, kReasonGuard},

    ActionMove{S::Sent, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Sent, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Delivered, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Delivered, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Bounced, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Bounced, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Acknowledged, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Acknowledged, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Answered, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Answered, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::EffectVerified, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::EffectVerified, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::NoAnswer, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::NoAnswer, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::PartyNotified, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::PartyNotified, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Closed, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Closed, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Contested, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Contested, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Suspended, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Suspended, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},
    // An appeal may be upheld after the request has ended: what was taken down because of it is asked back.
    ActionMove{S::Expired, C::Recall, kTwoRecall, S::Recalled, Logged::Yes, kReasonGuard},
    ActionMove{S::Expired, C::Recall, kOneRecalls, S::Recalled, Logged::Yes, kReasonGuard},

    ActionMove{S::Recalled, C::Reinstate, kRecords, S::Reinstated, Logged::Yes, "the recipient's answer"},
    ActionMove{S::Recalled, C::RefuseReinstatement, kRecords, S::ReinstateRefused, Logged::Yes,
               "the recipient's answer"},

    ActionMove{S::Sent, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::Delivered, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::Bounced, C::Expire, By::software(), S::Expired, Logged::Yes, "`sunset_at`; nobody can be told"},
    ActionMove{S::Acknowledged, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::Answered, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::EffectVerified, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::NoAnswer, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::PartyNotified, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::Closed, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::Contested, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},
    ActionMove{S::Suspended, C::Expire, By::software(), S::Expired, Logged::Yes, kSunset},

    ActionMove{S::Sent, C::Contest, By::outside(), S::Contested, Logged::Yes,
               "the host state, within 72 h of its copy"},
    ActionMove{S::Delivered, C::Contest, By::outside(), S::Contested, Logged::Yes,
               "the host state, within 72 h of its copy"},
};

Json answer_json(const RecipientAnswer& answer) {
  Json body = Json::Object{
      {"result", name(answer.result)}, {"reference", answer.reference}, {"given_at", to_rfc3339(answer.given_at)}};
  if (answer.reason) body.set("reason", name(*answer.reason));
  return body;
}

Result<std::optional<RecipientAnswer>> read_answer(const Json& body) {
  const Json* stored = body.find("answer");
  if (stored == nullptr) return std::optional<RecipientAnswer>();
  const AnswerResult result = TRY(parse_answer_result(TRY(stored->text("result"))));
  const std::optional<DeclineReason> reason = TRY(if_there(*stored, "reason", parse_decline_reason));
  std::string reference = TRY(stored->text("reference"));
  const Instant given_at = TRY(parse_rfc3339(TRY(stored->text("given_at"))));
  return std::optional(RecipientAnswer{result, reason, std::move(reference), given_at});
}

Result<Nothing> check_answer(const Action& action, const std::optional<RecipientAnswer>& answer, Instant now,
                             const std::string& where) {
  if (!answer) return fail(Fault::Malformed, "an answer has a result", where);
  if ((answer->result == AnswerResult::Declined) != answer->reason.has_value())
    return fail(Fault::Malformed, "a reason goes with `declined`, and with nothing else (charter 5.2)", where);
  if (!valid_utf8(answer->reference) || answer->reference.size() > 1000)
    return fail(Fault::Malformed, "a reference is UTF-8 of at most 1000 bytes", where);
  if (answer->given_at > now || (action.sent_at && answer->given_at < *action.sent_at))
    return fail(Fault::Malformed, "an answer comes after its request, and not in the future", where);
  return Nothing{};
}

}  // namespace

std::string_view name(ActionState state) { return spelled(kActionStates, state); }
Result<ActionState> parse_action_state(std::string_view text) {
  return read_spelled(kActionStates, text, "state of an action");
}
std::string_view name(ActionCommand command) { return spelled(kActionCommands, command); }
Result<ActionCommand> parse_action_command(std::string_view text) {
  return read_spelled(kActionCommands, text, "command to an action");
}
std::string_view name(AnswerResult result) { return spelled(kResults, result); }
Result<AnswerResult> parse_answer_result(std::string_view text) {
  return read_spelled(kResults, text, "answer of a recipient");
}
std::string_view name(DeclineReason reason) { return spelled(kReasons, reason); }
Result<DeclineReason> parse_decline_reason(std::string_view text) {
  return read_spelled(kReasons, text, "reason to decline");
}

bool says_protected(const Action& action) {
  return action.answer && action.answer->reason == DeclineReason::ProtectedHolder;
}

bool harm_stopped(AnswerResult result) {
  return result == AnswerResult::DoneFull || result == AnswerResult::Cleaned || result == AnswerResult::AlreadyGone;
}

std::span<const ActionMove> action_moves() { return kActionMoves; }

bool is_over(ActionState state) {
  switch (state) {
    case S::NoAnswer:
    case S::Closed:
    case S::Recalled:  // the request is gone; whether its recipient reinstates may come at any time
    case S::Reinstated:
    case S::ReinstateRefused:
    case S::Expired:
      return true;
    default:
      return false;
  }
}

Action approved_action(const Proposed& proposed) {
  return Action{proposed.notice,       proposed.id,       proposed.case_id,
                ActionState::Approved, proposed.reply_by, proposed.sunset_at};
}

Json to_json(const Action& action) {
  Json body = Json::Object{{"notice", action.notice.text()},          {"proposal", action.proposal.text()},
                           {"case", action.case_id.text()},           {"state", name(action.state)},
                           {"reply_by", to_rfc3339(action.reply_by)}, {"sunset_at", to_rfc3339(action.sunset_at)}};
  const auto put = [&](const char* key, const std::optional<Instant>& at) {
    if (at) body.set(key, to_rfc3339(*at));
  };
  put("sent_at", action.sent_at);
  put("reminded_at", action.reminded_at);
  put("moved_at", action.moved_at);
  if (action.answer) body.set("answer", answer_json(*action.answer));
  if (action.code) body.set("code", action.code->hex());
  if (action.answer_waits) body.set("answer_waits", true);
  return body;
}

Result<Action> read_action(const Json& body) {
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  ProposalId proposal = TRY(ProposalId::parse(TRY(body.text("proposal"))));
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const ActionState state = TRY(parse_action_state(TRY(body.text("state"))));
  const Instant reply_by = TRY(parse_rfc3339(TRY(body.text("reply_by"))));
  const Instant sunset_at = TRY(parse_rfc3339(TRY(body.text("sunset_at"))));
  Action action{std::move(notice), std::move(proposal), std::move(case_id), state, reply_by, sunset_at};
  action.sent_at = TRY(if_there(body, "sent_at", parse_rfc3339));
  action.reminded_at = TRY(if_there(body, "reminded_at", parse_rfc3339));
  action.moved_at = TRY(if_there(body, "moved_at", parse_rfc3339));
  action.answer = TRY(read_answer(body));
  action.code = TRY(if_there(body, "code", parse_digest));
  if (body.find("answer_waits") != nullptr) action.answer_waits = TRY(body.flag("answer_waits"));
  return action;
}

Json to_json(const ActionMoved& event) {
  Json body = Json::Object{{"notice", event.notice.text()},
                           {"command", name(event.command)},
                           {"at", to_rfc3339(event.at)},
                           {"words", event.words}};
  if (event.by) body.set("by", event.by->text());
  if (event.second) body.set("second", event.second->text());
  if (event.answer) body.set("answer", answer_json(*event.answer));
  if (event.appeal) body.set("appeal", event.appeal->text());
  if (event.code) body.set("code", event.code->hex());
  if (event.message) body.set("message", to_json(*event.message));
  return body;
}

Result<ActionMoved> read_action_moved(const Json& body) {
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  const ActionCommand command = TRY(parse_action_command(TRY(body.text("command"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  ActionMoved event{std::move(notice), command, at};
  event.words = TRY(body.text("words"));
  event.by = TRY(if_there(body, "by", OfficerId::parse));
  event.second = TRY(if_there(body, "second", OfficerId::parse));
  event.answer = TRY(read_answer(body));
  event.appeal = TRY(if_there(body, "appeal", AppealId::parse));
  event.code = TRY(if_there(body, "code", parse_digest));
  if (const Json* message = body.find("message")) event.message = TRY(read_message(*message));
  return event;
}

std::optional<MessageKind> said_by(ActionState from, ActionCommand command) {
  switch (command) {
    case C::Remind:
      return MessageKind::Reminder;
    case C::Suspend:
      return MessageKind::Suspended;
    case C::Recall:
      return MessageKind::Recalled;
    case C::Expire:
      // Of a bounce nobody is there.
      return from == S::Bounced ? std::nullopt : std::optional(MessageKind::Ended);
    default:
      return std::nullopt;
  }
}

std::optional<ActionDue> next_due(const Action& action) {
  if (action.state == S::Sent) return ActionDue{C::Deliver, action.sent_at.value_or(action.sunset_at)};
  std::optional<ActionDue> next;
  if (taken_move(action_moves(), action.state, C::Expire) != nullptr) next = ActionDue{C::Expire, action.sunset_at};
  if (!action.answer_waits && (action.state == S::Delivered || action.state == S::Acknowledged)) {
    const ActionDue reply = action.reminded_at ? ActionDue{C::GiveUp, *action.reminded_at + kAfterReminderMs}
                                               : ActionDue{C::Remind, action.reply_by};
    if (!next || reply.at < next->at) next = reply;
  }
  return next;
}

Result<ActionMoved> decide(const Action& action, ActionWish wish, const Mover& mover, Instant now) {
  const std::string where = action.notice.text();
  if (wish.command == C::Approve || wish.command == C::Send)
    return fail(Fault::Usage, "'" + std::string(name(wish.command)) + "' is an event of its own", where);
  TRY(find_move(action_moves(), action.state, wish.command, mover, where));
  switch (wish.command) {
    case C::Answer:
      TRY(check_answer(action, wish.answer, now, where));
      break;
    case C::Deliver:
      if (!wish.code) return fail(Fault::Malformed, "a delivery fixes the code of the affected party", where);
      break;
    case C::Remind:
      if (action.reminded_at || now < action.reply_by)
        return fail(Fault::Conflict, "one reminder, after the day that an answer was asked by", where);
      break;
    case C::GiveUp:
      if (!action.reminded_at || now - *action.reminded_at < kAfterReminderMs)
        return fail(Fault::Conflict, "silence counts 72 hours after the reminder", where);
      break;
    case C::Expire:
      if (!wish.delisted && now < action.sunset_at)
        return fail(Fault::Conflict, "the request has not come to its end", where);
      break;
    case C::Suspend:
      if (mover.first() == nullptr && !says_protected(action))
        return fail(Fault::Conflict, "the software suspends only what its recipient calls a protected holder's", where);
      [[fallthrough]];
    case C::Recall:
      if (!valid_utf8(wish.words) || trim(wish.words).size() < 10 || wish.words.size() > 4000)
        return fail(Fault::Malformed, "a reason has 10 to 4000 characters", where);
      break;
    default:
      break;
  }
  // Who declined is asked nothing more, and told nothing by it.
  const bool by_answer = wish.command == C::Suspend && mover.first() == nullptr;
  const std::optional<MessageKind> said = by_answer ? std::nullopt : said_by(action.state, wish.command);
  if (said.has_value() != wish.message.has_value() ||
      (said && (wish.message->kind != *said || wish.message->notice != action.notice)))
    return fail(Fault::Malformed, "this move and its message do not fit", where);
  ActionMoved event{action.notice, wish.command, now};
  if (mover.first() != nullptr) event.by = mover.first()->id;
  if (mover.second() != nullptr) event.second = mover.second()->id;
  event.answer = std::move(wish.answer);
  event.words = std::move(wish.words);
  event.appeal = std::move(wish.appeal);
  event.code = wish.code;
  event.message = std::move(wish.message);
  return event;
}

Result<Nothing> may_send(const Action& action, const Authority& authority) {
  TRY(find_move(action_moves(), action.state, C::Send, Mover::software(), action.notice.text()));
  if (authority.kind() != AuthorityKind::Signed || authority.notice() != action.notice ||
      authority.proposal() != action.proposal)
    return fail(Fault::Refused, "that is the authority to send something else", action.notice.text());
  return Nothing{};
}

Result<Action> sent(Action action, Instant at) {
  const ActionMove* row = taken_move(action_moves(), action.state, C::Send);
  if (row == nullptr) return fail(Fault::Corrupt, "sent, but it was not approved", action.notice.text());
  action.state = row->to;
  action.sent_at = action.moved_at = at;
  return action;
}

Result<Action> apply(Action action, const ActionMoved& event) {
  const ActionMove* row = taken_move(action_moves(), action.state, event.command);
  if (row == nullptr)
    return fail(Fault::Corrupt,
                "'" + std::string(name(event.command)) + "' of an action that is " + std::string(name(action.state)),
                action.notice.text());
  action.state = row->to;
  action.moved_at = event.at;
  if (event.command == C::Remind) action.reminded_at = event.at;
  if (event.answer) action.answer = event.answer;
  if (event.code) action.code = event.code;
  return action;
}

std::optional<CaseCommand> meaning_for_case(const ActionMoved& event) {
  switch (event.command) {
    case C::Answer:
      return event.answer && harm_stopped(event.answer->result) ? CaseCommand::Resolve : CaseCommand::FailToResolve;
    case C::GiveUp:
    case C::Expire:
    case C::Recall:
      return CaseCommand::FailToResolve;
    default:
      return std::nullopt;
  }
}

}  // namespace cordon
