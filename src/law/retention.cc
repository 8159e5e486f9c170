#include "law/retention.h"

#include <algorithm>

#include "base/text.h"

namespace cordon {

namespace {

constexpr RetentionRow kRetentionRows[] = {
    {Kept::RefusedReport, "refused_report", "8.3", 30, EndedBy::Job, "the day that it came", "a count by reason"},
    {Kept::ReporterContact, "reporter_contact", "8.3", 90, EndedBy::NothingKept, "the end of their part", "nothing"},
    {Kept::CaseWithoutAct, "case_without_act", "8.3", 90, EndedBy::Job,
     "its opening, or the last thing that an officer did in it", "a count"},
    {Kept::CaseWithAct, "case_with_act", "8.3", 180, EndedBy::Job, "the end of its last act",
     "the decisions; its evidence and reports go"},
    {Kept::Appeal, "appeal", "8.3", 365, EndedBy::Job, "its end", "what became of it, in the journal and the log"},
    {Kept::Indicator, "indicator", "4.4", 5 * 365, EndedBy::Itself, "its first day", "nothing"},
    {Kept::PeersObject, "peers_object", "8.3", 5 * 365, EndedBy::Itself, "its first day", "nothing"},
    {Kept::Quarantine, "quarantine", "8.3", 7, EndedBy::NothingKept, "the day that it came", "nothing"},
    {Kept::ReadLog, "read_log", "8.3", 3 * 365, EndedBy::Nobody, "the reading", "a digest"},
    {Kept::Decisions, "custody_and_decisions", "8.3", 5 * 365, EndedBy::Nobody, "the decision", "a digest"},
    {Kept::PublicLog, "public_log", "8.4", 0, EndedBy::Nobody, "", "all of it; it holds no personal data in plain"},
};

}  // namespace

std::span<const RetentionRow> retention_rows() { return kRetentionRows; }

const RetentionRow& row(Kept kept) {
  return *std::find_if(std::begin(kRetentionRows), std::end(kRetentionRows),
                       [&](const RetentionRow& one) { return one.kept == kept; });
}

std::string_view name(Kept kept) { return row(kept).name; }

Result<Kept> parse_kept(std::string_view text) {
  for (const RetentionRow& one : kRetentionRows)
    if (one.name == text) return one.kept;
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is nothing that is kept");
}

std::string_view name(EndedBy ended_by) {
  switch (ended_by) {
    case EndedBy::Job:
      return "daily_job";
    case EndedBy::Itself:
      return "its_own_end";
    case EndedBy::NothingKept:
      return "nothing_kept";
    case EndedBy::Nobody:
      return "nobody";
  }
  return {};
}

Lives::Lives() {
  for (const RetentionRow& one : kRetentionRows) days_.emplace(one.kept, one.days);
}

Result<Lives> Lives::shortened(const std::map<std::string, std::int64_t>& days) {
  Lives lives;
  for (const auto& [name, wanted] : days) {
    const Result<Kept> kept = parse_kept(name);
    if (!kept) return kept.error();
    const RetentionRow& longest = row(*kept);
    if (longest.ended_by != EndedBy::Job)
      return fail(Fault::Refused, name + " is not the daily job's to end, so it has no setting");
    if (wanted < 1) return fail(Fault::Malformed, name + " is a number of days, 1 to " + std::to_string(longest.days));
    if (wanted > longest.days)
      return fail(Fault::Refused, name + " may be kept for " + std::to_string(longest.days) + " days, not " +
                                      std::to_string(wanted) + ": a setting can only shorten it (charter " +
                                      std::string(longest.section) + ")");
    lives.days_[*kept] = wanted;
  }
  return lives;
}

}  // namespace cordon
