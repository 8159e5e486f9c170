#include "casework/opening.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

const Instant kNow{1'790'000'000'000};

CaseId a_case() { return CaseId::derive(sha256("case")); }
OfficerId an_officer() { return OfficerId::derive(sha256("officer")); }

Result<CaseOpened> open(std::vector<ReportPlace> waiting, Matter matter = Category::Phishing,
                        ObservableKind kind = ObservableKind::Domain, const std::optional<CaseId>& there = {}) {
  return open_case(a_case(), matter, kind, there, std::move(waiting), sha256("frame"), an_officer(), kNow);
}

TEST(CaseOpened, what_is_no_volume_has_its_case_at_once) {
  EXPECT_TRUE(may_wait_without_case(Category::Phishing, ObservableKind::Domain));
  EXPECT_TRUE(may_wait_without_case(*parse_matter("H02"), ObservableKind::Ip));
  for (const Matter matter : {Matter(Category::Fraud), *parse_matter("C09"), *parse_matter("C04")})
    EXPECT_FALSE(may_wait_without_case(matter, ObservableKind::Domain)) << matter.id();
  for (const ObservableKind kind : {ObservableKind::Email, ObservableKind::Phone, ObservableKind::Handle})
    EXPECT_FALSE(may_wait_without_case(Category::Phishing, kind)) << name(kind);
  EXPECT_EQ(open({{1, 1}}, Category::Fraud).error().fault, Fault::Refused);
  EXPECT_EQ(open({{1, 1}}, Category::Phishing, ObservableKind::Email).error().fault, Fault::Refused);
  EXPECT_EQ(open({{1, 1}}, Category::Phishing, ObservableKind::Domain, a_case()).error().fault, Fault::Conflict);
  EXPECT_EQ(open({}).error().fault, Fault::NotFound);
}

// Planted bug: the oldest are kept (the other end of the sorted list erased).
TEST(CaseOpened, a_case_begins_with_the_newest_of_very_many) {
  std::vector<ReportPlace> waiting;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(kMostOpenedWith) + 5; ++i) waiting.push_back({7, 20'000 - i});
  const auto event = open(waiting);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->reports.size(), kMostOpenedWith);
  EXPECT_EQ(event->reports.back(), (ReportPlace{7, 20'000}));
  EXPECT_EQ(event->reports.front(), (ReportPlace{7, 20'001 - static_cast<std::int64_t>(kMostOpenedWith)}));
}

TEST(CaseOpened, it_reads_as_it_was_written) {
  const CaseOpened event = *open({{3, 4}, {5, 6}});
  const auto again = read_case_opened(to_json(event));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_text(to_json(*again)), to_text(to_json(event)));
  EXPECT_EQ(again->reports, event.reports);
}

}  // namespace
}  // namespace cordon
