#include <ranges>

#include "base/text.h"
#include "desk/flow.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"

namespace cordon {

std::string login_of(Desk& desk, const OfficerId& id) {
  const Result<Officer> officer = desk.store().officer_by_id(id);
  return officer ? officer->login : id.text();
}

Result<Nothing> page_notices(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  std::vector<Row> rows;
  const std::vector<OutboxItem> outbox = TRY(read_notices(desk, who));
  for (const OutboxItem& item : std::views::reverse(outbox)) {
    const Result<Proposal> proposal = desk.store().find_proposal(who.sight(), item.proposal);
    if (!proposal && proposal.error().fault == Fault::NotFound) continue;  // out of this officer's sight
    if (!proposal) return proposal.error();
    const Proposed& proposed = proposal->proposed;
    const std::string leaf = std::to_string(item.leaf_index);
    const Action action = TRY(desk.store().find_action(who.sight(), item.notice));
    // To the ombudsperson (amendment 11): nobody else ends it.
    const bool protected_holder = action.state == ActionState::Suspended && says_protected(action);
    rows.push_back(
        {Html::tag("a", {{"href", "/decide/" + proposed.id.text()}}, code(defang(proposed.target))),
         Html::text(label(words, proposed.wish.kind)), Html::text(label(words, proposed.wish.recipient)),
         code(proposed.wish.contact), Html::text(words.date(proposed.reply_by)),
         protected_holder
             ? badge(Tone::Careful, words("Suspended for the ombudsperson: a protected holder, its recipient says"))
         : item.sent ? badge(Tone::Good, words("Sent"))
                     : badge(Tone::Careful, words("Approved, not sent yet")),
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

Result<Nothing> page_officers(Desk& desk, const Permit<Act::ListOfficers>&, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  std::vector<Row> rows;
  for (const Officer& officer : TRY(desk.store().officers())) {
    std::vector<std::string> roles;
    for (const Role role : officer.roles) roles.push_back(label(words, role));
    rows.push_back({code(officer.login), Html::text(join(roles, ", "))});
  }
  Html page = Html::tag("h1", words("Officers"));
  page << table(words("Officers"), {words("Login name"), words("Role")}, rows, Caption::Heard);
  page << hint(words("Officers are enrolled at the desk's own machine, by two administrators: cordon officer add"));
  write_page(call, desk, "/officers", words("Officers"), page);
  return Nothing{};
}

}  // namespace cordon
