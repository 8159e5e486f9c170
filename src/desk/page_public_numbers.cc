// The public numbers for people: charts that need no script, and the same figures in tables (charter 5.6).
#include <algorithm>

#include "base/text.h"
#include "desk/labels.h"
#include "desk/numbers.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "law/matter.h"

namespace cordon {

namespace {

// "accepted", "refused", "refused:copyright", …: what a batch's line counts.
std::string outcome_in_words(const Words& words, std::string_view what) {
  if (what == "accepted") return words("Taken in");
  if (what == "folded") return words("Of these taken in without a case");
  if (what == "duplicate") return words("Already known");
  if (what == "refused") return words("Out of scope or not enough to act on");
  if (what == "quarantined") return words("Put aside for a person to look at");
  if (what == "refused:no_observable") return words("Refused: no address, number or account in it");
  if (what == "refused:not_held") return words("Refused: not held under this category");
  if (what == "refused:passed_on") return words("Outside the list, and passed on");
  if (what == "refused:malformed") return words("Refused: not well formed");
  if (what.starts_with("refused:"))
    return words("Refused by name: {1}", {replace_all(std::string(what.substr(8)), "_", " ")});
  return std::string(what);
}

std::string decision_in_words(const Words& words, const std::string& state) {
  if (state == "effective") return words("Approved");
  if (state == "refused") return words("Not approved");
  return replace_all(state, "_", " ");
}

constexpr std::size_t kMonthsShown = 24;

// A chart, and below it the table that says the same.
Html by_month(const Words& words, const std::string& title, const std::map<std::string, std::int64_t>& counts) {
  std::vector<std::pair<std::string, std::int64_t>> bars;
  for (const auto& [month, count] : counts) bars.emplace_back(month, count);
  if (bars.size() > kMonthsShown) bars.erase(bars.begin(), bars.end() - kMonthsShown);
  if (bars.empty()) return paragraph(words("Nothing yet"));
  std::vector<Row> rows;
  for (const auto& [month, count] : bars) rows.push_back({Html::text(month), Html::text(std::to_string(count))});
  return html(bar_chart(title, bars), table(title, {words("Month"), words("Total")}, rows, Caption::Heard));
}

std::int64_t total(const Transparency& report, std::string_view figure, std::string_view state) {
  std::int64_t sum = 0;
  for (const auto& [month, count] : report.by_month(figure, state)) sum += count;
  return sum;
}

Html outcomes(const Words& words, const Transparency& report) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [cell, count] : report.cells()) {
    if (cell.figure == "reports") counts[cell.state] += count;
  }
  if (counts.empty()) return {};
  std::vector<Row> rows;
  for (const auto& [what, count] : counts)
    rows.push_back({Html::text(outcome_in_words(words, what)), Html::text(std::to_string(count))});
  return table(words("What became of the reports"), {words("Outcome"), words("Total")}, rows);
}

Html decisions(const Words& words, const Transparency& report) {
  std::map<CountedAs, std::int64_t> counts;  // over all months
  for (const auto& [cell, count] : report.cells()) {
    if (cell.figure == "decision")
      counts[{"decision", {}, cell.category, cell.kind, cell.state, cell.recipient, {}, {}, {}}] += count;
  }
  if (counts.empty()) return {};
  std::vector<Row> rows;
  for (const auto& [cell, count] : counts) {
    const Json shown = shown_count(cell, count);
    rows.push_back({Html::text(matter_in_words(words, cell.category)), Html::text(kind_in_words(words, cell.kind)),
                    Html::text(recipient_in_words(words, cell.recipient)),
                    Html::text(decision_in_words(words, cell.state)),
                    Html::text(shown.string() != nullptr ? *shown.string() : std::to_string(count))});
  }
  return table(words("What two officers decided"),
               {words("Category"), words("Act"), words("Asked of"), words("Outcome"), words("Total")}, rows);
}

}  // namespace

Result<Nothing> page_numbers(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const PublicNumbers numbers = TRY(public_numbers(desk));
  const Transparency& report = numbers.report;
  const auto number = [](std::int64_t count) { return Html::text(std::to_string(count)); };
  Html page = Html::tag("h1", words("Numbers"));
  page << paragraph(
      html(words("These numbers are counted from the public log and from nothing else. Anybody can count them again."),
           " ", link("/log", words("Public log"))));
  page << pairs({{words("Reports received"), number(total(report, "reports", "accepted"))},
                 {words("Requests approved"), number(total(report, "decision", "effective"))},
                 {words("Requests sent"), number(total(report, "action", "sent"))},
                 {words("Size of the log"), number(static_cast<std::int64_t>(report.lines()))}});
  page << section(words("Reports by month"),
                  html(by_month(words, words("Reports by month"), report.by_month("reports", "accepted")),
                       outcomes(words, report)));
  page << section(
      words("Requests by month"),
      html(by_month(words, words("Requests by month"), report.by_month("action", "sent")), decisions(words, report),
           hint(words("For offences against children and against persons, counts of 1 to 4 are shown as "
                      "“<5”."))));
  page << section(words("How to count them again"),
                  html(paragraph(words("With this program and a copy of the log's files:")),
                       Html::tag("pre", {{"translate", "no"}, {"tabindex", "0"}}, "cordon log recount LOG --key KEY"),
                       list({link("/api/v1/transparency", words("All of it as JSON")),
                             link("/api/v1/transparency.csv", words("All of it as CSV"))})));
  std::vector<Html> missing;
  const Json reasons = Transparency::missing();
  for (const Json& one : *reasons.array())
    missing.push_back(Html::tag("span", {{"lang", "en"}}, one.text_or("figure") + ": " + one.text_or("because")));
  page << more(words("What the log does not say"), list(missing));
  write_page(call, desk, "/numbers", words("Numbers"), page);
  return Nothing{};
}

}  // namespace cordon
