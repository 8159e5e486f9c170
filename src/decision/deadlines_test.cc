// Every deadline of charter 5.7 against a table of more than 300 that Python's calendar and clocks worked out
// (tests/deadlines/make), and that were worked out again by hand, row by row: Almaty's 25-hour day before
// 2024-03-01, Tehran's midnight that was skipped, Minsk's hour that comes twice, Lord Howe's half hour, leap days,
// months that have no 31st among them.
//
// Planted bugs, each seen red: appeal_until() of 180 days; add_days() in UTC; the later of two times that a clock shows
// twice; kSecondSignatureMs of 73 hours; a sunset of the days of another kind.
#include <gtest/gtest.h>

#include <map>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "casework/case_life.h"
#include "decision/action.h"
#include "decision/appeal.h"
#include "decision/party_notice.h"

namespace cordon {
namespace {

// A request of that time, with nothing that a deadline looks at but its times.
Proposed request_of(Instant at, Random& random) {
  const OfficerId nobody = OfficerId::make(at, random);
  return {ProposalId::make(at, random),
          CaseId::make(at, random),
          Category::Phishing,
          *parse_observable(ObservableKind::Domain, "bad-bank-login.com"),
          {ActionKind::Alert, Effect::Inform, Recipient::Host, "abuse@example.net", ""},
          Binding::Voluntary,
          "article 190",
          {},
          sha256("body"),
          sha256("charter"),
          sha256("annex"),
          at,
          at,
          at + 180 * kDayMs,
          NoticeId::make(at, random),
          nobody,
          {}};
}

// When the code ends what began at `from`: the last moment that is in time.
Result<Instant> ends_by_the_code(const std::string& rule, const Zone& zone, Instant from) {
  SeededRandom random(1);
  const std::vector<std::string_view> words = split(rule, ' ');
  if (rule == "appeal_window") return appeal_until(from, zone);
  if (rule == "appeal_decision") return zone.add_days(from, kAppealDecisionDays);
  if (rule == "assessment") return zone.add_days(from, static_cast<int>(kLongestAssessmentDays));
  if (rule == "party_notice") return party_notice_due(request_of(from, random), from).due_at;
  if (rule == "deferral") return from + kLongestDeferralMs;
  if (rule == "second_signature") {
    const Proposal proposal{request_of(from, random), ProposalState::Proposed, {}};
    const Instant last = from + kSecondSignatureMs;
    if (lapse(proposal, last)) return fail(Fault::Conflict, "it lapses before its time");
    if (!lapse(proposal, last + 1)) return fail(Fault::Conflict, "it does not lapse after its time");
    return last;
  }
  if (rule == "after_reminder") {
    Action action = approved_action(request_of(from, random));
    action.state = ActionState::Delivered;
    action.reminded_at = from;
    return next_due(action)->at;
  }
  const Matter matter = TRY(parse_matter(words.at(1)));
  if (words[0] == "answer") return deadlines(matter, ObservableKind::Url, from).reply_by;
  const ObservableKind kind = TRY(parse_observable_kind(words.at(2)));
  return deadlines(matter, kind, from).sunset_at;
}

TEST(Deadlines, each_ends_when_the_table_says) {
  const std::string table = *read_file(source_folder() + "/tests/deadlines/table.tsv", 1u << 20);
  std::map<std::string, int> asked;
  int all = 0;
  for (const std::string_view line : split(table, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::vector<std::string_view> fields = split(line, '\t');
    ASSERT_EQ(fields.size(), 4u) << line;
    const Result<Zone> zone = Zone::find(fields[1]);
    ASSERT_TRUE(zone) << line << ": " << zone.error().message;
    const Result<Instant> until = ends_by_the_code(std::string(fields[0]), *zone, *parse_rfc3339(fields[2]));
    ASSERT_TRUE(until) << line << ": " << until.error().message;
    EXPECT_EQ(to_rfc3339(*until), to_rfc3339(*parse_rfc3339(fields[3]))) << line;
    ++asked[std::string(fields[0].substr(0, fields[0].find(' ')))];
    ++all;
  }
  EXPECT_GE(all, 300);
  EXPECT_EQ(asked.size(), 9u);
}

// The job looks back by 60 days where the table looks forward; both must meet at the same moment.
TEST(Deadlines, the_daily_job_ends_an_assessment_at_the_tables_moment) {
  const std::string table = *read_file(source_folder() + "/tests/deadlines/table.tsv", 1u << 20);
  for (const std::string_view line : split(table, '\n')) {
    if (!line.starts_with("assessment\t")) continue;
    const std::vector<std::string_view> fields = split(line, '\t');
    const Zone zone = *Zone::find(fields[1]);
    const Instant from = *parse_rfc3339(fields[2]), until = *parse_rfc3339(fields[3]);
    const int back = -static_cast<int>(kLongestAssessmentDays);
    EXPECT_GE(zone.add_days(until, back), from) << line;
    EXPECT_LT(zone.add_days(until + -1000, back), from) << line;
  }
}

}  // namespace
}  // namespace cordon
