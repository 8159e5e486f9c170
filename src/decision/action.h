// The life of a request after its approval (charter 6.4): sent, answered, recalled, ended. Pure: a state and a command
// in, the event or a refusal out; the table of moves is action.cc's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/case_life.h"
#include "decision/authority.h"
#include "decision/message.h"
#include "decision/proposal.h"
#include "officer/move.h"

namespace cordon {

enum class ActionState {
  Drafted,
  Approved,
  Sent,
  Delivered,
  Bounced,
  Acknowledged,
  Answered,
  EffectVerified,
  NoAnswer,
  PartyNotified,
  Closed,
  Contested,
  Suspended,
  Recalled,
  Reinstated,
  ReinstateRefused,
  Expired,
};
std::string_view name(ActionState state);  // "sent", "effect_verified", …
Result<ActionState> parse_action_state(std::string_view text);
inline constexpr ActionState kLastActionState = ActionState::Expired;

enum class ActionCommand {
  Approve,
  Send,
  Deliver,
  Bounce,
  Acknowledge,
  Answer,
  Remind,
  GiveUp,
  Verify,
  NotifyParty,
  Close,
  Contest,
  Suspend,
  Recall,
  Reinstate,
  RefuseReinstatement,
  Expire,
};
std::string_view name(ActionCommand command);  // "answer", "give_up", …
Result<ActionCommand> parse_action_command(std::string_view text);
inline constexpr ActionCommand kLastActionCommand = ActionCommand::Expire;

using ActionMove = Move<ActionState, ActionCommand>;
std::span<const ActionMove> action_moves();
bool is_over(ActionState state);  // nothing more is asked of anybody; a case may close (6.2)

// What a recipient said (charter 5.2). `no_answer` and `reinstated` are states of their own.
enum class AnswerResult { DoneFull, DonePartial, Declined, AlreadyGone, Cleaned, Misdirected };
std::string_view name(AnswerResult result);
Result<AnswerResult> parse_answer_result(std::string_view text);
enum class DeclineReason {
  NotIllegal,
  Insufficient,
  NotHost,
  ConflictOfLaw,
  Proportionality,
  TermsDiffer,
  NoReason,
  ProtectedHolder,  // amendment 11: the target is media, an NGO, a party, a union or a lawyer; suspended, to the
                    // ombudsperson
};
std::string_view name(DeclineReason reason);
Result<DeclineReason> parse_decline_reason(std::string_view text);
bool harm_stopped(AnswerResult result);

struct RecipientAnswer {
  AnswerResult result;
  std::optional<DeclineReason> reason;  // of `declined`, and only of that
  std::string reference;                // the recipient's own, or its words
  Instant given_at;                     // when it came; recorded later
};

struct Action {
  NoticeId notice;
  ProposalId proposal;
  CaseId case_id;
  ActionState state = ActionState::Approved;
  Instant reply_by, sunset_at;
  std::optional<Instant> sent_at = {}, reminded_at = {}, moved_at = {};
  std::optional<RecipientAnswer> answer = {};
  std::optional<Digest> code = {};  // of the code by which the affected party may appeal
  bool answer_waits = false;        // something came back that no officer has looked at: nobody is reminded
};
Action approved_action(const Proposed& proposed);
Json to_json(const Action& action);
Result<Action> read_action(const Json& body);

// Whether its recipient declined because the target is somebody's whom the guard protects (amendment 11).
bool says_protected(const Action& action);

// Event: the action moved by one row of the table.
struct ActionMoved {
  NoticeId notice;
  ActionCommand command;
  Instant at;
  std::optional<OfficerId> by = {}, second = {};  // nobody: the software
  std::optional<RecipientAnswer> answer = {};
  std::string words = {};  // a reason, or a recipient's reference
  std::optional<AppealId> appeal = {};
  std::optional<Digest> code = {};
  std::optional<Message> message = {};  // that leaves because of it
};
Json to_json(const ActionMoved& event);
Result<ActionMoved> read_action_moved(const Json& body);

// How long after the reminder silence counts as no answer: once more what a peer has to answer in (charter 5.7).
inline constexpr std::int64_t kAfterReminderMs = 72 * kHourMs;

// What a command needs beside itself.
struct ActionWish {
  ActionCommand command;
  std::optional<RecipientAnswer> answer = {};
  std::string words = {};
  std::optional<AppealId> appeal = {};
  std::optional<Digest> code = {};
  std::optional<Message> message = {};
  bool delisted = false;  // of expire: C16 rests on an entity that is no longer on the list (charter 4.4)
};
// Everything but `approve` and `send`, which are Approved's and NoticeSent's.
Result<ActionMoved> decide(const Action& action, ActionWish wish, const Mover& mover, Instant now);
// Asked by the sender with what it verified by itself: there is no other way to `sent`.
Result<Nothing> may_send(const Action& action, const Authority& authority);
Result<Action> sent(Action action, Instant at);
Result<Action> apply(Action action, const ActionMoved& event);
// Whether a move has to say something to the recipient.
std::optional<MessageKind> said_by(ActionState from, ActionCommand command);

// What the software does by itself and when: each deadline of an action, once. Nothing: none is left.
struct ActionDue {
  ActionCommand command;
  Instant at;
};
std::optional<ActionDue> next_due(const Action& action);

// What an action's move means for its case; nothing for most.
std::optional<CaseCommand> meaning_for_case(const ActionMoved& event);

}  // namespace cordon
