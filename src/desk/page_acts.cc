// What follows a request, on its own page: how it stands, what was said to whom, and what this officer may do now.
#include <algorithm>
#include <array>
#include <ranges>

#include "base/text.h"
#include "desk/acts.h"
#include "desk/answers.h"
#include "desk/flow.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "desk/recheck.h"
#include "desk/shapes.h"

namespace cordon {

namespace {

Tone tone_of(ActionState state) {
  switch (state) {
    case ActionState::Answered:
    case ActionState::EffectVerified:
    case ActionState::PartyNotified:
    case ActionState::Closed:
    case ActionState::Reinstated:
      return Tone::Good;
    case ActionState::Drafted:
    case ActionState::Approved:
    case ActionState::Sent:
    case ActionState::Delivered:
    case ActionState::Acknowledged:
    case ActionState::Expired:
      return Tone::Plain;
    case ActionState::Bounced:
    case ActionState::NoAnswer:
    case ActionState::Contested:
    case ActionState::Suspended:
    case ActionState::Recalled:
    case ActionState::ReinstateRefused:
      return Tone::Careful;
  }
  return Tone::Plain;
}

std::string path_of(const Action& action) { return "/notices/" + action.notice.text(); }

bool may_now(const Action& action, ActionCommand command, const Officer& officer) {
  return static_cast<bool>(find_move(action_moves(), action.state, command, Mover::officer(officer), {}));
}

}  // namespace

Result<Nothing> page_notices(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  std::vector<Row> rows;
  const std::vector<OutboxItem> outbox = TRY(read_notices(desk, who));
  for (const OutboxItem& item : std::views::reverse(outbox)) {
    const Result<Proposal> proposal = desk.store().find_proposal(who.sight(), item.proposal);
    if (!proposal && proposal.error().fault == Fault::NotFound) continue;  // out of this officer's sight
    if (!proposal) return proposal.error();
    const Proposed& proposed = proposal->proposed;
    const Action action = TRY(desk.store().find_action(who.sight(), item.notice));
    const ActionState state = action.state;
    // To the ombudsperson (amendment 11): nobody else ends it.
    const bool protected_holder = state == ActionState::Suspended && says_protected(action);
    const std::string leaf = std::to_string(item.leaf_index);
    rows.push_back(
        {Html::tag("a", {{"href", "/notices/" + proposed.notice.text()}}, code(defang(proposed.target))),
         Html::text(label(words, proposed.wish.kind)), Html::text(label(words, proposed.wish.recipient)),
         code(proposed.wish.contact), Html::text(words.date(proposed.reply_by)),
         protected_holder
             ? badge(Tone::Careful, words("Suspended for the ombudsperson: a protected holder, its recipient says"))
             : badge(state == ActionState::Approved ? Tone::Careful : tone_of(state), label(words, state)),
         link("/log/entry/" + leaf, words("Entry {1}", {leaf}))});
  }
  Html page = Html::tag("h1", words("Notices"));
  page << paragraph(words("Every notice that two officers approved, and its line in the public log."));
  if (rows.empty()) {
    page << box(Tone::Plain, paragraph(words("No notice has been approved yet.")));
  } else {
    page << table(words("Newest first"),
                  {words("Target"), words("Kind"), words("Recipient"), words("Contact"), words("An answer is asked by"),
                   words("Status"), words("Log entry")},
                  rows);
  }
  write_page(call, desk, "/notices", words("Notices"), page);
  return Nothing{};
}

// ── one request ──

namespace {

struct AnswerStep {
  ActionCommand command;
  std::string_view word, label;
};
constexpr std::array kOtherSteps{
    AnswerStep{ActionCommand::Acknowledge, "acknowledged", words_later("It said that it has the request")},
    AnswerStep{ActionCommand::Bounce, "bounced", words_later("The letter came back undelivered")},
    AnswerStep{ActionCommand::Reinstate, "reinstated", words_later("It undid what it had done")},
    AnswerStep{ActionCommand::RefuseReinstatement, "reinstate_refused", words_later("It does not undo what it did")},
};
constexpr std::array kAnswers{AnswerResult::DoneFull,    AnswerResult::DonePartial, AnswerResult::Declined,
                              AnswerResult::AlreadyGone, AnswerResult::Cleaned,     AnswerResult::Misdirected};
constexpr std::array kDeclined{DeclineReason::NotIllegal,      DeclineReason::Insufficient,
                               DeclineReason::NotHost,         DeclineReason::ConflictOfLaw,
                               DeclineReason::Proportionality, DeclineReason::TermsDiffer,
                               DeclineReason::ProtectedHolder, DeclineReason::NoReason};

Html answer_form(const Words& words, const Call& call, const Action& action, const Officer& officer) {
  std::vector<Choice> results;
  const bool answers = may_now(action, ActionCommand::Answer, officer);
  if (answers) {
    for (const AnswerResult result : kAnswers) results.push_back({std::string(name(result)), label(words, result)});
  }
  for (const AnswerStep& step : kOtherSteps) {
    if (may_now(action, step.command, officer)) results.push_back({std::string(step.word), words(step.label)});
  }
  if (results.empty()) return {};
  results.insert(results.begin(), {"", words("Choose an answer")});
  std::vector<Choice> reasons{{"", "–"}};
  for (const DeclineReason reason : kDeclined) reasons.push_back({std::string(name(reason)), label(words, reason)});
  const std::string what = words("What the recipient said"), why = words("Why it declined"),
                    optional = words("Optional"), reference = words("Its own reference, or its words"),
                    id_reason = "f-decline";
  Html fields = drop_down({.name = "result", .label = what}, results);
  if (answers)
    fields << drop_down({.name = "reason", .label = why, .id = id_reason, .required = false, .optional = optional},
                        reasons);
  fields << text_input(
                {.name = "reference", .label = reference, .required = false, .at_most = "400", .optional = optional})
         << button(words("Record"));
  return Html::tag("div", {{"class", "card"}},
                   html(Html::tag("h3", words("Record an answer")), form(call, path_of(action) + "/answer", fields)));
}

struct PartyChoice {
  PartyCommand command;
  std::string_view word, label;
};
constexpr std::array kPartySteps{
    PartyChoice{PartyCommand::Send, "send", words_later("Write to a public address of theirs")},
    PartyChoice{PartyCommand::Relay, "relay", words_later("Ask the recipient to pass it on")},
    PartyChoice{PartyCommand::FindNoContact, "no_contact", words_later("No contact could be found")},
    PartyChoice{PartyCommand::Bounce, "bounced", words_later("The letter came back undelivered")},
    PartyChoice{PartyCommand::GiveUp, "undeliverable", words_later("It cannot be delivered")},
};

Html party_form(const Words& words, const Call& call, const Action& action, const PartyNotice& party,
                const Officer& officer) {
  std::vector<Choice> steps{{"", words("Choose a step")}};
  for (const PartyChoice& one : kPartySteps) {
    if (find_move(party_moves(), party.state, one.command, Mover::officer(officer), {}))
      steps.push_back({std::string(one.word), words(one.label)});
  }
  if (steps.size() == 1) return {};
  const std::string step = words("How they are told"), to = words("Address"),
                    to_hint = words("Only where you write to them: a published address"),
                    looked = words("Where you looked"),
                    looked_hint = words("Only where nobody could be found or reached; 10 characters or more"),
                    optional = words("Optional");
  return Html::tag("div", {{"class", "card"}},
                   html(Html::tag("h3", words("Tell the affected party")),
                        form(call, path_of(action) + "/party",
                             html(drop_down({.name = "step", .label = step}, steps),
                                  text_input({.name = "to",
                                              .label = to,
                                              .hint = to_hint,
                                              .required = false,
                                              .at_most = "254",
                                              .optional = optional}),
                                  text_area({.name = "words",
                                             .label = looked,
                                             .hint = looked_hint,
                                             .required = false,
                                             .at_most = "4000",
                                             .optional = optional}),
                                  button(words("Record"))))));
}

Html acts_of(const Words& words, const Call& call, const ReadAct& read, const Officer& officer) {
  const Action& action = read.action;
  Html forms = answer_form(words, call, action, officer);
  if (read.party) forms << party_form(words, call, action, *read.party, officer);
  if (may_now(action, ActionCommand::Suspend, officer))
    forms << reason_card(call, path_of(action) + "/suspension", words("Suspend"),
                         words("The recipient is told that nothing is asked of it for now."));
  if (may_now(action, ActionCommand::Recall, officer)) {
    forms << reason_card(call, path_of(action) + "/recall", words("Take back"),
                         words("The recipient is told that the request is taken back. This is final."));
  } else if (may(officer, Act::Recall) && taken_move(action_moves(), action.state, ActionCommand::Recall) != nullptr) {
    forms << hint(words("An analyst and an approver take a request back together, at the desk's own machine: {1}",
                        {"cordon notice recall " + action.notice.text()}));
  }
  return forms;
}

// ── what came back ──

constexpr std::array kReplyKinds{
    std::pair{ReplyKind::Delivered, words_later("A server says that it arrived")},
    std::pair{ReplyKind::Delayed, words_later("A server goes on trying")},
    std::pair{ReplyKind::Failed, words_later("A server could not deliver it")},
    std::pair{ReplyKind::OutOfOffice, words_later("Somebody is away")},
    std::pair{ReplyKind::Automatic, words_later("An automatic reply")},
    std::pair{ReplyKind::Ticket, words_later("A ticket system has it")},
    std::pair{ReplyKind::Human, words_later("Somebody wrote")},
};

std::string label_of(const Words& words, ReplyKind kind) {
  return words(
      std::find_if(kReplyKinds.begin(), kReplyKinds.end(), [&](const auto& row) { return row.first == kind; })->second);
}

std::string label_of(const Words& words, const ProposedStep& step) {
  if (step.result) return label(words, *step.result);
  return step.command == ActionCommand::Bounce ? words("The letter came back undelivered")
                                               : words("It said that it has the request");
}

// As it is proposed, with one click; or put away. Anything else: the form below.
Html answer_buttons(const Words& words, const Call& call, const ReadAct& read, const KeptAnswer& answer,
                    const Officer& officer) {
  const std::string id = answer.came.id.text();
  Html forms;
  const auto& proposed = answer.came.proposed;
  if (proposed && may_now(read.action, proposed->command, officer)) {
    Html fields = hidden("answer", id);
    fields << hidden("result", proposed_word(*proposed));
    if (proposed->reason) fields << hidden("reason", name(*proposed->reason));
    if (!answer.came.ticket.empty()) fields << hidden("reference", answer.came.ticket);
    fields << button(words("Record: {1}", {label_of(words, *proposed)}));
    forms << form(call, path_of(read.action) + "/answer", fields);
  }
  if (may(officer, Act::RecordAnswer)) forms << form(call, "/answers/" + id + "/dismissal", button(words("Put away")));
  return forms;
}

Result<Html> answers_of(Desk& desk, const Words& words, const Call& call, const ReadAct& read, const Officer& officer) {
  Html all;
  for (const KeptAnswer& answer : read.answers) {
    const AnswerCame& came = answer.came;
    std::vector<std::pair<std::string, Html>> rows{
        {words("When"), Html::text(words.date(came.at))},
        {words("From"), came.clue ? (came.sender.empty() ? Html::text("–") : code(came.sender))
                                  : Html::text(words("The page for answers, with the letter's code"))}};
    if (!came.sure)
      rows.emplace_back(words("Careful"),
                        badge(Tone::Careful, words("It does not come from whom the request went to, or names others")));
    if (!came.status.empty()) rows.emplace_back(words("Status code"), code(came.status));
    if (!came.ticket.empty()) rows.emplace_back(words("Its own reference"), code(came.ticket));
    if (came.proposed) rows.emplace_back(words("It seems to say"), Html::text(label_of(words, *came.proposed)));
    Html inside = Html::tag("h3", label_of(words, came.kind));
    inside << pairs(rows);
    const std::optional<ReadAnswer> said = TRY(words_of(desk, answer));
    if (!said) inside << hint(words("Its words were destroyed with the case."));
    if (said && !said->text.empty())
      inside << more(words("Its words"), Html::tag("p", {{"class", "as-written"}}, said->text));
    if (said && !said->attachments.empty())
      inside << hint(words("Attachments were dropped: {1}", {std::to_string(said->attachments.size())}));
    if (answer.state == AnswerState::Open) inside << answer_buttons(words, call, read, answer, officer);
    all << Html::tag("div", {{"class", "card"}}, inside);
  }
  return all;
}

Html deliveries_of(const Words& words, const ReadAct& read) {
  std::vector<Html> lines;
  for (const LetterRow& letter : read.letters) {
    if (letter.state == LetterState::Sent && !letter.tries) continue;
    const std::string said = letter.tries ? letter.tries->line : std::string();
    std::string state;
    switch (letter.state) {
      case LetterState::Waiting:
        state = words("The server takes it later; tried {1} times",
                      {std::to_string(letter.tries ? letter.tries->tries : 0)});
        break;
      case LetterState::Sent:
        state =
            words("Taken at last; tried {1} times before", {std::to_string(letter.tries ? letter.tries->tries : 0)});
        break;
      case LetterState::Refused:
        state = words("The server refused it for good");
        break;
      case LetterState::Undeliverable:
        state = words("Given up after five days");
        break;
      case LetterState::Bounced:
        state = words("Came back undelivered");
        break;
    }
    lines.push_back(html(badge(letter.state == LetterState::Sent ? Tone::Plain : Tone::Careful, state), " ",
                         said.empty() ? Html() : code(said)));
  }
  return lines.empty() ? Html() : list(lines);
}

Html messages_of(const Words& words, const ReadAct& read) {
  std::vector<Row> rows;
  for (const Store::WaitingMessage& one : read.messages) {
    const std::string leaf = std::to_string(one.leaf_index);
    rows.push_back({Html::text(label(words, one.message.kind)), code(one.message.to),
                    Html::text(words.date(one.message.at)),
                    one.sent ? badge(Tone::Good, words("Sent")) : badge(Tone::Careful, words("Waits")),
                    link("/log/entry/" + leaf, words("Entry {1}", {leaf}))});
  }
  if (rows.empty()) return paragraph(words("Nothing was sent after the request."));
  return table(words("Messages"), {words("Kind"), words("To"), words("Written"), words("Status"), words("Log entry")},
               rows, Caption::Heard);
}

// What looks at the target say: nothing before the first, unless a look may be taken.
Html looks_of(const Words& words, const Rechecked& known) {
  Html part;
  if (!known.looks.empty()) {
    const TargetLooked& last = known.looks.back();
    const TargetVerdict& verdict = last.verdict;
    const std::string said =
        verdict.state == TargetState::Unsure
            ? label(words, verdict.state)
            : words("{1}; confidence {2} of 100", {label(words, verdict.state), std::to_string(verdict.confidence)});
    part << paragraph(html(badge(last.back ? Tone::Careful : Tone::Plain, said)));
    if (last.back)
      part << box(Tone::Careful, paragraph(words("It was down and is there again. Look at the case: what is new may "
                                                 "reopen it.")));
    std::vector<Row> rows;
    for (const TargetLooked& one : std::views::reverse(known.looks)) {
      const TargetLook& look = one.kept.look;
      rows.push_back({Html::text(words.date(look.at)), Html::text(in_words(words, look)),
                      Html::text(look.status == 0 ? "–" : std::to_string(look.status)),
                      Html::text(label(words, one.verdict.state))});
    }
    part << table(words("Looks, newest first"),
                  {words("Looked at"), words("What was seen"), words("Status code"), words("All looks say")}, rows,
                  Caption::Heard);
  }
  if (known.next && known.refused.empty())
    part << hint(words("The next look is due at {1}.", {words.date(*known.next)}));
  return part;
}

}  // namespace

Result<Nothing> page_act(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const NoticeId id = TRY(NoticeId::parse(TRY(call.arguments.text("notice"))));
  const ReadAct read = TRY(read_act(desk, who, id));
  const Action& action = read.action;
  const Proposed& proposed = read.proposal.proposed;

  Html page = Html::tag("p", {{"class", "step"}}, html(words("Notice"), " ", code(id.text())));
  const std::string title =
      words("{1} to: {2}", {label(words, proposed.wish.kind), label(words, proposed.wish.recipient)});
  page << Html::tag("h1", title);
  std::vector<std::pair<std::string, Html>> rows{
      {words("Status"), badge(tone_of(action.state), label(words, action.state))},
      {words("Target"), Html::tag("a", {{"href", "/cases/" + action.case_id.text()}}, code(defang(proposed.target)))},
      {words("Effect asked"), Html::text(label(words, proposed.wish.effect))},
      {words("Contact"), code(proposed.wish.contact)}};
  if (action.sent_at) rows.emplace_back(words("Sent at"), Html::text(words.date(*action.sent_at)));
  rows.emplace_back(words("An answer is asked by"), Html::text(words.date(action.reply_by)));
  if (action.reminded_at) rows.emplace_back(words("Reminded at"), Html::text(words.date(*action.reminded_at)));
  rows.emplace_back(words("The request ends"), Html::text(words.date(action.sunset_at)));
  if (action.answer) {
    Html said = html(in_words(words, *action.answer), ", ", words.date(action.answer->given_at));
    if (!action.answer->reference.empty()) said << Html::tag("p", {{"class", "as-written"}}, action.answer->reference);
    rows.emplace_back(words("Answer"), said);
  }
  if (read.party) {
    Html party = Html::text(label(words, read.party->state));
    if (read.party->state == PartyState::Due)
      party = html(badge(Tone::Careful, label(words, read.party->state)), " ",
                   words("by {1}", {words.date(read.party->due_at)}));
    if (read.party->deferred_until)
      party = html(label(words, read.party->state), " ", words("until {1}", {words.date(*read.party->deferred_until)}));
    rows.emplace_back(words("Affected party"), party);
  }
  rows.emplace_back(words("What was sent"), link("/decide/" + action.proposal.text(), words("The exact bytes")));
  page << pairs(rows);
  if (!read.appeals.empty()) {
    std::vector<Html> appeals;
    const bool reads = static_cast<bool>(may(who.officer(), Act::ReadAppeals));
    for (const Appeal& appeal : read.appeals) {
      const Html state = badge(is_over(appeal.state) ? Tone::Plain : Tone::Careful, label(words, appeal.state));
      const std::string at = words.date(appeal.lodged.at);
      appeals.push_back(reads ? html(link("/appeals/" + appeal.lodged.id.text(), at), " ", state)
                              : html(at, " ", state));
    }
    page << section(words("Appeals"), list(appeals));
  }
  if (const Html deliveries = deliveries_of(words, read); !deliveries.markup().empty())
    page << section(words("Delivery"), deliveries);
  if (!read.answers.empty())
    page << section(words("What came back"), TRY(answers_of(desk, words, call, read, who.officer())));
  page << section(words("Messages"), messages_of(words, read));
  const Rechecked known = TRY(read_rechecked(desk, id));
  const Html looks = looks_of(words, known);
  if (!looks.markup().empty()) page << section(words("Is it still there?"), looks);
  const Html forms = acts_of(words, call, read, who.officer());
  if (!forms.markup().empty()) page << section(words("What you may do now"), forms);
  write_page(call, desk, path_of(action), title, page);
  return Nothing{};
}

}  // namespace cordon
