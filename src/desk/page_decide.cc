#include <algorithm>

#include "base/text.h"
#include "desk/flow.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "law/offences.h"
#include "net/mail.h"

namespace cordon {

namespace {

Tone tone_of(ProposalState state) {
  switch (state) {
    case ProposalState::Proposed:
      return Tone::Careful;
    case ProposalState::Approved:
      return Tone::Good;
    case ProposalState::Returned:
    case ProposalState::Refused:
    case ProposalState::Lapsed:
      return Tone::Plain;
  }
  return Tone::Plain;
}

}  // namespace

Result<Nothing> page_proposals(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  std::vector<Row> waiting, others;
  for (const Proposal& proposal : TRY(desk.store().proposals(who.sight()))) {
    const Proposed& proposed = proposal.proposed;
    Row row{Html::tag("a", {{"href", "/decide/" + proposed.id.text()}}, code(defang(proposed.target))),
            Html::text(label(words, proposed.wish.kind)),
            Html::text(label(words, proposed.wish.effect)),
            Html::text(label(words, proposed.wish.recipient)),
            Html::text(login_of(desk, proposed.proposer)),
            Html::text(words.date(proposed.at)),
            badge(tone_of(proposal.state), label(words, proposal.state))};
    (proposal.state == ProposalState::Proposed ? waiting : others).push_back(std::move(row));
  }
  const std::vector<std::string> titles{words("Target"),    words("Kind"),        words("Effect asked"),
                                        words("Recipient"), words("Proposed by"), words("Proposed at"),
                                        words("Status")};
  Html page = Html::tag("h1", words("Decide"));
  page << paragraph(words("Two people decide: one proposes, another approves."));
  if (waiting.empty()) {
    page << box(Tone::Plain, paragraph(words("Nothing waits for a decision.")));
  } else {
    page << table(words("Waiting for approval"), titles, waiting);
  }
  if (!others.empty()) page << table(words("Decided earlier, newest first"), titles, others);
  write_page(call, desk, "/decide", words("Decide"), page);
  return Nothing{};
}

// ── one proposal ──

namespace {

// The mail as its recipient reads it, part by part, and below it the bytes that the digest covers.
Result<Html> exact_text(const Words& words, const std::string& body) {
  Html all;
  std::size_t number = 0;
  const Mail mail = TRY(read_mail(body));
  for (const MailPart& part : mail.parts) {
    const std::string title = words("Part {1}: {2}", {std::to_string(++number), part.type});
    all << Html::tag("h3", title);
    all << Html::tag("pre", {{"class", "wrap"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", title}},
                     part.bytes);
  }
  all << more(
      words("Exact bytes"),
      Html::tag("pre",
                {{"translate", "no"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", words("Exact bytes")}},
                body));
  return all;
}

// Why this officer may not approve now; empty if they may. The rules are decision's (proposal.cc), told before the
// click.
std::vector<std::string> obstacles(const Words& words, const Case& the_case, const Proposal& proposal,
                                   const Officer& officer, std::size_t unread) {
  std::vector<std::string> all;
  if (officer.id == proposal.proposed.proposer)
    all.push_back(words("You proposed this, so another officer has to decide."));
  else if (the_case.worked_on_by.contains(officer.id))
    all.push_back(words("You worked on this case, so another officer has to approve."));
  if (unread > 0) all.push_back(words("Open every piece of evidence before you approve."));
  return all;
}

Html decision_forms(const Words& words, const Call& call, const Proposal& proposal, const Officer& officer,
                    const std::vector<std::string>& in_the_way) {
  const std::string path = "/decide/" + proposal.proposed.id.text();
  Html forms;
  if (may(officer, Act::Approve)) {
    Html part = Html::tag("h3", words("Approve"));
    if (in_the_way.empty()) {
      part << form(
          call, path + "/approval",
          html(hidden("digest", proposal.proposed.body.hex()),
               Html::tag("div", {{"class", "choice"}},
                         html(Html::empty_tag("input", {{"type", "checkbox"},
                                                        {"id", "f-read"},
                                                        {"name", "read"},
                                                        {"value", "yes"},
                                                        {"required", ""}}),
                              Html::tag("label", {{"for", "f-read"}}, words("I have read the exact text above.")))),
               hint(words("Your signature covers this digest.")), button(words("Approve"))));
    } else {
      std::vector<Html> items;
      for (const std::string& item : in_the_way) items.push_back(Html::text(item));
      part << box(Tone::Careful, list(items));
    }
    forms << Html::tag("div", {{"class", "card"}}, part);
  }
  if (may(officer, Act::ReturnProposal))
    forms << reason_card(call, path + "/return", words("Send back"),
                         words("The case is assessed again, and a new proposal may come."));
  if (may(officer, Act::RefuseProposal))
    forms << reason_card(call, path + "/refusal", words("Refuse"),
                         words("The proposal ends here. The refusal stands in the public log."));
  return forms;
}

}  // namespace

Result<Nothing> page_proposal(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const ProposalId id = TRY(ProposalId::parse(TRY(call.arguments.text("proposal"))));
  const auto [proposal, body] = TRY(read_request(desk, who, id));
  const Proposed& proposed = proposal.proposed;
  const Case the_case = TRY(desk.store().find_case(who.sight(), proposed.case_id));
  const Officer& officer = who.officer();

  Html page = Html::tag("p", {{"class", "step"}}, html(words("Proposal"), " ", code(id.text())));
  const std::string title =
      words("{1} to: {2}", {label(words, proposed.wish.kind), label(words, proposed.wish.recipient)});
  page << Html::tag("h1", title);
  std::vector<std::pair<std::string, Html>> rows{
      {words("Status"), badge(tone_of(proposal.state), label(words, proposal.state))},
      {words("Target"), Html::tag("a", {{"href", "/cases/" + the_case.id.text()}}, code(defang(proposed.target)))},
      {words("Category"), html(cordon::title(proposed.matter, call.language), " ", code(proposed.matter.number()))},
      {words("Legal basis"), Html::text(proposed.national_article.empty() ? "–" : proposed.national_article)},
      {words("Effect asked"), Html::text(label(words, proposed.wish.effect))},
      {words("Contact"), code(proposed.wish.contact)},
      {words("Proposed by"), Html::text(login_of(desk, proposed.proposer))},
      {words("Proposed at"), Html::text(words.date(proposed.at))},
      {words("An answer is asked by"), Html::text(words.date(proposed.reply_by))},
      {words("The request ends"), Html::text(words.date(proposed.sunset_at))}};
  if (!proposed.wish.stronger_because.empty())
    rows.emplace_back(words("Why nothing milder does"),
                      Html::tag("p", {{"class", "as-written"}}, proposed.wish.stronger_because));
  if (proposal.approved) {
    rows.emplace_back(words("Approved by"),
                      html(login_of(desk, proposal.approved->approver), ", ", words.date(proposal.approved->at)));
  }
  if (proposal.returned) {
    rows.emplace_back(words("Reason"), html(Html::tag("p", {{"class", "as-written"}}, proposal.returned->reason),
                                            login_of(desk, proposal.returned->by)));
  }
  page << pairs(rows);

  std::size_t unread = 0;
  std::vector<Row> evidence;
  for (const EvidenceId& piece : proposed.evidence) {
    const auto stored = std::find_if(the_case.evidence.begin(), the_case.evidence.end(),
                                     [&](const Evidence& one) { return one.id == piece; });
    const auto readers = the_case.opened_by.find(piece);
    std::vector<std::string> logins;
    bool read = false;
    if (readers != the_case.opened_by.end()) {
      for (const OfficerId& reader : readers->second) logins.push_back(login_of(desk, reader));
      read = readers->second.contains(officer.id);
    }
    if (!read) ++unread;
    evidence.push_back(
        {link("/cases/" + the_case.id.text() + "/evidence/" + piece.text(),
              stored == the_case.evidence.end() || stored->erased ? piece.text() : stored->description),
         read ? badge(Tone::Good, words("Opened by you")) : badge(Tone::Careful, words("Not opened by you yet")),
         Html::text(logins.empty() ? "–" : join(logins, ", "))});
  }
  page << section(words("Evidence"), table(words("To be opened before approval"),
                                           {words("Description"), words("Read"), words("Opened by")}, evidence));
  page << section(words("What will be sent"),
                  html(paragraph(words("The exact bytes that you approve")),
                       pairs({{words("Digest"), code(proposed.body.hex())}}), TRY(exact_text(words, body))));
  if (proposal.state == ProposalState::Proposed) {
    const Html forms =
        decision_forms(words, call, proposal, officer, obstacles(words, the_case, proposal, officer, unread));
    page << section(words("Decision"),
                    html(paragraph(words("It lapses at {1}.", {words.date(proposed.at + kSecondSignatureMs)})),
                         forms.markup().empty() ? paragraph(words("Your role does not permit this.")) : forms));
  } else if (proposal.state == ProposalState::Approved) {
    page << paragraph(html(words("The approval stands in the public log before the notice leaves."), " ",
                           link("/notices", words("Notices"))));
  }
  write_page(call, desk, "/decide/" + id.text(), title, page);
  return Nothing{};
}

}  // namespace cordon
