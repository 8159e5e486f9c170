// The border on one page: the peers, what the policy lets go, what went, what was held back and why, what came.
#include <algorithm>

#include "base/text.h"
#include "desk/border.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "desk/shapes.h"
#include "law/offences.h"
#include "law/terms.h"

namespace cordon {

namespace {

template <typename T, typename Say>
std::string listed(const Words& words, const std::set<T>& set, Say say) {
  if (set.empty()) return words("Any");
  std::vector<std::string> each;
  for (const T& one : set) each.emplace_back(say(one));
  return join(each, ", ");
}

// ── who, and what may go ──

Html peers_part(const Words& words, const std::vector<PeerRow>& peers) {
  if (peers.empty()) return paragraph(words("This desk has no peers. Two officers add one at its own machine."));
  std::vector<Row> rows;
  for (const PeerRow& row : peers) {
    const bool active = row.peer.state == PeerState::Active;
    const auto category = [&](Category one) { return title(Matter(one), words.language()); };
    rows.push_back({code(row.peer.desk), Html::text(row.peer.country), Html::text(label(words, row.peer.role)),
                    badge(active ? Tone::Good : Tone::Careful, label(words, row.peer.state)),
                    Html::text(listed(words, row.peer.agreed, category)), code(fingerprint(row.peer.key)),
                    Html::text(words.day(row.since)), Html::text(words.date(row.peer.head_at))});
  }
  return html(table(words("Peers"),
                    {words("Desk"), words("Country"), words("Role"), words("Status"), words("Agreed"),
                     words("Fingerprint of the key (SHA-256)"), words("Since"), words("Last seen")},
                    rows, Caption::Heard),
              hint(words("A role is a ceiling of what may be offered; it gives nobody an order over another desk.")));
}

std::string whom(const Words& words, const BorderRule& rule) {
  std::vector<std::string> each;
  for (const PeerRole role : rule.roles) each.push_back(label(words, role));
  for (const auto* names : {&rule.peers, &rule.countries}) each.insert(each.end(), names->begin(), names->end());
  return each.empty() ? words("Any") : join(each, ", ");
}

std::string then(const Words& words, Answer answer) {
  if (answer == Answer::Hold) return words("It is held until a border officer releases it.");
  if (answer == Answer::AllowRedacted) return words("Only a part may go, so it is withheld whole.");
  return words("It goes.");
}

Html rules_table(const Words& words, const std::vector<BorderRule>& rules, bool denying) {
  const auto category = [&](Category one) { return title(Matter(one), words.language()); };
  std::vector<std::string> titles{words("Rule"), words("What"), words("Category"), words("Kind"), words("Peers")};
  if (!denying) titles.insert(titles.end(), {words("Labels"), words("What happens")});
  std::vector<Row> rows;
  for (const BorderRule& rule : rules) {
    rows.push_back({code(rule.name),
                    Html::text(listed(words, rule.objects, [&](ObjectKind kind) { return label(words, kind); })),
                    Html::text(listed(words, rule.categories, category)),
                    Html::text(listed(words, rule.kinds, [&](ObservableKind kind) { return label(words, kind); })),
                    Html::text(whom(words, rule))});
    if (denying) continue;
    rows.back().push_back(Html::text(words("At most TLP {1} and PAP {2}", {name(rule.max_tlp), name(rule.max_pap)})));
    rows.back().push_back(Html::text(then(words, rule.then)));
  }
  return table(denying ? words("What a rule keeps back") : words("What a rule lets go"), titles, rows);
}

Html policy_part(const Words& words, const Policy& policy) {
  Html part;
  if (policy.allow().empty()) {
    part << paragraph(words("No rule lets anything go. Corrections and public numbers pass, and nothing else."));
  } else {
    part << rules_table(words, policy.allow(), false);
  }
  if (!policy.deny().empty()) part << rules_table(words, policy.deny(), true);
  part << list({
      Html::text(words("What no rule allows does not go, and a denial wins over every allowance.")),
      Html::text(words("A correction of what a peer received always goes, whatever the rules say.")),
      Html::text(words("At most {1} different objects go to one peer in 24 hours.",
                       {std::to_string(policy.per_peer_per_day())})),
      Html::text(words("The charter's own rules B1 to B15 hold beside these; a policy can only be stricter.")),
  });
  part << pairs({{words("Digest of the policy (SHA-256)"), code(policy.digest().hex())}});
  return part;
}

// ── what crossed ──

Html target_of(const CaseId& id, const Observable& target, bool linked) {
  const Html shown = code(defang(target));
  if (linked) return Html::tag("a", {{"href", "/cases/" + id.text()}}, shown);
  return html(shown, Html::tag("p", {{"class", "hint"}}, code(id.text())));  // to ask the border about it
}

Html given_part(Desk& desk, const Words& words, const BorderView& view, bool linked) {
  if (view.given.empty()) return paragraph(words("Nothing was given out."));
  std::vector<Row> rows;
  for (const GivenOut& given : view.given) {
    const std::string by =
        words("{1} and {2}", {login_of(desk, given.by.border_officer), login_of(desk, given.by.approver)});
    rows.push_back({target_of(given.case_id, given.target, linked), Html::text(label(words, given.target.kind())),
                    Html::text(title(Matter(given.category), words.language())), code(given.to),
                    given.recalled ? badge(Tone::Careful, words("Withdrawn")) : badge(Tone::Good, words("Given")),
                    code(given.rule), Html::text(by), Html::text(words.date(given.at))});
  }
  return table(words("Given out"),
               {words("Identifier"), words("Kind"), words("Category"), words("To"), words("Status"),
                words("Rule that passed it"), words("Released by"), words("When")},
               rows, Caption::Heard);
}

Html held_part(const Words& words, const BorderView& view, bool linked) {
  if (view.held.empty()) return paragraph(words("Nothing was held back."));
  std::vector<Row> rows;
  for (const HeldAtBorder& held : view.held) {
    const auto peer = std::find_if(view.peers.begin(), view.peers.end(),
                                   [&](const PeerRow& row) { return row.peer.desk == held.to; });
    const std::string why = peer == view.peers.end() ? std::string() : in_words(words, held.decision, peer->peer);
    rows.push_back({target_of(held.case_id, held.target, linked),
                    Html::text(title(Matter(held.category), words.language())), code(held.to), code(held.decision.rule),
                    Html::text(why), Html::text(words.date(held.at))});
  }
  return table(words("Held back"),
               {words("Identifier"), words("Category"), words("To"), words("Rule"), words("Reason"), words("When")},
               rows, Caption::Heard);
}

Html came_part(const Words& words, const BorderView& view) {
  Html part = paragraph(words("A reference says that a peer lists this. It never acts, and it is no fact of a case."));
  if (view.references.empty()) {
    part << paragraph(words("No peer lists anything at present."));
  } else {
    std::vector<Row> rows;
    for (const Reference& one : view.references) {
      rows.push_back({code(defang(one.indicator.observable)), Html::text(label(words, one.indicator.observable.kind())),
                      Html::text(title(Matter(one.indicator.category), words.language())), code(one.peer),
                      Html::text(name(one.indicator.tlp)), Html::text(words.date(one.received_at)),
                      Html::text(words.day(one.indicator.valid_until))});
    }
    part << table(words("References"),
                  {words("Identifier"), words("Kind"), words("Category"), words("From"), words("TLP"),
                   words("Received"), words("Ends")},
                  rows);
  }
  if (view.came.empty()) return part;
  std::vector<Row> rows;
  for (const CameIn& came : view.came) {
    std::vector<std::string> refused;
    for (const auto& [reason, count] : came.event.refused) refused.push_back(reason + ": " + std::to_string(count));
    rows.push_back({code(came.event.from + " " + std::to_string(came.event.sequence)),
                    Html::text(words.count("{1} reference", "{1} references", came.event.references)),
                    Html::text(words.count("{1} withdrawal", "{1} withdrawals", came.event.recalls)),
                    refused.empty() ? Html::text(words("None")) : code(join(refused, ", ")),
                    Html::text(words.date(came.at))});
  }
  part << table(words("Files of peers that were taken in"),
                {words("From"), words("Taken in"), words("Withdrawn"), words("Refused"), words("When")}, rows);
  return part;
}

// ── one question ──

struct Question {
  std::string case_text, to;
};

Html answer_box(const Words& words, const Decision& decision, const Peer& peer) {
  const bool goes = decision.answer == Answer::Allow;
  const std::string said = goes                              ? words("It may go.")
                           : decision.answer == Answer::Hold ? words("It is held.")
                                                             : words("It does not go.");
  std::vector<std::pair<std::string, Html>> rows{{words("Rule"), code(decision.rule)},
                                                 {words("Reason"), Html::text(in_words(words, decision, peer))}};
  if (decision.code) rows.emplace_back(words("Code"), code(name(*decision.code)));
  if (!decision.duties.empty()) {
    std::vector<std::string> duties;
    for (const Duty duty : decision.duties) duties.emplace_back(name(duty));
    rows.emplace_back(words("Duties that go with it"), code(join(duties, ", ")));
  }
  return box(goes                              ? Tone::Good
             : decision.answer == Answer::Hold ? Tone::Careful
                                               : Tone::Bad,
             html(paragraph(said), pairs(rows)));
}

Html question_part(const Words& words, const std::vector<PeerRow>& peers, const Question& asked, std::string_view wrong,
                   const Html& answer) {
  if (peers.empty()) return paragraph(words("Without a peer there is nothing to ask."));
  std::vector<Choice> choices;
  for (const PeerRow& row : peers)
    choices.push_back(
        {row.peer.desk, row.peer.desk + " · " + label(words, row.peer.role), "", row.peer.desk == asked.to});
  const std::string of_case = words("Id of the case"), to_peer = words("Peer");
  return html(answer,
              Html::tag("form", {{"method", "get"}, {"action", "/border"}},
                        html(text_input({.name = "case", .label = of_case, .value = asked.case_text, .wrong = wrong}),
                             drop_down({.name = "to", .label = to_peer}, choices), button(words("Ask")))));
}

}  // namespace

Result<Nothing> page_border(Desk& desk, const Permit<Act::ReadBorder>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const BorderView view = TRY(read_border(desk, who));
  const Question asked{std::string(trim(call.arguments.text_or("case"))), call.arguments.text_or("to")};
  std::string wrong;
  Html answer;
  if (!asked.case_text.empty()) {
    const Result<CaseId> id = CaseId::parse(asked.case_text);
    const Result<Decision> decision = id ? explain(desk, who, *id, asked.to) : Result<Decision>(id.error());
    if (decision) {
      answer = answer_box(words, *decision, TRY(desk.store().find_peer(asked.to)).peer);
    } else if (decision.error().fault == Fault::NotFound || decision.error().fault == Fault::Malformed) {
      wrong = words("There is no such case, or no such peer.");
    } else {
      return decision.error();
    }
  }

  const bool linked = static_cast<bool>(may(who.officer(), Act::ReadCase));
  Html page = Html::tag("h1", words("Border"));
  page << paragraph(words("What this desk gives to other desks, what it keeps back and why, and what they sent."));
  page << section(words("Ask the border"), question_part(words, view.peers, asked, wrong, answer));
  page << section(words("Held back"), held_part(words, view, linked));
  page << section(words("Given out"), given_part(desk, words, view, linked));
  page << section(words("Taken in"), came_part(words, view));
  page << section(words("Peers"), peers_part(words, view.peers));
  page << section(words("The policy in force"), policy_part(words, view.policy));
  if (view.cut) page << hint(words("The newest lines are shown; there are more."));
  page << hint(words("Addresses are written so that they cannot be clicked. Each reading is recorded."));
  write_page(call, desk, "/border", words("Border"), page);
  return Nothing{};
}

}  // namespace cordon
