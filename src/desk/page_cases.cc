#include <algorithm>

#include "base/text.h"
#include "decision/reasons.h"
#include "desk/flow.h"
#include "desk/guard.h"
#include "desk/labels.h"
#include "desk/leads.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "desk/scan_output.h"
#include "law/gates.h"
#include "law/lists.h"
#include "law/offences.h"
#include "report/redact.h"

namespace cordon {

namespace {

constexpr std::int64_t kCasesOnAPage = 50;
constexpr std::size_t kMostTextShown = 1u << 20;

bool can(const Permit<Act::ReadCase>& who, Act act) { return static_cast<bool>(may(who.officer(), act)); }

Tone tone_of(CaseState state) {
  switch (state) {
    case CaseState::Open:
    case CaseState::Assessing:
    case CaseState::Reopened:
      return Tone::Plain;
    case CaseState::Proposed:
      return Tone::Careful;
    case CaseState::DecidedAct:
    case CaseState::Acting:
    case CaseState::Awaiting:
    case CaseState::Resolved:
      return Tone::Good;
    case CaseState::DecidedNoAction:
    case CaseState::Unresolved:
    case CaseState::Closed:
      return Tone::Plain;
  }
  return Tone::Plain;
}

Html state_badge(const Words& words, CaseState state) { return badge(tone_of(state), label(words, state)); }

constexpr std::array kStates{CaseState::Open,       CaseState::Assessing,       CaseState::Proposed,
                             CaseState::DecidedAct, CaseState::DecidedNoAction, CaseState::Acting,
                             CaseState::Awaiting,   CaseState::Resolved,        CaseState::Unresolved,
                             CaseState::Closed,     CaseState::Reopened};

// ── the queue ──

Html queue_filter(const Words& words, const CaseFilter& filter) {
  std::vector<Choice> matters{{"", words("All categories")}};
  for (const OffenceRow& offence : offences())
    matters.push_back({std::string(offence.id), std::string(title(Matter(offence.category), words.language())), "",
                       filter.matter == Matter(offence.category)});
  for (const ExposureRow& exposure : exposures())
    matters.push_back({std::string(exposure.id), std::string(title(Matter(exposure.exposure), words.language())), "",
                       filter.matter == Matter(exposure.exposure)});
  std::vector<Choice> states{{"", words("Any status")}};
  for (const CaseState state : kStates)
    states.push_back({std::string(name(state)), label(words, state), "", filter.state == state});
  const std::string category = words("Category"), status = words("Status");
  return Html::tag(
      "form", {{"method", "get"}, {"action", "/queue"}, {"class", "filter"}},
      html(drop_down({.name = "category", .label = category, .required = false}, matters),
           drop_down({.name = "state", .label = status, .required = false}, states), button(words("Show"))));
}

std::string queue_path(const CaseFilter& filter) {
  std::string path = "/queue?category=" + (filter.matter ? std::string(filter.matter->id()) : "") +
                     "&state=" + (filter.state ? std::string(name(*filter.state)) : "");
  if (filter.after) path += "&after=" + filter.after->text();
  return path;
}

}  // namespace

Result<Nothing> page_queue(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  CaseFilter filter;
  filter.limit = kCasesOnAPage;
  const Json& given = call.arguments;
  if (const std::string matter = given.text_or("category"); !matter.empty()) filter.matter = TRY(parse_matter(matter));
  if (const std::string state = given.text_or("state"); !state.empty()) filter.state = TRY(parse_case_state(state));
  if (const std::string after = given.text_or("after"); !after.empty()) filter.after = TRY(CaseId::parse(after));
  const std::vector<CaseSummary> cases = TRY(read_queue(desk, who, filter));

  Html page = Html::tag("h1", words("Queue"));
  if (!check_not_receive_only(TRY(desk.store().officers())))
    page << box(Tone::Careful,
                paragraph(words("This desk only receives. Nothing is proposed, approved or sent until two "
                                "people here are able to countersign: an approver, a legal reviewer "
                                "or an ombudsperson.")));
  if (const std::vector<NoticeId> back = TRY(desk.store().targets_back(who.sight())); !back.empty()) {
    std::vector<Html> notices;
    for (const NoticeId& notice : back) notices.push_back(link("/notices/" + notice.text(), notice.text()));
    page << box(
        Tone::Careful,
        html(paragraph(words("These targets were down and are there again. An officer decides whether a case is "
                             "reopened.")),
             list(notices)));
  }
  page << queue_filter(words, filter);
  std::vector<Row> rows;
  for (const CaseSummary& one : cases) {
    rows.push_back({Html::tag("a", {{"href", "/cases/" + one.id.text()}}, code(defang(one.target))),
                    Html::text(title(one.matter, call.language)), state_badge(words, one.state),
                    Html::text(words.count("{1} report", "{1} reports", one.reports)),
                    Html::text(words.date(one.opened_at))});
  }
  if (rows.empty()) {
    page << box(Tone::Plain, paragraph(filter.matter || filter.state ? words("No case fits. Choose more.")
                                                                     : words("The queue is empty.")));
  } else {
    page << table(words("Cases, oldest first"),
                  {words("Target"), words("Category"), words("Status"), words("Reports"), words("Opened")}, rows);
  }
  std::vector<Html> pages;
  if (filter.after)
    pages.push_back(link(queue_path({filter.matter, filter.state, 0, {}}), words("From the beginning")));
  if (static_cast<std::int64_t>(cases.size()) == kCasesOnAPage)
    pages.push_back(link(queue_path({filter.matter, filter.state, 0, cases.back().id}), words("Next")));
  if (!pages.empty()) page << Html::tag("nav", {{"aria-label", words("Pages")}, {"class", "pages"}}, list(pages));
  page << hint(words("Addresses are written so that they cannot be clicked. Each reading is recorded."));
  write_page(call, desk, "/queue", words("Queue"), page);
  return Nothing{};
}

// ── one case ──

namespace {

std::string path_of(const Case& the_case) { return "/cases/" + the_case.id.text(); }

bool takes_more(const Case& the_case) {  // casework's rule: its facts are fixed once it is proposed
  return the_case.state == CaseState::Open || the_case.state == CaseState::Assessing ||
         the_case.state == CaseState::Reopened;
}

// The name that people use for a piece in this case: "2. text of the page".
std::string piece_name(const Case& the_case, const EvidenceId& id) {
  for (std::size_t i = 0; i < the_case.evidence.size(); ++i) {
    if (the_case.evidence[i].id != id) continue;
    return std::to_string(i + 1) + ". " + (the_case.evidence[i].erased ? id.text() : the_case.evidence[i].description);
  }
  return id.text();
}

Html links_to_evidence(const Words& words, const Case& the_case, const std::vector<EvidenceId>& pieces) {
  Html links;
  for (const EvidenceId& id : pieces) {
    links << (links.markup().empty() ? "" : "; ")
          << link(path_of(the_case) + "/evidence/" + id.text(), piece_name(the_case, id));
  }
  return Html::tag("p", {{"class", "hint"}}, html(words("Evidence"), ": ", links));
}

std::vector<Choice> evidence_choices(const Case& the_case) {
  std::vector<Choice> choices;
  for (const Evidence& piece : the_case.evidence) {
    if (!piece.erased)
      choices.push_back({piece.id.text(), piece_name(the_case, piece.id), "", the_case.evidence.size() == 1});
  }
  return choices;
}

Html evidence_part(const Case& the_case, const Permit<Act::ReadCase>& who, const Call& call) {
  const Words& words = Words::in(call.language);
  Html part;
  std::vector<Row> rows;
  for (const Evidence& piece : the_case.evidence) {
    if (piece.erased) {
      rows.push_back({Html::text(piece_name(the_case, piece.id)),
                      html(words("Erased"), ", ", words.date(piece.erased->at), ", ", code(name(piece.erased->ground))),
                      Html(), Html()});
      continue;
    }
    const auto readers = the_case.opened_by.find(piece.id);
    const bool read = readers != the_case.opened_by.end() && readers->second.contains(who.officer().id);
    rows.push_back(
        {Html::text(piece_name(the_case, piece.id)),
         html(piece.media_type, ", ", words.count("{1} byte", "{1} bytes", piece.size),
              piece.stamped_at ? html(", ", words("time stamp of {1}", {words.date(*piece.stamped_at)})) : Html()),
         read ? badge(Tone::Good, words("Opened by you")) : Html::text(words("Not opened by you yet")),
         can(who, Act::OpenEvidence) ? link(path_of(the_case) + "/evidence/" + piece.id.text(), words("Open evidence"))
                                     : Html()});
  }
  if (rows.empty()) {
    part << paragraph(words("No evidence yet"));
  } else {
    part << table(words("Evidence"), {words("Description"), words("File"), words("Read"), words("Open evidence")}, rows,
                  Caption::Heard);
    part << hint(words("Each reading is recorded."));
  }
  if (takes_more(the_case) && can(who, Act::AttachEvidence)) {
    const std::string about = words("What the file shows"), file = words("File");
    part << more(words("Attach evidence"),
                 file_form(call, path_of(the_case) + "/evidence",
                           html(file_input({.name = "file", .label = file}),
                                text_input({.name = "description", .label = about, .at_least = "3", .at_most = "1000"}),
                                button(words("Attach evidence")))));
  }
  return part;
}

constexpr std::size_t kShownOfReport = 6000;  // bytes; the API gives all

Result<Html> reports_part(Desk& desk, const Case& the_case, const Permit<Act::ReadCase>& who, const Words& words) {
  std::vector<Html> reports;
  for (const ReportOfCase& report : TRY(read_reports(desk, who, the_case.id)))
    reports.push_back(
        html(Html::tag("p", {{"class", "hint"}}, html(code(report.source), " ", words.date(report.at))),
             Html::tag("p", {{"class", "as-written"}}, unclickable(shorten(report.text, kShownOfReport)))));
  Html part = list(reports);
  if (static_cast<std::int64_t>(reports.size()) < the_case.reports) part << hint(words("The newest are shown."));
  return html(part,
              hint(words("Numbers of cards and documents, other people's addresses and phone numbers are cut out.")));
}

Html facts_part(const Case& the_case, const Permit<Act::ReadCase>& who, const Call& call) {
  const Words& words = Words::in(call.language);
  Html part;
  if (the_case.facts.empty()) part << paragraph(words("No facts yet"));
  Html facts;
  for (const Fact& fact : the_case.facts)
    facts << Html::tag("li", html(Html::tag("p", {{"class", "as-written"}}, fact.text),
                                  links_to_evidence(words, the_case, fact.evidence)));
  if (!the_case.facts.empty()) part << Html::tag("ol", facts);
  if (!takes_more(the_case) || !can(who, Act::EnterFact)) return part;
  if (the_case.evidence.empty()) {
    part << hint(words("A fact names its evidence. Attach evidence first."));
    return part;
  }
  const std::string text = words("What was seen, at least 40 characters"), rests_on = words("The evidence it rests on");
  part << more(
      words("Enter a fact"),
      form(call, path_of(the_case) + "/facts",
           html(text_area({.name = "text", .label = text, .at_least = "40", .at_most = "1000"}),
                check_boxes({.name = "evidence", .label = rests_on, .id = "fact-evidence"}, evidence_choices(the_case)),
                button(words("Record")))));
  return part;
}

// Between what was reported and the facts, and neither of them.
Html leads_part(const Words& words, const Leads& leads) {
  Html part = hint(words("A lead is a hint. It proves nothing, has to be checked, and is no fact of this case."));
  if (leads.index == IndexState::NotReadable) {
    part << box(Tone::Careful, paragraph(words("The index is not readable. The case can be worked on without it.")));
    return part;
  }
  if (leads.index == IndexState::Behind)
    part << box(Tone::Careful, paragraph(words("The newest index is not readable. This is what an older one says.")));
  std::vector<Row> rows;
  for (const Lead& lead : leads.list) {
    const Entry& entry = lead.hit.entry;
    Html why = Html::text(label(words, lead.hit.match));
    if (lead.hit.match != Match::Exact) why << ": " << code(defanged(lead));
    if (entry.category) why << ", " << Html::text(title(Matter(*entry.category), words.language()));
    Html source = Html::tag("p", {{"class", "as-written"}}, entry.source);
    source << hint(label(words, entry.standing));
    if (!entry.id.empty()) source << paragraph(code(entry.id));
    if (lead.hit.others > 0)
      source << hint(words.count("{1} more entry", "{1} more entries", static_cast<std::int64_t>(lead.hit.others)));
    rows.push_back({code(defang(lead.about)), why, source,
                    html(words.count("{1} day", "{1} days", lead.hit.age_days), ", ",
                         words("until {1}", {entry.valid_until.text()})),
                    html("TLP:", name(entry.tlp), " PAP:", name(entry.pap)),
                    Html::text(std::to_string(entry.confidence) + " / 100")});
  }
  if (rows.empty()) {
    part << paragraph(words("The index says nothing about this case."));
    return part;
  }
  return html(part,
              table(words("Leads"),
                    {words("Identifier"), words("Why"), words("Who lists it"), words("Age"), words("May be passed to"),
                     words("Confidence")},
                    rows, Caption::Heard),
              hint(words("Generation {1} of the index", {std::to_string(leads.list.front().generation)})));
}

Act act_of(Gate gate) {  // who signs which gate: the same as flow.cc's answer()
  return gate == Gate::LegalReview       ? Act::SignLegalGate
         : gate == Gate::SensitiveTarget ? Act::SignSensitiveGate
                                         : Act::AnswerGate;
}

std::string lets_in_words(const Words& words, Lets lets) {
  switch (lets) {
    case Lets::Everything:
      return words("This answer lets a request leave.");
    case Lets::AllButSuspension:
      return words("This answer lets a request leave, but for suspending the domain.");
    case Lets::PreserveOnly:
      return words("This answer lets only a preservation request leave.");
    case Lets::Nothing:
      return words("This answer stops the request.");
  }
  return {};
}

Html gate_form(const Case& the_case, const Call& call, const GateRow& gate) {
  const Words& words = Words::in(call.language);
  std::vector<Choice> answers{{"", words("Choose an answer")}};
  for (const AnswerRow& answer : gate.answers) {
    if (gate.gate == Gate::SensitiveTarget && answer.name == "not_sensitive") continue;  // that is the list's to say
    const std::string text = label_of_answer(words, answer.name);
    answers.push_back(
        {std::string(answer.name), answer.lets == Lets::Nothing ? words("{1} (stops the request)", {text}) : text});
  }
  const std::string code_name(name(gate.gate));
  const std::string answer_label = words("Answer"), basis = words("The fact relied on"),
                    rests_on = words("The evidence it rests on"), id_answer = code_name + "-answer",
                    id_basis = code_name + "-basis", id_evidence = code_name + "-evidence";
  Html fields = hidden("gate", code_name);
  fields << drop_down({.name = "answer", .label = answer_label, .id = id_answer}, answers)
         << text_area({.name = "basis", .label = basis, .id = id_basis, .at_least = "10", .at_most = "1000"});
  if (!the_case.evidence.empty())
    fields << check_boxes({.name = "evidence", .label = rests_on, .id = id_evidence}, evidence_choices(the_case));
  fields << button(words("Record"));
  return form(call, path_of(the_case) + "/gates", fields);
}

// The automatic answer to G_SENSITIVE_TARGET, which no officer gives. Nothing for exposure, of which it is not asked.
Html guard_card(const Words& words, const Case& the_case, const Guarded& guard) {
  if (the_case.matter.exposure() != nullptr) return {};
  const bool stops = guard.sensitive || guard.holder;
  Html one = Html::tag("h3", words("Is it held by somebody whom the guard protects?"));
  one << paragraph(badge(stops ? Tone::Careful : Tone::Good, label_of_answer(words, guard.answer())))
      << Html::tag("p", {{"class", "as-written"}}, guard.basis);
  if (stops)
    one << hint(
        words("A notice leaves only when the legal reviewer and the ombudsperson have signed for it. It never "
              "crosses the border."));
  return Html::tag("div", {{"class", "card"}}, one);
}

// The gates that a notice about this case takes, and any that were answered besides.
std::vector<Gate> gates_of(const Case& the_case, const Guarded& guard) {
  std::vector<Gate> gates = gates_to_answer(the_case, guard);
  for (const auto& [gate, answer] : the_case.gates) {
    if (std::find(gates.begin(), gates.end(), gate) == gates.end()) gates.push_back(gate);
  }
  return gates;
}

Result<Html> gates_part(Desk& desk, const Case& the_case, const Permit<Act::ReadCase>& who, const Call& call) {
  const Words& words = Words::in(call.language);
  const Guarded guard = TRY(guard_of(desk.store(), the_case, ActionKind::Notice, desk.now()));
  const std::vector<Gate> gates = gates_of(the_case, guard);
  Html part = guard_card(words, the_case, guard);
  for (const Gate gate : gates) {
    const GateRow& asks = row(gate);
    const auto given = the_case.gates.find(gate);
    Html one = Html::tag("p", {{"class", "step"}}, code(name(gate)));
    one << Html::tag("h3", words(asks.question));
    if (given == the_case.gates.end()) {
      one << paragraph(badge(Tone::Careful, words("Not answered yet")));
    } else {
      const GateAnswer& answer = given->second;
      const auto* rule = std::find_if(asks.answers.begin(), asks.answers.end(),
                                      [&](const AnswerRow& r) { return r.name == answer.answer; });
      const Lets lets = rule == asks.answers.end() ? Lets::Nothing : rule->lets;
      one << paragraph(
                 html(badge(lets == Lets::Nothing ? Tone::Bad : Tone::Good, label_of_answer(words, answer.answer)), " ",
                      lets_in_words(words, lets)))
          << Html::tag("p", {{"class", "as-written"}}, answer.basis);
      if (!answer.evidence.empty()) one << links_to_evidence(words, the_case, answer.evidence);
      one << hint(words("Answered by {1}", {login_of(desk, answer.answered_by)}));
    }
    if (takes_more(the_case) && can(who, act_of(gate))) {
      if (asks.needs_evidence && the_case.evidence.empty()) {
        one << hint(words("An answer names its evidence. Attach evidence first."));
      } else {
        one << more(given == the_case.gates.end() ? words("Answer this gate") : words("Change"),
                    gate_form(the_case, call, asks));
      }
    } else if (takes_more(the_case) && gate == Gate::SensitiveTarget) {
      one << hint(words("The ombudsperson answers this one."));
    } else if (takes_more(the_case) && gate == Gate::LegalReview) {
      one << hint(words("The legal reviewer answers this one."));
    }
    part << Html::tag("div", {{"class", "card"}}, one);
  }
  if (gates.empty()) part << paragraph(words("No gate applies to this case."));
  return part;
}

// What may be asked about this target at all, by the charter's tables: the choices of the form.
struct Askable {
  std::vector<ActionKind> kinds;
  std::vector<Effect> effects;
  std::vector<Recipient> recipients;
};
Askable askable(const Case& the_case) {
  Askable all;
  const auto add = [](auto& list, auto value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
  };
  for (const ActionKind kind : {ActionKind::Alert, ActionKind::Notice}) {  // what this desk writes so far
    for (const EffectRow& effect : effects()) {
      for (const RecipientRow& recipient : recipients()) {
        if (!may_ask(the_case.matter, the_case.target.kind(), kind, effect.effect, recipient.recipient)) continue;
        add(all.kinds, kind);
        add(all.effects, effect.effect);
        add(all.recipients, recipient.recipient);
      }
    }
  }
  std::sort(all.effects.begin(), all.effects.end());  // mildest first
  return all;
}

template <typename Value>
std::vector<Choice> choices_of(const Words& words, const std::vector<Value>& values) {
  std::vector<Choice> choices;
  for (const Value value : values) choices.push_back({std::string(name(value)), label(words, value)});
  return choices;
}

// What decision's check_wish() would miss of a request of this kind, all of it at once.
Result<std::vector<Html>> missing_for(const Words& words, Desk& desk, const Case& the_case, ActionKind kind) {
  std::vector<Html> missing;
  const auto add = [&](const std::string& text) { missing.push_back(Html::text(text)); };
  if (!check_not_receive_only(TRY(desk.store().officers())))
    add(words("Two people able to countersign: this desk only receives until it has them"));
  if (the_case.evidence.empty()) add(words("A piece of evidence"));
  if (the_case.facts.empty()) add(words("A fact"));
  Wish wish;
  wish.kind = kind;
  if (!the_case.facts.empty()) {
    const std::vector<std::string> others = TRY(reasons_elsewhere(desk.store(), the_case));
    if (!check_reasons(reasons_of(the_case, wish), the_case.matter, {}))
      add(words(
          "Reasons that say more: facts and answers together have 80 characters or more beside the category's name"));
    else if (!check_reasons(reasons_of(the_case, wish), the_case.matter, others))
      add(words("Reasons of its own: nearly all of them stand in another case's request word for word"));
  }
  const Guarded guard = TRY(guard_of(desk.store(), the_case, kind, desk.now()));
  for (const Gate gate : gates_to_answer(the_case, guard)) {
    const auto given = the_case.gates.find(gate);
    if (given == the_case.gates.end())
      add(words("An answer to {1}", {name(gate)}));
    else if (!lets_pass(given->second, wish))
      add(words("Another answer to {1}: this one stops every request", {name(gate)}));
  }
  if (the_case.matter.category() != nullptr) {
    if (!check_switched_on(the_case.matter, desk.annex(), TRY(desk.store().officers())))
      add(words("This category is off at this desk"));
    else if (!desk.annex().article(the_case.matter))
      add(words("An article of national law in the annex"));
  }
  return missing;
}

Html proposal_form(const Words& words, const Call& call, const Case& the_case, const std::vector<ActionKind>& kinds,
                   const Askable& all) {
  const std::string kind = words("Kind"), effect = words("Effect asked"), recipient = words("Recipient"),
                    because = words("Why nothing milder does"), optional = words("Optional"),
                    when = words("Needed for everything beyond taking note and cleaning; 20 characters or more"),
                    mild = words("Mildest first. The recipient may say no.");
  std::vector<Choice> kind_choices = choices_of(words, kinds);
  kind_choices.back().chosen = true;
  return form(call, path_of(the_case) + "/proposals",
              html(drop_down({.name = "kind", .label = kind}, kind_choices),
                   drop_down({.name = "effect", .label = effect, .hint = mild}, choices_of(words, all.effects)),
                   drop_down({.name = "recipient", .label = recipient}, choices_of(words, all.recipients)),
                   text_area({.name = "because",
                              .label = because,
                              .hint = when,
                              .required = false,
                              .at_most = "1000",
                              .optional = optional}),
                   button(words("Propose"))));
}

Result<Html> proposal_part(Desk& desk, const Case& the_case, const Permit<Act::ReadCase>& who, const Call& call) {
  const Words& words = Words::in(call.language);
  Html part = paragraph(words("Two people decide: one proposes, another approves."));
  std::vector<Html> proposals;
  for (const Proposal& proposal : TRY(desk.store().proposals(who.sight()))) {
    if (proposal.proposed.case_id != the_case.id) continue;
    const std::string title = words(
        "{1} to: {2}", {label(words, proposal.proposed.wish.kind), label(words, proposal.proposed.wish.recipient)});
    Html one = html(link("/decide/" + proposal.proposed.id.text(), title), " – ", label(words, proposal.state));
    if (proposal.returned) one << Html::tag("p", {{"class", "as-written"}}, proposal.returned->reason);
    proposals.push_back(std::move(one));
  }
  if (!proposals.empty()) part << list(proposals);
  if (!takes_more(the_case)) {
    part << paragraph(words("This case has its proposal."));
    return part;
  }
  const Askable all = askable(the_case);
  if (all.kinds.empty()) {
    part << paragraph(words("The charter lets nobody be asked about such a target."));
    return part;
  }
  // The mildest kind first: a warning takes fewer gates, so what a notice lacks is told once a warning is possible.
  std::vector<ActionKind> ready;
  for (const ActionKind kind : all.kinds) {
    const std::vector<Html> missing = TRY(missing_for(words, desk, the_case, kind));
    if (missing.empty()) {
      ready.push_back(kind);
      continue;
    }
    part << box(Tone::Careful,
                html(paragraph(kind == ActionKind::Alert ? words("Before a warning can be proposed, this is missing:")
                                                         : words("Before a notice can be proposed, this is missing:")),
                     list(missing)));
    break;
  }
  if (!ready.empty() && can(who, Act::Propose)) part << proposal_form(words, call, the_case, ready, all);
  return part;
}

Html reopen_form(const Case& the_case, const Call& call) {
  const Words& words = Words::in(call.language);
  const std::string reason = words("The new fact"), length = words("10 characters or more"), id = "reason-reopen";
  return form(
      call, path_of(the_case) + "/reopen",
      html(
          text_area({.name = "reason", .label = reason, .hint = length, .id = id, .at_least = "10", .at_most = "4000"}),
          Html::tag("button", {{"type", "submit"}, {"class", "second"}}, words("Assess it again"))));
}

}  // namespace

Result<Nothing> page_case(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const CaseId id = TRY(CaseId::parse(TRY(call.arguments.text("case"))));
  const Case the_case = TRY(read_case(desk, who, id));

  const std::string target = defang(the_case.target);
  Html page = Html::tag("p", {{"class", "step"}}, html(words("Case"), " ", code(id.text())));
  page << Html::tag("h1", {{"translate", "no"}, {"class", "identifier"}}, target);
  std::vector<std::pair<std::string, Html>> rows{
      {words("Status"), state_badge(words, the_case.state)},
      {words("Category"), html(title(the_case.matter, call.language), " ", code(the_case.matter.number()))},
      {words("Kind"), Html::text(label(words, the_case.target.kind()))}};
  if (the_case.port) rows.emplace_back(words("Port"), Html::text(std::to_string(*the_case.port)));
  rows.emplace_back(words("Opened"), Html::text(words.date(the_case.opened_at)));
  if (the_case.last_seen_at) rows.emplace_back(words("Last seen"), Html::text(words.date(*the_case.last_seen_at)));
  rows.emplace_back(words("Reports"), Html::text(words.count("{1} report", "{1} reports", the_case.reports)));
  // Two numbers, and never one: what is repeated is not more certain (DESIGN 4).
  const SaidOfCase said = TRY(desk.store().said_of(who.sight(), id));
  rows.emplace_back(words("Independent sources"), Html::text(std::to_string(said.sources)));
  if (the_case.live < the_case.reports)
    rows.emplace_back(words("Erased reports"), Html::text(std::to_string(the_case.reports - the_case.live)));
  const auto other = [&](const std::string& label, const std::optional<CaseId>& one) {
    if (one) rows.emplace_back(label, link("/cases/" + one->text(), one->text()));
  };
  other(words("Joined into"), the_case.joined_into);
  other(words("An earlier case about it"), the_case.earlier);
  other(words("Split from"), the_case.split_from);
  for (const CaseId& one : the_case.joined) other(words("Joined into it"), one);
  for (const Hold& hold : the_case.holds) {
    if (!hold.in_force(desk.now())) continue;
    rows.emplace_back(words("Legal hold"),
                      html(badge(Tone::Careful, words("until {1}", {words.date(hold.ends_at)})), " ", hold.reason));
  }
  if (!the_case.also.empty()) {
    std::vector<Html> also;
    for (const Observable& beside : the_case.also) also.push_back(code(defang(beside)));
    rows.emplace_back(words("Also seen"), list(also));
  }
  page << pairs(rows) << hint(words("Addresses are written so that they cannot be clicked. Each reading is recorded."));
  page << section(words("What was reported"), TRY(reports_part(desk, the_case, who, words)));
  if (const Leads leads = read_leads(desk, who, the_case); leads.index != IndexState::None)
    page << section(words("Leads"), leads_part(words, leads));
  page << section(words("Evidence"), evidence_part(the_case, who, call));
  page << section(words("Facts"), facts_part(the_case, who, call));
  page << section(words("Gates"), TRY(gates_part(desk, the_case, who, call)));
  page << section(words("Proposal"), TRY(proposal_part(desk, the_case, who, call)));
  if (find_move(case_moves(), the_case.state, CaseCommand::Reopen, Mover::officer(who.officer()), {}))
    page << section(words("Assess it again"), reopen_form(the_case, call));
  write_page(call, desk, path_of(the_case), target, page);
  return Nothing{};
}

// ── one piece of evidence ──

namespace {

bool is_text(std::string_view media_type) {
  return media_type.starts_with("text/") || media_type.starts_with("message/") ||
         media_type.starts_with("application/json") || media_type.starts_with("application/xml");
}

}  // namespace

// Opening a text on its page is a reading, and an approver's counts. Of another file the page shows no byte, so only
// its download counts.
Result<Nothing> page_evidence(Desk& desk, const Permit<Act::OpenEvidence>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const CaseId case_id = TRY(CaseId::parse(TRY(call.arguments.text("case"))));
  const EvidenceId id = TRY(EvidenceId::parse(TRY(call.arguments.text("evidence"))));
  const Case the_case = TRY(read_case(desk, TRY(permit<Act::ReadCase>(who.officer())), case_id));
  const auto piece = std::find_if(the_case.evidence.begin(), the_case.evidence.end(),
                                  [&](const Evidence& one) { return one.id == id; });
  if (piece == the_case.evidence.end()) return fail(Fault::NotFound, "the case has no such evidence", id.text());
  if (piece->erased) return fail(Fault::NotFound, "this evidence was erased", id.text());

  const std::string title = piece_name(the_case, id);
  Html page = Html::tag("p", {{"class", "step"}}, words("Evidence"));
  page << Html::tag("h1", title);
  page << pairs({{words("Case"), Html::tag("a", {{"href", path_of(the_case)}}, code(defang(the_case.target)))},
                 {words("File"), html(piece->media_type, ", ", words.count("{1} byte", "{1} bytes", piece->size))},
                 {words("Digest"), code(piece->content.hex())}});
  const Html download =
      paragraph(link("/api/v1/cases/" + case_id.text() + "/evidence/" + id.text(), words("Download")));
  if (is_text(piece->media_type) && piece->size <= static_cast<std::int64_t>(kMostTextShown)) {
    const std::string bytes = TRY(open_piece(desk, who, case_id, id));
    page << box(Tone::Plain, paragraph(words("You opened this evidence. The reading is recorded.")));
    page << Html::tag(
        "pre", {{"class", "wrap"}, {"translate", "no"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", title}},
        bytes);
  } else {
    page << paragraph(words("This file is not shown here. Downloading it is recorded as your reading."));
  }
  page << download << paragraph(link(path_of(the_case), words("Back to the case")));
  write_page(call, desk, path_of(the_case) + "/evidence/" + id.text(), title, page);
  return Nothing{};
}

}  // namespace cordon
