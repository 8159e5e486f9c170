// What follows a request: the recipient's answer, suspension and recall, the notice to whom it affects, and what the
// clock does by itself. docs/life-of-a-report.md, steps 7 to 9; appeals are desk/appeals.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

// The code by which whom a request affects may appeal: made of the salt of its decision's line in the log, so that who
// can open that line has it, and nobody else.
struct PartyCode {
  std::string letters;  // empty once the opening was erased
  Digest digest;
};
Result<PartyCode> party_code(Desk& desk, const NoticeId& notice);

// 7. What the recipient said. Which step is one of answer, acknowledge, bounce, reinstate, refuse_reinstatement.
struct RecipientStep {
  ActionCommand command;
  std::optional<RecipientAnswer> answer = {};
  std::string words = {};
  std::optional<AnswerId> came_as = {};  // what came back by mail or by the page, and is taken down by this
};
Result<Action> record_answer(Desk& desk, const Permit<Act::RecordAnswer>& officer, const NoticeId& notice,
                             RecipientStep step);

// What came back and says nothing of the request is put away; the clock goes on.
Result<Nothing> dismiss_answer(Desk& desk, const Permit<Act::RecordAnswer>& officer, const AnswerId& id);

// 8. A reviewer suspends a request, or takes it back; an analyst and an approver take it back. Who releases signs the
// message that tells the recipient.
Result<Action> suspend_request(Desk& desk, const Permit<Act::SuspendAlone>& reviewer, const SecretKey& key,
                               const NoticeId& notice, std::string reason);
Result<Action> recall_request(Desk& desk, const SignedIn& one, const SignedIn* other, const NoticeId& notice,
                              std::string reason);

// 9. Whom the request affects is told, by an address or through its recipient; or nobody is found; or two put it off.
struct PartyStep {
  PartyCommand command;
  std::string to = {}, words = {};
  std::optional<DeferralGround> ground = {};
  std::optional<int> days = {};
};
Result<PartyNotice> tell_party(Desk& desk, const Permit<Act::TellParty>& officer, const NoticeId& notice,
                               PartyStep step);
Result<PartyNotice> defer_party(Desk& desk, const Permit<Act::DeferParty>& officer, const Officer& second,
                                const NoticeId& notice, PartyStep step);

Result<Nothing> reopen_case(Desk& desk, const Permit<Act::ReopenCase>& analyst, const CaseId& case_id,
                            std::string reason);

// Everything about one act, for an officer who may see its case; on record.
struct ReadAct {
  Action action;
  Proposal proposal;
  std::optional<PartyNotice> party;
  std::vector<Store::WaitingMessage> messages;
  std::vector<Appeal> appeals;
  std::vector<LetterRow> letters;   // the request's own first
  std::vector<KeptAnswer> answers;  // what came back, oldest first
};
Result<ReadAct> read_act(Desk& desk, const Permit<Act::ReadCase>& reader, const NoticeId& notice);

// Every message whose line stands under the published checkpoint leaves, once its authority is verified again. Gives
// how many left now.
Result<std::int64_t> send_messages(Desk& desk);
// Approved notices, at most `most`, and messages, whose lines are published then. Gives how many left; what may not
// leave keeps nothing else back.
Result<std::int64_t> send_what_waits(Desk& desk, std::int64_t most = INT64_MAX);
bool may_wait(const Error& error);  // a letter that did not leave for this may leave later: nothing is broken

// What an act needs from the clock, each once: reminders, silence, ends, ends of deferrals, appeals that became late,
// cases that nobody decided, and closings. Publishes nothing and sends nothing: that follows.
Result<std::int64_t> do_what_is_due(Desk& desk);
// All of it, and then what it made leaves. For the hourly job; a courier that cannot be reached is no failure of it.
Result<std::int64_t> keep_promises(Desk& desk);

// The end of a request about an entity that is no longer listed, before its day; nothing where it is over already.
Result<std::optional<Change>> end_delisted(Desk& desk, const NoticeId& notice, Instant now);

// ── for desk/appeals.cc ──

// The event of a move and its line in the log.
Result<Change> action_change(Desk& desk, const Action& action, ActionWish wish, const Mover& mover,
                             std::vector<std::string> roles, Instant now);
// A release as who releases signs it.
Result<Message> signed_release(Desk& desk, MessageKind kind, const Proposed& proposed, std::string reason,
                               const std::vector<const SignedIn*>& by, Instant now);
// The exact body part of a message that follows a request, written again from the record.
Result<std::string> text_of(Desk& desk, const Message& message, const Proposed& proposed);
Result<Nothing> settle_act(Desk& desk, const NoticeId& notice);
Result<Nothing> settle_case(Desk& desk, const CaseId& case_id);
// A closed case of an appeal that was upheld is assessed again; one that is not closed is being worked on anyway.
Result<Nothing> reopen_after_appeal(Desk& desk, const CaseId& case_id, const Appeal& appeal);
// After a change: published, sent, and what hangs on it moved on. What cannot leave now leaves later.
Result<Nothing> carry_on(Desk& desk, const NoticeId& notice);

}  // namespace cordon
