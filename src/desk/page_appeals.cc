// Appeals as who hears them sees them (charter 5.5, 6.6; docs/appeals.md): the queue, and one appeal with what its
// reviewer may do now.
#include <array>

#include "base/text.h"
#include "desk/appeals.h"
#include "desk/flow.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"

namespace cordon {

namespace {

Tone tone_of(const Appeal& appeal) {
  if (is_over(appeal.state)) return Tone::Plain;
  return appeal.late ? Tone::Bad : Tone::Careful;
}

std::string state_in_words(const Words& words, const Appeal& appeal) {
  std::string state = label(words, appeal.state);
  if (appeal.decision) state += ": " + label(words, appeal.decision->verdict);
  if (appeal.dismissed) state += ": " + label(words, *appeal.dismissed);
  if (appeal.late && !is_over(appeal.state)) state += ", " + words("late");
  return state;
}

Html badge_of(const Words& words, const Appeal& appeal) {
  return badge(tone_of(appeal), state_in_words(words, appeal));
}

std::string grounds_in_words(const Words& words, const Appeal& appeal) {
  std::vector<std::string> grounds;
  for (const AppealGround ground : appeal.lodged.grounds) grounds.push_back(in_words(words, ground));
  return join(grounds, "; ");
}

std::string path_of(const Appeal& appeal) { return "/appeals/" + appeal.lodged.id.text(); }

}  // namespace

Result<Nothing> page_appeals(Desk& desk, const Permit<Act::ReadAppeals>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  std::vector<Row> waiting, others;
  for (const Appeal& appeal : TRY(read_appeals(desk, who))) {
    Row row{link(path_of(appeal), words.date(appeal.lodged.at)),
            Html::text(appeal.lodged.notice ? words("A request") : words("A report that was refused")),
            Html::text(grounds_in_words(words, appeal)),
            Html::text(words.date(appeal.lodged.decide_by)),
            Html::text(appeal.reviewer ? login_of(desk, *appeal.reviewer) : "–"),
            badge_of(words, appeal)};
    (is_over(appeal.state) || appeal.decision ? others : waiting).push_back(std::move(row));
  }
  const std::vector<std::string> titles{words("Lodged at"),        words("About"),    words("Grounds"),
                                        words("To be decided by"), words("Reviewer"), words("Status")};
  Html page = Html::tag("h1", words("Appeals"));
  page << paragraph(words("Who hears an appeal took no part in the case. Nobody but the reviewer decides it."));
  if (waiting.empty()) {
    page << box(Tone::Plain, paragraph(words("No appeal waits.")));
  } else {
    page << table(words("To be decided"), titles, waiting);
  }
  if (!others.empty()) page << table(words("Decided, withdrawn or not heard"), titles, others);
  write_page(call, desk, "/appeals", words("Appeals"), page);
  return Nothing{};
}

// ── one appeal ──

namespace {

constexpr std::array kDismissReasons{DismissReason::Duplicate, DismissReason::OutOfTime, DismissReason::UnknownAction};
constexpr std::array kVerdicts{Verdict::Upheld, Verdict::PartlyUpheld, Verdict::Rejected};

bool may_now(const Appeal& appeal, AppealCommand command, const Officer& officer) {
  return static_cast<bool>(find_move(appeal_moves(), appeal.state, command, Mover::officer(officer), {}));
}

// A form on a card. Whether the officer had a part in the case is decision's to say (appeal.cc), when it is sent.
Html card(const Call& call, const Appeal& appeal, const std::string& title, std::string_view way, const Html& fields) {
  return Html::tag(
      "div", {{"class", "card"}},
      html(Html::tag("h3", title), form(call, path_of(appeal) + "/" + std::string(way), html(fields, button(title)))));
}

Html decide_fields(const Words& words, const Appeal& appeal) {
  std::vector<Choice> verdicts, remedies;
  for (const Verdict verdict : kVerdicts) verdicts.push_back({std::string(name(verdict)), label(words, verdict)});
  const auto offer = [&](Remedy remedy, std::string hint = {}) {
    remedies.push_back({std::string(name(remedy)), label(words, remedy), std::move(hint)});
  };
  if (appeal.lodged.notice) {
    offer(Remedy::Recall, words("The indicator is retired with it, and every peer that received it is told."));
    offer(Remedy::AskReinstate);
  }
  offer(Remedy::CorrectRecord);
  offer(Remedy::Apology);
  const std::string verdict = words("Decision"), reasons = words("Reasons"),
                    length = words("80 to 4000 characters; the appellant reads them"),
                    what = words("What happens because of it"), id_reasons = "f-reasons";
  return html(
      radio_buttons({.name = "verdict", .label = verdict}, verdicts),
      text_area(
          {.name = "reasons", .label = reasons, .hint = length, .id = id_reasons, .at_least = "80", .at_most = "4000"}),
      check_boxes({.name = "remedies", .label = what, .required = false}, remedies));
}

Html forms_of(const Words& words, const Call& call, const Appeal& appeal, const Officer& officer) {
  Html forms;
  if (may_now(appeal, AppealCommand::Admit, officer) || may_now(appeal, AppealCommand::TakeOver, officer))
    forms << card(call, appeal, words("Take it"), "take",
                  paragraph(words("You hear it then, and nobody else. Take it before you open the case's evidence: "
                                  "whoever had a part in the case may not hear it.")));
  if (may_now(appeal, AppealCommand::Dismiss, officer)) {
    std::vector<Choice> reasons{{"", words("Choose a reason")}};
    for (const DismissReason reason : kDismissReasons)
      reasons.push_back({std::string(name(reason)), label(words, reason)});
    const std::string why = words("Why it is not heard"), id_why = "f-dismiss";
    forms << card(call, appeal, words("Do not hear it"), "dismissal",
                  html(paragraph(words("Only for one of these reasons, and only where the record shows it.")),
                       drop_down({.name = "reason", .label = why, .id = id_why}, reasons)));
  }
  if (appeal.lodged.interim_asked && !appeal.interim && may_now(appeal, AppealCommand::GrantInterim, officer)) {
    const std::string answer = words("Answer"), reason = words("Reason"), length = words("10 characters or more"),
                      id_reason = "f-interim";
    forms << card(call, appeal, words("Answer the wish to suspend the request until then"), "interim",
                  html(radio_buttons({.name = "answer", .label = answer},
                                     {{"grant", words("Suspend the request")}, {"refuse", words("Do not suspend it")}}),
                       text_area({.name = "reason",
                                  .label = reason,
                                  .hint = length,
                                  .id = id_reason,
                                  .at_least = "10",
                                  .at_most = "4000"})));
  }
  if (may_now(appeal, AppealCommand::Decide, officer) && appeal.reviewer == officer.id)
    forms << card(call, appeal, words("Decide the appeal"), "decision", decide_fields(words, appeal));
  return forms;
}

}  // namespace

Result<Nothing> page_appeal_heard(Desk& desk, const Permit<Act::ReadAppeals>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const AppealId id = TRY(AppealId::parse(TRY(call.arguments.text("appeal"))));
  const auto [appeal, text, contact] = TRY(read_appeal(desk, who, id));
  const AppealLodged& lodged = appeal.lodged;

  Html page = Html::tag("p", {{"class", "step"}}, html(words("Appeal"), " ", code(id.text())));
  const std::string title = lodged.notice ? words("Appeal against a request") : words("Appeal about a refused report");
  page << Html::tag("h1", title);
  std::vector<std::pair<std::string, Html>> rows{
      {words("Status"), badge_of(words, appeal)},
      {words("Who appeals"), Html::text("“" + in_words(words, lodged.role) + "”")},
      {words("Grounds"), Html::text(grounds_in_words(words, appeal))},
      {words("Lodged at"), Html::text(words.date(lodged.at))},
      {words("To be decided by"), Html::text(words.date(lodged.decide_by))}};
  const bool reads = static_cast<bool>(may(who.officer(), Act::ReadCase));
  if (lodged.notice && reads)
    rows.emplace_back(words("Request"), link("/notices/" + lodged.notice->text(), words("Notice")));
  if (lodged.case_id && reads)
    rows.emplace_back(words("Case"), link("/cases/" + lodged.case_id->text(), lodged.case_id->text()));
  if (appeal.reviewer) rows.emplace_back(words("Reviewer"), Html::text(login_of(desk, *appeal.reviewer)));
  if (lodged.interim_asked) {
    rows.emplace_back(words("Suspended until it is decided?"),
                      Html::text(!appeal.interim   ? words("Asked for, not answered yet")
                                 : *appeal.interim ? words("Yes")
                                                   : words("No")));
  }
  if (!contact.empty()) rows.emplace_back(words("Where they can be reached"), code(contact));
  page << pairs(rows);
  page << section(words("In their words"), text.empty() ? paragraph(words("What they wrote was erased."))
                                                        : Html::tag("p", {{"class", "as-written"}}, text));
  if (appeal.decision) {
    Html decision = Html::tag("p", {{"class", "as-written"}}, appeal.decision->reasons);
    std::vector<Html> remedies;
    for (const Remedy remedy : appeal.decision->remedies) remedies.push_back(Html::text(label(words, remedy)));
    if (!remedies.empty()) decision << list(remedies);
    page << section(words("Decision"), decision);
  }
  const Html forms = forms_of(words, call, appeal, who.officer());
  if (!forms.markup().empty()) page << section(words("What you may do now"), forms);
  write_page(call, desk, path_of(appeal), title, page);
  return Nothing{};
}

}  // namespace cordon
