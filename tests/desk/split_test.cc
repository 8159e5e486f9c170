// Folding can be undone (DESIGN 4): random folds, splits, joins, partings and erasures against a model that is a map
// from reports to cases, on SQLite, and with CORDON_TEST_HOME=postgresql on PostgreSQL. Then what officers see of it.
//
// Planted bugs, each seen to turn this red (tests/teeth):
//  1 store/tables.cc        a split leaves the reports counted in the case that it is from
//  2 casework/split.cc      cases of two categories are joined
//  3 store/store.cc         who worked on a joined case is a stranger to the whole
#include <algorithm>
#include <map>
#include <set>

#include "desk/retention.h"
#include "desk/splitting.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

class SplitTest : public testing::Test {
 protected:
  SplitTest() {
    desk_.enrol("analyst1", {Role::Analyst});
    desk_.enrol("analyst2", {Role::Analyst, Role::Approver});
    desk_.enrol("custodian1", {Role::Custodian});
    desk_.enrol("legal1", {Role::LegalReviewer});
    desk_.enrol("dpo1", {Role::Dpo});
  }
  std::vector<RunItem> take(const std::string& lines, const std::string& source = "feed-a",
                            Category category = Category::Phishing) {
    const Incoming incoming{source, "list.csv", Matter(category), {}, desk_.desk().now()};
    auto items = take_in(desk_.desk(), incoming, "list.csv", "url,note\n" + lines, "");
    EXPECT_TRUE(items) << items.error().message << items.error().where;
    return items ? *items : std::vector<RunItem>();
  }
  Permit<Act::SplitCase> analyst() { return *permit<Act::SplitCase>(desk_.officer("analyst1")); }
  Result<Case> find(const CaseId& id) { return desk_.store().find_case(Sight::of_software(), id); }
  std::set<ReportId> reports_of(const CaseId& id) {
    std::set<ReportId> found;
    const auto all = desk_.store().reports_of(Sight::of_software(), id);
    EXPECT_TRUE(all) << all.error().message << all.error().where;
    if (!all) return found;
    for (const ReportOfCase& one : *all) {
      EXPECT_TRUE(found.insert(one.id).second);
    }
    return found;
  }
  void expect_replays() {
    for (int again = 0; again < 2; ++again) {
      const auto sound = verify_journal(desk_.record(), *open_blobs(desk_.paths(), Blobs::Mode::Read));
      ASSERT_TRUE(sound) << sound.error().message << " " << sound.error().where;
      if (again == 1) break;
      desk_.close();
      EXPECT_TRUE(replay_journal(desk_.record(), *open_blobs(desk_.paths(), Blobs::Mode::Read)));
      desk_.open();
    }
  }

  SiteDesk desk_;
};

// ── against a model ──

struct Model {
  struct Report {
    std::string source;
    CaseId in;
  };
  std::map<ReportId, Report> reports;             // that were not erased
  std::map<std::string, CaseId> takes;            // key → case
  std::map<CaseId, std::optional<CaseId>> cases;  // those that are there → what they are joined into
  CaseId whole(const CaseId& id) const {
    const auto& into = cases.at(id);
    return into ? *into : id;
  }
  std::set<ReportId> of(const CaseId& id) const {
    std::set<ReportId> found;
    for (const auto& [report, one] : reports)
      if (one.in == id || whole(one.in) == id) found.insert(report);
    return found;
  }
  std::set<std::string> sources(const CaseId& id) const {
    std::set<std::string> found;
    for (const ReportId& report : of(id)) found.insert(reports.at(report).source);
    return found;
  }
};

TEST_F(SplitTest, random_folds_splits_joins_and_erasures_equal_a_model) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    std::uint64_t state = seed * 0x9E3779B97F4A7C15u;
    const auto draw = [&](std::uint64_t below) {
      state = state * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      return (state >> 33) % below;
    };
    Model model;
    int made = 0;
    const auto pick = [&]() -> std::optional<CaseId> {
      if (model.cases.empty()) return std::nullopt;
      return std::next(model.cases.begin(), static_cast<std::ptrdiff_t>(draw(model.cases.size())))->first;
    };
    for (int step = 0; step < 60; ++step) {
      const std::uint64_t what = draw(10);
      if (what < 4 || model.cases.empty()) {
        const std::string source = "feed-" + std::string(1, static_cast<char>('a' + draw(3)));
        std::string lines;
        std::vector<std::string> keys;
        for (std::uint64_t i = 0; i <= draw(4); ++i) {
          keys.push_back("http://s" + std::to_string(seed) + "k" + std::to_string(draw(4)) + ".example.com/x");
          lines += keys.back() + ",number " + std::to_string(++made) + "\n";
        }
        const auto items = take(lines, source);
        ASSERT_EQ(items.size(), keys.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
          ASSERT_EQ(items[i].outcome, ItemOutcome::Accepted) << items[i].reason;
          const auto takes = model.takes.find(keys[i]);
          ASSERT_EQ(items[i].opens_case, takes == model.takes.end());
          if (items[i].opens_case) {
            model.takes.emplace(keys[i], *items[i].case_id);
            model.cases.emplace(*items[i].case_id, std::nullopt);
          } else {
            ASSERT_EQ(*items[i].case_id, takes->second);
          }
          model.reports.emplace(*items[i].report, Model::Report{source, *items[i].case_id});
        }
      } else if (what < 6) {
        const CaseId id = *pick();
        std::vector<ReportId> some;
        const auto all = model.of(id);
        for (const ReportId& report : all)
          if (draw(2) == 0) some.push_back(report);
        const auto split = split_off(desk_.desk(), analyst(), id, some);
        const bool may = !model.cases.at(id) && !some.empty() && some.size() < all.size();
        ASSERT_EQ(static_cast<bool>(split), may) << (split ? "" : split.error().message);
        if (!split) continue;
        model.cases.emplace(split->new_case, std::nullopt);
        for (const ReportId& report : some) model.reports.at(report).in = split->new_case;
      } else if (what < 8) {
        const CaseId id = *pick(), into = *pick();
        const bool has_parts =
            std::any_of(model.cases.begin(), model.cases.end(), [&](const auto& one) { return one.second == id; });
        const auto joined = join(desk_.desk(), analyst(), id, into);
        ASSERT_EQ(static_cast<bool>(joined), id != into && !has_parts && !model.cases.at(id) && !model.cases.at(into));
        if (joined) model.cases.at(id) = into;
      } else if (what < 9) {
        const CaseId id = *pick();
        if (!model.cases.at(id)) continue;
        const auto parted = part(desk_.desk(), analyst(), *model.cases.at(id), id);
        ASSERT_TRUE(parted) << parted.error().message;
        model.cases.at(id) = std::nullopt;
      } else if (!model.reports.empty()) {
        const auto one = std::next(model.reports.begin(), static_cast<std::ptrdiff_t>(draw(model.reports.size())));
        const auto erased = erase_report(desk_.desk(), *permit<Act::EraseEvidence>(desk_.officer("custodian1")),
                                         desk_.officer("dpo1"), one->first, ErasureGround::Request);
        ASSERT_TRUE(erased) << erased.error().message << erased.error().where;
        const CaseId in = one->second.in;
        model.reports.erase(one);
        if (!erased->ends_case) continue;
        ASSERT_TRUE(model.of(in).empty());
        model.cases.erase(in);
        std::erase_if(model.takes, [&](const auto& takes) { return takes.second == in; });
      }
      if (step % 10 != 9) continue;
      if (step % 20 == 19) expect_replays();
      if (HasFatalFailure()) return;
      for (const auto& [id, into] : model.cases) {
        const auto there = find(id);
        ASSERT_TRUE(there) << there.error().message;
        ASSERT_EQ(there->joined_into, into);
        ASSERT_EQ(reports_of(id), model.of(id)) << "seed " << seed << " step " << step;
        const auto said = desk_.store().said_of(Sight::of_software(), id);
        ASSERT_TRUE(said);
        ASSERT_EQ(said->reports, static_cast<std::int64_t>(model.of(id).size())) << "seed " << seed;
        ASSERT_EQ(said->sources, static_cast<std::int64_t>(model.sources(id).size())) << "seed " << seed;
      }
    }
    // And no report is in two cases, or in none.
    std::size_t all = 0;
    for (const auto& [id, into] : model.cases)
      if (!into) all += reports_of(id).size();
    ASSERT_EQ(all, model.reports.size());
  }
}

// ── rules ──

TEST_F(SplitTest, joined_and_parted_gives_back_the_same_sets) {
  const auto items = take("http://one.example.com/a,first\nhttp://two.example.com/b,second\n");
  const CaseId one = *items[0].case_id, two = *items[1].case_id;
  ASSERT_TRUE(join(desk_.desk(), analyst(), one, two));
  EXPECT_EQ(find(two)->reports, 2);
  EXPECT_EQ(reports_of(two).size(), 2u);
  // What is reported of the first goes on in the whole.
  const auto later = take("http://one.example.com/a,third\n", "feed-b");
  EXPECT_FALSE(later[0].opens_case);
  EXPECT_EQ(reports_of(two).size(), 3u);
  EXPECT_EQ(desk_.store().said_of(Sight::of_software(), two)->sources, 2);
  const std::string queue = desk_.ask_as("analyst1", {"GET", "/api/v1/cases"}).body;
  EXPECT_EQ(queue.find(one.text()), std::string::npos);
  expect_replays();
  ASSERT_TRUE(part(desk_.desk(), analyst(), two, one));
  EXPECT_EQ(reports_of(two), (std::set<ReportId>{*items[1].report}));
  EXPECT_EQ(reports_of(one), (std::set<ReportId>{*items[0].report, *later[0].report}));
  expect_replays();
}

TEST_F(SplitTest, nothing_is_joined_across_categories_and_nothing_split_under_a_request) {
  const auto phishing = take("http://one.example.com/a,first\nhttp://one.example.com/a,second\n");
  const auto malware = take("http://one.example.com/a,another\n", "feed-a", Category::Malware);
  const auto across = join(desk_.desk(), analyst(), *malware[0].case_id, *phishing[0].case_id);
  ASSERT_FALSE(across);
  EXPECT_EQ(across.error().fault, Fault::Refused);
  Case the_case = *find(*phishing[0].case_id);
  const ReportPlace place = (*desk_.store().find_report(*phishing[0].report))->place;
  SeededRandom random(5);
  const CaseId fresh = CaseId::make(desk_.clock().now(), random);
  const auto split = [&] {
    return split_case(the_case, {place}, fresh, {}, desk_.officer("analyst1").id, desk_.clock().now());
  };
  EXPECT_TRUE(split());
  for (const CaseState state : {CaseState::Proposed, CaseState::DecidedAct, CaseState::Acting, CaseState::Awaiting,
                                CaseState::Resolved, CaseState::Closed}) {
    the_case.state = state;
    const auto refused = split();
    ASSERT_FALSE(refused) << name(state);
    EXPECT_EQ(refused.error().fault, Fault::Conflict);
    EXPECT_NE(refused.error().message.find(name(state)), std::string::npos);
    EXPECT_FALSE(join_cases(the_case, *find(*phishing[0].case_id), desk_.officer("analyst1").id, desk_.clock().now()));
  }
  ASSERT_TRUE(hold_case(desk_.desk(), *permit<Act::SetHold>(desk_.officer("custodian1")), desk_.officer("legal1"),
                        *phishing[0].case_id, {{}, "An appeal was lodged.", desk_.clock().now() + kDayMs}));
  EXPECT_EQ(split_off(desk_.desk(), analyst(), *phishing[0].case_id, {*phishing[0].report}).error().fault,
            Fault::Conflict);
}

// Two people for each act: whoever had a part in what was joined in had a part in the whole.
TEST_F(SplitTest, who_worked_on_a_joined_case_worked_on_the_whole) {
  const auto items = take("http://one.example.com/a,first\nhttp://two.example.com/b,second\n");
  const EvidenceId piece = desk_.attach(*items[0].case_id, desk_.officer("analyst2").id);
  ASSERT_TRUE(join(desk_.desk(), analyst(), *items[0].case_id, *items[1].case_id));
  const Case whole = *find(*items[1].case_id);
  EXPECT_TRUE(whole.worked_on_by.contains(desk_.officer("analyst2").id));
  ASSERT_EQ(whole.evidence.size(), 1u);
  EXPECT_EQ(whole.evidence.front().id, piece);
  EXPECT_TRUE(whole.gates.empty());
}

TEST_F(SplitTest, over_the_api_and_the_page) {
  const auto items = take("http://one.example.com/a,first\nhttp://one.example.com/a,second\n");
  const std::string path = "/api/v1/cases/" + items[0].case_id->text();
  const http::Response split =
      desk_.ask_as("analyst1", {"POST", path + "/split", "{\"reports\":[\"" + items[1].report->text() + "\"]}"});
  ASSERT_EQ(split.status, 200) << split.body;
  const std::string fresh = body_of_reply(split).text_or("new_case");
  EXPECT_EQ(reports_of(*CaseId::parse(fresh)), (std::set<ReportId>{*items[1].report}));
  const Json shown = body_of_reply(desk_.ask_as("analyst1", {"GET", "/api/v1/cases/" + fresh}));
  EXPECT_EQ(shown.text_or("split_from"), items[0].case_id->text());
  EXPECT_EQ(shown.number_or("sources", 0), 1);
  EXPECT_EQ(shown.number_or("reports", 0), 1);
  EXPECT_NE(desk_.ask_as("analyst1", {"GET", "/cases/" + fresh}).body.find("Independent sources"), std::string::npos);
  const http::Response joined = desk_.ask_as(
      "analyst1", {"POST", "/api/v1/cases/" + fresh + "/join", "{\"into\":\"" + items[0].case_id->text() + "\"}"});
  EXPECT_EQ(joined.status, 200) << joined.body;
  EXPECT_EQ(reports_of(*items[0].case_id).size(), 2u);
}

// ── sources, and time ──

TEST_F(SplitTest, feeds_of_one_organisation_are_one_source_and_repetition_is_none) {
  for (const std::string source : {"feed-a", "feed-b", "feed-c"})
    for (int i = 0; i < 3; ++i) take("http://one.example.com/a,number " + std::to_string(i) + "\n", source);
  const CaseId id = **desk_.store().case_of_key("phishing url http://one.example.com/a");
  EXPECT_EQ(desk_.store().said_of(Sight::of_software(), id)->reports, 9);
  EXPECT_EQ(desk_.store().said_of(Sight::of_software(), id)->sources, 3);
  SiteDesk::write(desk_.paths().settings(), SiteDesk::read(desk_.paths().settings()) +
                                                "\n[sources]\n\"feed-a\" = \"Example CERT\"\n\"feed-b\" = \"Example "
                                                "CERT\"\n");
  desk_.open();
  EXPECT_EQ(desk_.store().said_of(Sight::of_software(), id)->reports, 9);
  EXPECT_EQ(desk_.store().said_of(Sight::of_software(), id)->sources, 2);
}

TEST_F(SplitTest, a_key_that_comes_back_after_the_window_opens_a_case_that_names_the_old_one) {
  const auto items = take("http://one.example.com/a,first\n");
  const CaseId old = *items[0].case_id;
  const EvidenceId piece = desk_.attach(old, desk_.officer("analyst1").id);
  desk_.assess(old, {Gate::DomainStatus, Gate::ImpersonatedParty}, piece, desk_.officer("analyst1").id);
  const auto proposed =
      propose_request(desk_.desk(), *permit<Act::Propose>(desk_.officer("analyst1")), desk_.key("analyst1"), old,
                      Wish{ActionKind::Alert, Effect::Inform, Recipient::Host, {}, {}});
  ASSERT_TRUE(proposed) << proposed.error().message;
  desk_.append(EvidenceOpened{old, piece, desk_.officer("analyst2").id}, "analyst2");
  ASSERT_TRUE(approve_request(desk_.desk(), *permit<Act::Approve>(desk_.officer("analyst2")), desk_.key("analyst2"),
                              proposed->id, proposed->body));
  const std::int64_t until = (proposed->sunset_at - desk_.clock().now()) / kDayMs;
  desk_.clock().advance((until + 29) * kDayMs);
  EXPECT_FALSE(take("http://one.example.com/a,second\n")[0].opens_case);
  desk_.clock().advance(2 * kDayMs);
  const auto again = take("http://one.example.com/a,third\nhttp://one.example.com/a,fourth\n");
  ASSERT_TRUE(again[0].opens_case);
  EXPECT_EQ(again[0].earlier, old);
  EXPECT_FALSE(again[1].opens_case);
  EXPECT_EQ(find(*again[0].case_id)->earlier, old);
  EXPECT_EQ(reports_of(old).size(), 2u);
  EXPECT_EQ(reports_of(*again[0].case_id), (std::set<ReportId>{*again[0].report, *again[1].report}));
  expect_replays();
  EXPECT_FALSE(take("http://one.example.com/a,fifth\n")[0].opens_case);
  EXPECT_EQ(reports_of(old).size(), 2u);
}

}  // namespace
}  // namespace cordon::testing_desk
