#include "desk/acts.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "desk/appeals.h"
#include "desk/break_glass.h"
#include "desk/couriers.h"
#include "desk/flow.h"
#include "desk/rules.h"
#include "desk/witnesses.h"
#include "ledger/proof_file.h"
#include "referral/wording.h"

namespace cordon {

namespace {

constexpr std::int64_t kAtOnce = 1000;  // of each kind of due thing; the next run takes the rest

Result<Proposed> proposed_of(Desk& desk, const Action& action) {
  return TRY(desk.store().find_proposal(Sight::of_software(), action.proposal)).proposed;
}

Letterhead letterhead(Desk& desk, Instant at) {
  const Operator& sender = desk.settings().operator_;
  return {sender.name,
          sender.address,
          desk.annex().redress(),
          desk.annex().fictitious(),
          appeal_until(at, desk.settings().zone),
          kFollowUpWording};
}

}  // namespace

// The fixed text of a message's kind, from the record alone: who sends it compares.
Result<std::string> text_of(Desk& desk, const Message& message, const Proposed& proposed) {
  const Letterhead head = message.head.value_or(letterhead(desk, message.at));
  FollowUpFacts facts{message, proposed, head};
  std::string about;
  if (message.kind == MessageKind::Party) {
    facts.code = TRY(party_code(desk, message.notice)).letters;
    about = TRY(desk.store().blobs().get(proposed.body_blob()));
  }
  return compose_follow_up(facts, about);
}

namespace {

Result<Message> new_message(Desk& desk, MessageKind kind, const Proposed& proposed, std::string to, std::string reason,
                            Instant now) {
  Message message{
      LetterId::make(now, desk.random()), kind, proposed.notice, std::move(to), std::move(reason), now, sha256("")};
  message.head = letterhead(desk, now);
  message.body = sha256(TRY(text_of(desk, message, proposed)));
  return message;
}

std::vector<std::string> roles_of(const Mover& mover, const char* one, const char* two) {
  if (mover.first() == nullptr) return {"software"};
  if (mover.second() == nullptr) return {one};
  return {one, two};
}

Result<Change> party_change(Desk& desk, const PartyNotice& party, const Proposed& proposed, PartyWish wish,
                            const Mover& mover, Instant now) {
  const PartyMoved event = TRY(decide(party, std::move(wish), mover, now));
  const PartyNotice next = TRY(apply(party, event));
  const std::string actor = mover.first() == nullptr ? "software" : mover.first()->login;
  if (taken_move(party_moves(), party.state, event.command)->logged == Logged::No) return Change{event, actor, {}};
  Json plain = Json::Object{{"deferrals", next.deferrals}};
  if (event.ground) plain.set("ground", name(*event.ground));
  if (event.until) plain.set("until", to_rfc3339(*event.until));
  const Leaf leaf{"party_notice",
                  now,
                  party.notice.text(),
                  std::string(proposed.matter.id()),
                  std::string(name(proposed.wish.kind)),
                  std::string(name(party.state)),
                  std::string(name(next.state)),
                  roles_of(mover, "analyst", "approver"),
                  std::move(plain),
                  to_json(event)};
  return Change{event, actor, seal_leaf(leaf, desk.leaf_frame(), desk.random())};
}

Result<Change> case_change(Desk& desk, const Case& the_case, CaseMoved event) {
  const CaseState next = after(the_case.state, event.command);
  const Leaf leaf{"case",
                  event.at,
                  event.case_id.text(),
                  std::string(the_case.matter.id()),
                  "",
                  std::string(name(the_case.state)),
                  std::string(name(next)),
                  {event.by ? (event.appeal ? "appeal_reviewer" : "analyst") : "software"},
                  Json::Object{},
                  to_json(event)};
  SealedLeaf sealed = seal_leaf(leaf, desk.leaf_frame(), desk.random());
  std::string actor = "software";
  if (event.by) actor = TRY(desk.store().officer_by_id(*event.by)).login;
  return Change{std::move(event), std::move(actor), std::move(sealed)};
}

}  // namespace

Result<PartyCode> party_code(Desk& desk, const NoticeId& notice) {
  const Result<std::string> opening = desk.store().opening(TRY(desk.store().approval_leaf(notice)));
  if (!opening && opening.error().fault != Fault::NotFound) return opening.error();
  if (!opening) return PartyCode{{}, sha256(desk.random().bytes(32))};
  const std::string salt = TRY(from_hex(TRY(TRY(parse_json(*opening)).text("salt"))));
  std::string letters = letters_of(hmac_sha256(salt, "cordon/appeal/1"));
  const Digest digest = TRY(digest_of_receipt(letters));
  return PartyCode{std::move(letters), digest};
}

Result<Change> action_change(Desk& desk, const Action& action, ActionWish wish, const Mover& mover,
                             std::vector<std::string> roles, Instant now) {
  const ActionMoved event = TRY(decide(action, std::move(wish), mover, now));
  const Action next = TRY(apply(action, event));
  const std::string actor = mover.first() == nullptr ? "software" : mover.first()->login;
  if (taken_move(action_moves(), action.state, event.command)->logged == Logged::No) return Change{event, actor, {}};
  const Proposed proposed = TRY(proposed_of(desk, action));
  Json plain = Json::Object{{"recipient", name(proposed.wish.recipient)}, {"step", name(event.command)}};
  if (event.answer) {
    plain.set("result", name(event.answer->result));
    if (event.answer->reason) plain.set("reason", name(*event.answer->reason));
  }
  const Leaf leaf{"action",
                  now,
                  action.notice.text(),
                  std::string(proposed.matter.id()),
                  std::string(name(proposed.wish.kind)),
                  std::string(name(action.state)),
                  std::string(name(next.state)),
                  std::move(roles),
                  std::move(plain),
                  to_json(event)};
  return Change{event, actor, seal_leaf(leaf, desk.leaf_frame(), desk.random())};
}

Result<Message> signed_release(Desk& desk, MessageKind kind, const Proposed& proposed, std::string reason,
                               const std::vector<const SignedIn*>& by, Instant now) {
  Message message = TRY(new_message(desk, kind, proposed, proposed.wish.contact, std::move(reason), now));
  const std::string text = to_be_signed_for_release(message);
  for (const SignedIn* one : by) message.signed_by.push_back({one->officer.id, one->key.sign(text)});
  return message;
}

// ── 7. the answer ──

namespace {

Result<KeptAnswer> open_answer(Desk& desk, const Sight& sight, const AnswerId& id, const NoticeId& notice) {
  KeptAnswer answer = TRY(desk.store().find_answer(sight, id));
  if (answer.came.notice != notice) return fail(Fault::NotFound, "that answered another request", id.text());
  if (answer.state != AnswerState::Open)
    return fail(Fault::Conflict, "that is " + std::string(name(answer.state)) + " already", id.text());
  return answer;
}

}  // namespace

Result<Nothing> dismiss_answer(Desk& desk, const Permit<Act::RecordAnswer>& permit, const AnswerId& id) {
  const KeptAnswer found = TRY(desk.store().find_answer(permit.sight(), id));
  const KeptAnswer answer = TRY(open_answer(desk, permit.sight(), id, found.came.notice));
  const Instant now = desk.now();
  return desk.store().append(
      {{AnswerSettled{answer.came.id, permit.officer().id, false, now}, permit.officer().login, {}}}, now);
}

Result<Action> record_answer(Desk& desk, const Permit<Act::RecordAnswer>& permit, const NoticeId& notice,
                             RecipientStep step) {
  const Action action = TRY(desk.store().find_action(permit.sight(), notice));
  ActionWish wish{step.command};
  wish.answer = std::move(step.answer);
  wish.words = std::move(step.words);
  const Instant now = desk.now();
  const Change change =
      TRY(action_change(desk, action, std::move(wish), Mover::officer(permit.officer()), {"analyst"}, now));
  std::vector<Change> changes{change};
  if (step.came_as) {
    const KeptAnswer came = TRY(open_answer(desk, permit.sight(), *step.came_as, notice));
    changes.push_back({AnswerSettled{came.came.id, permit.officer().id, true, now}, permit.officer().login, {}});
  }
  const Action answered = TRY(apply(action, std::get<ActionMoved>(change.event)));
  if (answered.state == ActionState::Answered && says_protected(answered)) {
    ActionWish suspend{ActionCommand::Suspend};
    suspend.words = "The recipient says that a protected holder has it; the ombudsperson decides.";
    const Change suspended =
        TRY(action_change(desk, answered, std::move(suspend), Mover::software(), {"software"}, now));
    changes.push_back(suspended);
  }
  TRY(desk.store().append(changes, now));
  TRY(carry_on(desk, notice));
  return desk.store().find_action(permit.sight(), notice);
}

// ── 8. suspended, recalled ──

Result<Action> suspend_request(Desk& desk, const Permit<Act::SuspendAlone>& permit, const SecretKey& key,
                               const NoticeId& notice, std::string reason) {
  const Action action = TRY(desk.store().find_action(permit.sight(), notice));
  const Proposed proposed = TRY(proposed_of(desk, action));
  const SignedIn who{permit.officer(), TRY(SecretKey::from_seed(key.seed()))};
  const Instant now = desk.now();
  ActionWish wish{ActionCommand::Suspend};
  wish.words = reason;
  wish.message = TRY(signed_release(desk, MessageKind::Suspended, proposed, std::move(reason), {&who}, now));
  const Change change =
      TRY(action_change(desk, action, std::move(wish), Mover::officer(who.officer), {"appeal_reviewer"}, now));
  TRY(desk.store().append({change}, now));
  TRY(carry_on(desk, notice));
  return desk.store().find_action(permit.sight(), notice);
}

Result<Action> recall_request(Desk& desk, const SignedIn& one, const SignedIn* other, const NoticeId& notice,
                              std::string reason) {
  const Sight sight = sight_of(one.officer);
  const Action action = TRY(desk.store().find_action(sight, notice));
  const Proposed proposed = TRY(proposed_of(desk, action));
  const Instant now = desk.now();
  std::vector<const SignedIn*> by{&one};
  if (other != nullptr) by.push_back(other);
  const Mover mover = other == nullptr ? Mover::officer(one.officer) : Mover::two(one.officer, other->officer);
  ActionWish wish{ActionCommand::Recall};
  wish.words = reason;
  wish.message = TRY(signed_release(desk, MessageKind::Recalled, proposed, std::move(reason), by, now));
  std::vector<std::string> roles{"appeal_reviewer"};
  if (other != nullptr) roles = {"analyst", "approver"};
  const Change change = TRY(action_change(desk, action, std::move(wish), mover, std::move(roles), now));
  TRY(desk.store().append({change}, now));
  TRY(carry_on(desk, notice));
  return desk.store().find_action(sight, notice);
}

// ── 9. whom it affects ──

namespace {

Result<PartyNotice> party_of(Desk& desk, const Sight& sight, const NoticeId& notice) {
  TRY(desk.store().find_action(sight, notice));
  const std::optional<PartyNotice> party = TRY(desk.store().party_notice(notice));
  if (!party)
    return fail(Fault::NotFound, "this request affects nobody beside its recipient, or has not left", notice.text());
  return *party;
}

Result<Nothing> check_address(const std::string& to) {
  const Result<Observable> address = parse_observable(ObservableKind::Email, to);
  if (address) return Nothing{};
  return fail(Fault::Malformed, address.error().message, "to");
}

}  // namespace

Result<PartyNotice> tell_party(Desk& desk, const Permit<Act::TellParty>& permit, const NoticeId& notice,
                               PartyStep step) {
  const PartyNotice party = TRY(party_of(desk, permit.sight(), notice));
  const Proposed proposed = TRY(proposed_of(desk, TRY(desk.store().find_action(permit.sight(), notice))));
  const Instant now = desk.now();
  PartyWish wish{step.command};
  wish.words = std::move(step.words);
  if (step.command == PartyCommand::Send || step.command == PartyCommand::Relay) {
    wish.to = step.command == PartyCommand::Relay ? proposed.wish.contact : step.to;
    TRY(check_address(wish.to));
    wish.message = TRY(new_message(desk, MessageKind::Party, proposed, wish.to, {}, now));
  }
  const Change change =
      TRY(party_change(desk, party, proposed, std::move(wish), Mover::officer(permit.officer()), now));
  TRY(desk.store().append({change}, now));
  TRY(carry_on(desk, notice));
  return party_of(desk, permit.sight(), notice);
}

Result<PartyNotice> defer_party(Desk& desk, const Permit<Act::DeferParty>& permit, const Officer& second,
                                const NoticeId& notice, PartyStep step) {
  const PartyNotice party = TRY(party_of(desk, permit.sight(), notice));
  const Proposed proposed = TRY(proposed_of(desk, TRY(desk.store().find_action(permit.sight(), notice))));
  TRY(check_address(step.to));
  const Instant now = desk.now();
  PartyWish wish{PartyCommand::Defer};
  wish.to = std::move(step.to);
  wish.words = std::move(step.words);
  wish.ground = step.ground;
  if (step.days) wish.until = party.deferred_until.value_or(now) + *step.days * kDayMs;
  const Change change =
      TRY(party_change(desk, party, proposed, std::move(wish), Mover::two(permit.officer(), second), now));
  TRY(desk.store().append({change}, now));
  TRY(publish(desk));
  return party_of(desk, permit.sight(), notice);
}

Result<Nothing> reopen_case(Desk& desk, const Permit<Act::ReopenCase>& permit, const CaseId& case_id,
                            std::string reason) {
  const Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  const Instant now = desk.now();
  CaseMoved event =
      TRY(decide(the_case, CaseCommand::Reopen, Mover::officer(permit.officer()), OpenEnds{}, std::move(reason), now));
  const Change change = TRY(case_change(desk, the_case, std::move(event)));
  TRY(desk.store().append({change}, now));
  return publish(desk);
}

Result<ReadAct> read_act(Desk& desk, const Permit<Act::ReadCase>& reader, const NoticeId& notice) {
  Action action = TRY(desk.store().find_action(reader.sight(), notice));
  Proposal proposal = TRY(desk.store().find_proposal(reader.sight(), action.proposal));
  std::optional<PartyNotice> party = TRY(desk.store().party_notice(notice));
  std::vector<Store::WaitingMessage> messages = TRY(desk.store().messages_of(notice));
  std::vector<Appeal> appeals = TRY(desk.store().appeals_of(notice));
  std::vector<LetterRow> letters = TRY(desk.store().letters_of(notice));
  std::vector<KeptAnswer> answers = TRY(desk.store().answers_of(notice));
  TRY(record_reading(desk, "notice", notice.text(), reader.officer()));
  return ReadAct{std::move(action),  std::move(proposal), std::move(party),  std::move(messages),
                 std::move(appeals), std::move(letters),  std::move(answers)};
}

// ── it leaves ──

namespace {

// That the log says so: the line of the message's event is published, and what opens it holds this very message. A row
// that another hand wrote has no such line.
Result<Nothing> check_line(Desk& desk, const Store::WaitingMessage& waiting, const InclusionProof& line) {
  const auto none = [&](const std::string& why) {
    return fail(Fault::Refused, "no authority to send: " + why, waiting.message.id.text());
  };
  const Result<std::string> opening = desk.store().opening(waiting.leaf_index);
  if (!opening) return none("what opens its line in the log is gone");
  if (!opens(*opening, line.leaf)) return none("that line of the log is about something else");
  const Json opened = TRY(parse_json(*opening));
  const Json* said = opened.find("hidden")->find("message");
  if (said == nullptr || to_text(*said) != to_text(to_json(waiting.message)))
    return none("that line of the log is about another message");
  if (TRY(desk.store().left_after(waiting.leaf_index, waiting.message.id)))
    return none("the journal says that it left already");
  return Nothing{};
}

Result<bool> send_message(Desk& desk, Courier& courier, const Store::WaitingMessage& waiting) {
  Store& store = desk.store();
  const Message& message = waiting.message;
  const Action action = TRY(store.find_action(Sight::of_software(), message.notice));
  const Proposed proposed = TRY(proposed_of(desk, action));
  // Written again here, from the record; for a release the signatures are over its digest.
  const std::string body = TRY(text_of(desk, message, proposed));
  Result<Authority> authority = fail(Fault::Refused, "no authority to send");
  if (is_release(message.kind)) {
    const std::vector<Officer> signers = TRY(store.signers_of(message));
    authority = make_release(proposed, message, signers, body);
  } else {
    authority = make_duty(proposed, message, body);
  }
  if (!authority) return authority.error();

  const std::optional<LetterNote> note = TRY(note_for_letter(desk, waiting.leaf_index, message.at));
  if (!note) return false;
  const std::string log_key = TRY(store.founded()).log_key;
  const auto proven = [&](std::int64_t line) {
    return prove_leaf_under(note->note, desk.paths().log(), static_cast<std::uint64_t>(line), log_key);
  };
  InclusionProof line = TRY(proven(waiting.leaf_index));
  TRY(check_line(desk, waiting, line));
  // To the affected party goes the line of what was asked, with what opens it: by it they appeal.
  std::int64_t shown = waiting.leaf_index;
  if (message.kind == MessageKind::Party) {
    shown = TRY(store.approval_leaf(message.notice));
    line = TRY(proven(shown));
  }
  Json proof = TRY(parse_json(write_inclusion(line)));
  const Result<std::string> opening = store.opening(shown);
  if (!opening && opening.error().fault != Fault::NotFound) return opening.error();
  if (opening) proof.set("opening", TRY(parse_json(*opening)));
  const Letter letter = TRY(write_follow_up(message, proposed, desk.settings().operator_, desk.annex().fictitious(),
                                            body, to_text(proof), answer_way(desk, message.notice)));
  const LetterOf of = message.kind == MessageKind::Party ? LetterOf::Party : LetterOf::FollowUp;
  HandedOver handed = TRY(hand_over(desk, courier, letter, *authority, message.notice, of));
  if (handed.how == HandedOver::How::Waits) return false;
  const bool taken = handed.how == HandedOver::How::Taken;
  const Instant now = desk.now();
  std::vector<Change> changes;
  if (handed.change) changes.push_back(std::move(*handed.change));
  changes.push_back(
      {MessageSent{message.id, std::string(courier.name()), handed.receipt, letter.message_id}, "software", {}});
  if (message.kind == MessageKind::Party) {
    const std::optional<PartyNotice> party = TRY(store.party_notice(message.notice));
    const PartyCommand next = taken ? PartyCommand::Deliver : PartyCommand::Bounce;
    if (party && find_move(party_moves(), party->state, next, Mover::software(), {})) {
      const Change moved = TRY(party_change(desk, *party, proposed, PartyWish{next}, Mover::software(), now));
      changes.push_back(moved);
    }
  }
  TRY(store.append(changes, now));
  if (note->late) TRY(left_late(desk));
  return taken;
}

}  // namespace

Result<std::int64_t> send_messages(Desk& desk) {
  const std::int64_t published = TRY(desk.store().published_size());
  const std::vector<Store::WaitingMessage> waiting = TRY(desk.store().waiting_messages());
  if (waiting.empty()) return std::int64_t{0};
  const std::unique_ptr<Courier> courier = TRY(make_courier(desk.paths(), desk.settings()));
  return send_each(waiting, [&](const Store::WaitingMessage& one) -> Result<bool> {
    if (one.leaf_index >= published) return false;
    return send_message(desk, *courier, one);
  });
}

bool may_wait(const Error& error) {
  return error.fault == Fault::Unavailable || error.fault == Fault::Full || error.fault == Fault::Refused;
}

Result<std::int64_t> send_what_waits(Desk& desk, std::int64_t most) {
  const Result<std::int64_t> notices = send_approved(desk, most);
  if (!notices && !may_wait(notices.error())) return notices.error();
  const Result<std::int64_t> messages = send_messages(desk);
  const Result<std::int64_t> glass = send_glass(desk);
  TRY(publish(desk));
  if (!notices) return notices.error();
  if (!messages) return messages.error();
  if (!glass) return glass.error();
  return *notices + *messages + *glass;
}

// ── what the clock and other things bring ──

Result<Nothing> settle_case(Desk& desk, const CaseId& case_id) {
  const Case the_case = TRY(desk.store().find_case(Sight::of_software(), case_id));
  if (taken_move(case_moves(), the_case.state, CaseCommand::Close) == nullptr) return Nothing{};
  const OpenEnds open = TRY(desk.store().open_ends(case_id));
  if (open.acts + open.party_notices + open.appeals > 0) return Nothing{};
  const Instant now = desk.now();
  CaseMoved event = TRY(decide(the_case, CaseCommand::Close, Mover::software(), open, {}, now));
  const Change change = TRY(case_change(desk, the_case, std::move(event)));
  return desk.store().append({change}, now);
}

Result<Nothing> reopen_after_appeal(Desk& desk, const CaseId& case_id, const Appeal& appeal) {
  const Case the_case = TRY(desk.store().find_case(Sight::of_software(), case_id));
  if (taken_move(case_moves(), the_case.state, CaseCommand::Reopen) == nullptr) return Nothing{};
  const Officer reviewer = TRY(desk.store().officer_by_id(*appeal.reviewer));
  const Instant now = desk.now();
  CaseMoved event =
      TRY(decide(the_case, CaseCommand::Reopen, Mover::officer(reviewer), OpenEnds{}, appeal.decision->reasons, now));
  event.appeal = appeal.lodged.id;
  const Change change = TRY(case_change(desk, the_case, std::move(event)));
  return desk.store().append({change}, now);
}

Result<Nothing> settle_act(Desk& desk, const NoticeId& notice) {
  for (;;) {
    const Action action = TRY(desk.store().find_action(Sight::of_software(), notice));
    std::optional<ActionCommand> next;
    if (action.state == ActionState::Answered || action.state == ActionState::EffectVerified) {
      const std::optional<PartyNotice> party = TRY(desk.store().party_notice(notice));
      if (!party || is_over(party->state)) next = ActionCommand::NotifyParty;
    } else if (action.state == ActionState::PartyNotified) {
      const std::vector<Appeal> appeals = TRY(desk.store().appeals_of(notice));
      const bool pending =
          std::any_of(appeals.begin(), appeals.end(), [](const Appeal& one) { return !is_over(one.state); });
      if (!pending) next = ActionCommand::Close;
    }
    if (!next) return settle_case(desk, action.case_id);
    const Instant now = desk.now();
    const Change change = TRY(action_change(desk, action, ActionWish{*next}, Mover::software(), {"software"}, now));
    TRY(desk.store().append({change}, now));
  }
}

Result<Nothing> carry_on(Desk& desk, const NoticeId& notice) {
  TRY(publish(desk));
  const Result<std::int64_t> sent = send_messages(desk);
  if (!sent && !may_wait(sent.error())) return sent.error();
  TRY(settle_act(desk, notice));
  return publish(desk);
}

namespace {

Result<Nothing> act_is_due(Desk& desk, const NoticeId& notice, Instant now) {
  const Action action = TRY(desk.store().find_action(Sight::of_software(), notice));
  const std::optional<ActionDue> due = next_due(action);
  if (!due || due->at > now) return Nothing{};
  const Proposed proposed = TRY(proposed_of(desk, action));
  ActionWish wish{due->command};
  if (due->command == ActionCommand::Deliver) wish.code = TRY(party_code(desk, notice)).digest;
  if (const std::optional<MessageKind> kind = said_by(action.state, due->command))
    wish.message = TRY(new_message(desk, *kind, proposed, proposed.wish.contact, {}, now));
  const Change change = TRY(action_change(desk, action, std::move(wish), Mover::software(), {"software"}, now));
  return desk.store().append({change}, now);
}

Result<Nothing> party_is_due(Desk& desk, const NoticeId& notice, Instant now) {
  const std::optional<PartyNotice> party = TRY(desk.store().party_notice(notice));
  if (!party) return Nothing{};
  const std::optional<PartyDue> due = next_due(*party);
  if (!due || due->at > now) return Nothing{};
  const Action action = TRY(desk.store().find_action(Sight::of_software(), notice));
  const Proposed proposed = TRY(proposed_of(desk, action));
  PartyWish wish{due->command};
  if (due->command == PartyCommand::Send) {
    wish.to = party->to;
    wish.message = TRY(new_message(desk, MessageKind::Party, proposed, party->to, {}, now));
  }
  const Change change = TRY(party_change(desk, *party, proposed, std::move(wish), Mover::software(), now));
  return desk.store().append({change}, now);
}

}  // namespace

Result<std::optional<Change>> end_delisted(Desk& desk, const NoticeId& notice, Instant now) {
  const Action action = TRY(desk.store().find_action(Sight::of_software(), notice));
  if (taken_move(action_moves(), action.state, ActionCommand::Expire) == nullptr) return std::optional<Change>();
  const Proposed proposed = TRY(proposed_of(desk, action));
  ActionWish wish{ActionCommand::Expire};
  wish.delisted = true;
  wish.words = "The entity is no longer on the Security Council's list.";
  if (const std::optional<MessageKind> kind = said_by(action.state, wish.command))
    wish.message = TRY(new_message(desk, *kind, proposed, proposed.wish.contact, {}, now));
  Change change = TRY(action_change(desk, action, std::move(wish), Mover::software(), {"software"}, now));
  return std::optional(std::move(change));
}

Result<std::int64_t> do_what_is_due(Desk& desk) {
  Store& store = desk.store();
  const Instant now = desk.now();
  std::int64_t done = 0;
  // Each move takes what is due away or puts the next one later, so the same thing comes at most a few times.
  for (int round = 0; round < 4; ++round) {
    const std::int64_t before = done;
    for (const NoticeId& notice : TRY(store.actions_due(now, kAtOnce))) {
      TRY(act_is_due(desk, notice, now));
      ++done;
    }
    for (const NoticeId& notice : TRY(store.party_notices_due(now, kAtOnce))) {
      TRY(party_is_due(desk, notice, now));
      ++done;
    }
    for (const AppealId& appeal : TRY(store.appeals_due(now, kAtOnce))) {
      TRY(appeal_is_late(desk, appeal));
      ++done;
    }
    if (done == before) break;
  }
  done += TRY(reverse_unconfirmed(desk));
  const Instant forgotten = desk.settings().zone.add_days(now, -static_cast<int>(kLongestAssessmentDays));
  for (const CaseId& id : TRY(store.cases_in(CaseState::Assessing, forgotten, kAtOnce))) {
    const Case the_case = TRY(store.find_case(Sight::of_software(), id));
    CaseMoved event = TRY(decide(the_case, CaseCommand::DecideNoAction, Mover::software(), OpenEnds{}, {}, now));
    const Change change = TRY(case_change(desk, the_case, std::move(event)));
    TRY(store.append({change}, now));
    ++done;
  }
  done += TRY(lapse_rules(desk));
  for (const AppealState state : {AppealState::Decided, AppealState::RemedyRunning})
    for (const AppealId& appeal : TRY(store.appeals_in(state, kAtOnce))) TRY(settle_appeal(desk, appeal));
  for (const ActionState state : {ActionState::Answered, ActionState::EffectVerified, ActionState::PartyNotified})
    for (const NoticeId& notice : TRY(store.actions_in(state, kAtOnce))) TRY(settle_act(desk, notice));
  for (const CaseState state : {CaseState::Resolved, CaseState::Unresolved, CaseState::DecidedNoAction})
    for (const CaseId& id : TRY(store.cases_in(state, {INT64_MAX}, kAtOnce))) TRY(settle_case(desk, id));
  return done;
}

Result<std::int64_t> keep_promises(Desk& desk) {
  const std::int64_t done = TRY(do_what_is_due(desk));
  TRY(publish(desk));
  const Result<std::int64_t> sent = send_what_waits(desk);
  if (!sent && !may_wait(sent.error())) return sent.error();
  return done;
}

}  // namespace cordon
