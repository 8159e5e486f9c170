// The standing rules on one page, for whoever may stop one: the kill switch is beside each that is in force.
#include "desk/alerts.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "desk/rules.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::int64_t kRulesOfPage = 100;

std::string label_of_rule(const Words& words, RuleState state) {
  switch (state) {
    case RuleState::Proposed:
      return words("Waiting for approval");
    case RuleState::Returned:
      return words("Sent back");
    case RuleState::Refused:
      return words("Not approved");
    case RuleState::Lapsed:
      return words("Lapsed");
    case RuleState::InForce:
      return words("In force");
    case RuleState::Stopped:
      return words("Stopped");
  }
  return {};
}

Html rule_part(const Words& words, const Call& call, const StandingRule& rule, const Store::AlertCounts& counts) {
  const RuleTerms& terms = rule.terms();
  const std::string id = terms.id.text();
  const bool stands = rule.state == RuleState::InForce;
  const auto number = [](std::int64_t count) { return Html::text(std::to_string(count)); };
  Html part = pairs({{words("Status"), badge(stands ? Tone::Good : Tone::Plain, label_of_rule(words, rule.state))},
                     {words("Rule"), code(id)},
                     {words("Publisher"), Html::text(terms.feed.publisher)},
                     {words("Recipient"), Html::text(label(words, terms.recipient))},
                     {words("Effect asked"), Html::text(label(words, terms.effect))},
                     {words("It ends at"), Html::text(words.date(terms.ends_at))},
                     {words("Warnings a day, at most"), number(terms.quota)},
                     {words("Items in one warning, at most"), number(terms.items)},
                     {words("Warnings that left"), number(counts.mails_sent)},
                     {words("Items in them"), number(counts.sent + counts.recalling + counts.recalled)},
                     {words("Items that wait"), number(counts.waiting)},
                     {words("Items that were withheld"), number(counts.withheld)},
                     {words("Items that were left out"), number(counts.left_out)},
                     {words("Items that were taken back"), number(counts.recalling + counts.recalled)}});
  if (rule.ended && !rule.ended->reason.empty())
    part << paragraph(html(words("Reason"), ": ", Html::tag("span", {{"class", "as-written"}}, rule.ended->reason)));
  if (!stands) return part;
  const std::string field = "stop-" + id;
  const std::string why = words("Why it has to stop");
  const std::string rule_of_reason = words("10 characters or more. One person is enough, and it takes effect at once.");
  Asked reason{"reason", why, rule_of_reason};
  reason.id = field;
  reason.at_least = "10";
  reason.at_most = "4000";
  part << form(call, "/rules/" + id + "/stop", html(text_area(reason), button(words("Stop this rule now"))));
  return part;
}

// What recipients take by no mail (amendment 14). Which targets they are about is not said here: who reads an alert is
// put on record.
Result<Html> by_hand_part(const Words& words, Desk& desk) {
  AlertSender sender(desk);
  std::vector<Row> rows;
  for (const AlertSender::ByHand& one : TRY(sender.waiting_by_hand()))
    rows.push_back({code(one.batch.text() + " " + std::to_string(one.position)), Html::text(one.alert.to),
                    Html::text(std::to_string(one.alert.items.size())), Html::text(words.date(one.alert.reply_by))});
  if (rows.empty()) return Html();
  const std::string heading = words("Warnings for an officer's hand");
  Html part = paragraph(words(
      "Their recipients take no mail, but a form on their own pages or a letter. `cordon alert letter` shows one of "
      "them, and `cordon alert taken` puts down that somebody took it there."));
  part << table(heading, {words("Batch and place"), words("Recipient"), words("Items"), words("An answer is asked by")},
                rows, Caption::Heard);
  return section(heading, part);
}

}  // namespace

Result<Nothing> page_rules(Desk& desk, const Permit<Act::StopRule>&, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  Html page = Html::tag("h1", words("Standing rules"));
  page << paragraph(
      words("By such a rule warnings leave by themselves, and no officer looks at each item. A rule that "
            "was stopped never comes back; a new one has to be approved."));
  page << TRY(by_hand_part(words, desk));
  const std::vector<StandingRule> rules = TRY(desk.store().rules(kRulesOfPage));
  if (rules.empty()) page << box(Tone::Plain, paragraph(words("No standing rule was proposed yet.")));
  for (const StandingRule& rule : rules) {
    const Store::AlertCounts counts = TRY(desk.store().count_alerts(rule.terms().id));
    const std::string heading = rule.terms().feed.name + ": " + std::string(title(rule.terms().matter, call.language));
    page << section(heading, rule_part(words, call, rule, counts));
  }
  write_page(call, desk, "/rules", words("Standing rules"), page);
  return Nothing{};
}

}  // namespace cordon
