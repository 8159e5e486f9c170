// Feeds whose reports wait without a case until an officer opens one ([intake] fold_only; docs/volume.md): on SQLite,
// and with CORDON_TEST_HOME=postgresql on PostgreSQL.
//
// Planted bugs, each seen to turn this red (4 and 5: tests/teeth):
//  1 casework/batch.cc      describe_run() does not count "folded"
//  2 store/tables.cc        a case is opened with one of its reports (a `break` at the loop's end in CaseOpened)
//  3 casework/opening.cc    may_wait_without_case() does not ask for the matter
//  4 store/tables.cc        the batch of what waits has no day that it ends by ("folded" left out of `ends`)
//  5 store/cuts.cc          what is in a case is cut with what waits (`moved` not asked)
//  6 store/tables.cc        the case's target is read from its first report and not from the frame's blob
//  7 store/named_blobs.cc   case_opened names no blob
//  8 store/tables.cc        an erased report of such a case stays live (cut() passes over what has no case in its run)
#include "casework/opening.h"
#include "desk/retention.h"
#include "desk/scrub.h"
#include "desk/splitting.h"
#include "site_desk.h"
#include "store/named_blobs.h"

namespace cordon::testing_desk {
namespace {

class FoldOnlyTest : public testing::Test {
 protected:
  FoldOnlyTest() {
    desk_.enrol("analyst1", {Role::Analyst});
    desk_.enrol("custodian1", {Role::Custodian});
    desk_.enrol("legal1", {Role::LegalReviewer});
    desk_.enrol("dpo1", {Role::Dpo});
    SiteDesk::write(desk_.paths().settings(),
                    SiteDesk::read(desk_.paths().settings()) + "\n[intake]\nfold_only = [\"feed\", \"other-feed\"]\n");
    desk_.open();
  }
  std::vector<RunItem> take(const std::string& source, const std::string& bytes, Matter matter = Category::Phishing,
                            const std::string& file = "feed.csv") {
    Result<std::vector<RunItem>> items =
        take_in(desk_.desk(), {source, file, matter, {}, desk_.clock().now(), {}}, file, bytes, "");
    EXPECT_TRUE(items) << items.error().message;
    return items ? *std::move(items) : std::vector<RunItem>{};
  }
  Result<BegunCase> begin(std::string_view domain, Matter matter = Category::Phishing) {
    return begin_case(desk_.desk(), *permit<Act::OpenCase>(desk_.officer("analyst1")), matter,
                      *parse_observable(ObservableKind::Domain, domain));
  }
  Result<ReportErased> erase(const ReportId& report) {
    return erase_report(desk_.desk(), *permit<Act::EraseEvidence>(desk_.officer("custodian1")), desk_.officer("dpo1"),
                        report, ErasureGround::Request);
  }
  Removed run() {
    const auto removed = run_retention(desk_.desk());
    EXPECT_TRUE(removed) << removed.error().message << removed.error().where;
    return removed ? *removed : Removed();
  }
  void days(std::int64_t count) { desk_.clock().advance(count * kDayMs); }
  Result<Case> find(const CaseId& id) { return desk_.store().find_case(Sight::of_software(), id); }
  std::size_t reports_of(const CaseId& id) { return desk_.store().reports_of(Sight::of_software(), id)->size(); }
  std::int64_t folded() { return desk_.store().counts()->find("outcomes")->number_or("folded", 0); }
  std::uint64_t said(const std::string& key) { return desk_.store().count_folded(key)->reports; }
  SiteDesk desk_;
};

constexpr const char* kFeed = "id,domain\ne1,bad-bank.com\ne2,bad-bank.com\ne3,worse-bank.com\n";

TEST_F(FoldOnlyTest, reports_of_such_a_feed_are_kept_counted_and_found_and_open_no_case) {
  const std::vector<RunItem> items = take("feed", kFeed);
  ASSERT_EQ(items.size(), 3u);
  for (const RunItem& item : items) {
    EXPECT_EQ(item.outcome, ItemOutcome::Accepted);
    EXPECT_FALSE(item.case_id);
    const auto known = *desk_.store().find_report(*item.report);
    ASSERT_TRUE(known);
    EXPECT_FALSE(known->case_id);
    EXPECT_EQ(known->matter, Matter(Category::Phishing));
  }
  EXPECT_EQ(*desk_.store().count_cases(), 0);
  EXPECT_EQ(folded(), 3);
  EXPECT_EQ(said("phishing domain bad-bank.com"), 2u);
  EXPECT_EQ(said("malware domain bad-bank.com"), 0u);  // never across categories
  for (const RunItem& again : take("feed", kFeed)) EXPECT_EQ(again.outcome, ItemOutcome::Duplicate);
  EXPECT_EQ(said("phishing domain bad-bank.com"), 2u);
  desk_.expect_replays();
}

TEST_F(FoldOnlyTest, an_officer_opens_a_case_with_all_that_waited_and_later_reports_are_in_it) {
  const std::vector<RunItem> first = take("feed", kFeed);
  take("other-feed", "id,domain\nx1,bad-bank.com\n");
  const Result<BegunCase> begun = begin("bad-bank.com");
  ASSERT_TRUE(begun) << begun.error().message << begun.error().where;
  const CaseId id = begun->event.case_id;
  EXPECT_EQ(begun->event.reports.size(), 3u);
  EXPECT_EQ(begun->sources, 2);
  EXPECT_EQ(find(id)->reports, 3);
  EXPECT_EQ(find(id)->live, 3);
  EXPECT_EQ(find(id)->target.canonical(), "bad-bank.com");
  EXPECT_EQ(reports_of(id), 3u);
  EXPECT_EQ(desk_.store().said_of(Sight::of_software(), id)->sources, 2);
  EXPECT_EQ((*desk_.store().find_report(*first[0].report))->case_id, id);

  const std::vector<RunItem> later = take("feed", "id,domain\ne4,bad-bank.com\ne5,worse-bank.com\n");
  EXPECT_EQ(later[0].case_id, id);
  EXPECT_FALSE(later[1].case_id);
  EXPECT_EQ(find(id)->reports, 4);
  EXPECT_EQ(reports_of(id), 4u);
  EXPECT_EQ(begin("bad-bank.com").error().fault, Fault::Conflict);
  for (const RunItem& again : take("feed", kFeed))
    EXPECT_EQ(again.case_id, again.position < 3 ? std::optional(id) : std::nullopt);
  desk_.expect_replays();  // and after a restart
  EXPECT_EQ(take("feed", "id,domain\ne6,bad-bank.com\n")[0].case_id, id);
  EXPECT_EQ(reports_of(id), 5u);
}

TEST_F(FoldOnlyTest, what_a_person_has_to_look_at_has_its_case_at_once) {
  EXPECT_TRUE(take("feed", "id,domain\ne1,bad-bank.com\n", Category::Fraud)[0].case_id);
  EXPECT_TRUE(take("feed", "Somebody sends people to https://bad-bank.com/login and asks for codes.\n",
                   Category::Phishing, "words.txt")[0]
                  .case_id);
  EXPECT_TRUE(take("by-hand", "id,domain\ne1,third-bank.com\n")[0].case_id);
  EXPECT_EQ(begin("bad-bank.com", Category::Fraud).error().fault, Fault::Refused);
  EXPECT_EQ(begin("never-seen.com").error().fault, Fault::NotFound);
}

TEST_F(FoldOnlyTest, the_people_s_form_is_no_feed) {
  SiteDesk::write(desk_.paths().settings(),
                  replace_all(SiteDesk::read(desk_.paths().settings()), "\"other-feed\"", "\"public-form\""));
  EXPECT_EQ(load_settings(desk_.paths()).error().fault, Fault::Refused);
}

// ── the end of them ──

TEST_F(FoldOnlyTest, one_that_waits_is_erased_like_any_other) {
  const std::vector<RunItem> items = take("feed", kFeed);
  const auto erased = erase(*items[0].report);
  ASSERT_TRUE(erased) << erased.error().message << erased.error().where;
  EXPECT_FALSE(erased->case_id);
  EXPECT_TRUE(*desk_.store().blobs().erased(erased->recut.old_run, erased->recut.key));
  EXPECT_FALSE(*desk_.store().find_report(*items[0].report));
  EXPECT_EQ(erase(*items[0].report).error().fault, Fault::NotFound);
  EXPECT_EQ(said("phishing domain bad-bank.com"), 1u);
  desk_.expect_replays();
  const auto begun = begin("bad-bank.com");
  ASSERT_TRUE(begun) << begun.error().message;
  EXPECT_EQ(begun->event.reports.size(), 1u);
  EXPECT_EQ(take("feed", kFeed)[0].outcome, ItemOutcome::Accepted);  // sent again it is a new one
  desk_.expect_replays();
}

// Charter 8.3: nothing of it is left after thirty days, but a count.
TEST_F(FoldOnlyTest, what_nobody_opened_a_case_of_ends_after_thirty_days) {
  const std::vector<RunItem> items = take("feed", kFeed);
  const auto begun = begin("worse-bank.com");
  ASSERT_TRUE(begun) << begun.error().message;
  days(29);
  EXPECT_EQ(run().reports, 0);
  EXPECT_EQ(retention_due(desk_.desk())->batches, 0);
  days(2);
  EXPECT_EQ(retention_due(desk_.desk())->batches, 1);
  EXPECT_EQ(run().reports, 2);
  EXPECT_FALSE(*desk_.store().find_report(*items[0].report));
  EXPECT_TRUE(*desk_.store().find_report(*items[2].report));
  EXPECT_EQ(reports_of(begun->event.case_id), 1u);
  EXPECT_EQ(said("phishing domain bad-bank.com"), 0u);
  EXPECT_EQ(begin("bad-bank.com").error().fault, Fault::NotFound);
  EXPECT_EQ(folded(), 3);
  EXPECT_EQ(run().batches, 0);
  desk_.expect_replays();
  days(90);  // and the case's own end, with its reports
  EXPECT_EQ(run().cases[Kept::CaseWithoutAct], 1);
  EXPECT_FALSE(find(begun->event.case_id));
  EXPECT_TRUE(*desk_.store().blobs().erased(begun->event.frame, {}));
  EXPECT_FALSE(*desk_.store().find_report(*items[2].report));
  desk_.expect_replays();
  EXPECT_FALSE(take("feed", "id,domain\ne9,worse-bank.com\n")[0].case_id);  // its key is free again
}

// The case's target is its own: it does not lie in a report.
TEST_F(FoldOnlyTest, a_case_outlives_the_reports_that_it_was_opened_with) {
  const std::vector<RunItem> items = take("feed", kFeed);
  const auto begun = begin("bad-bank.com");
  ASSERT_TRUE(begun) << begun.error().message;
  const CaseId id = begun->event.case_id;
  ASSERT_TRUE(erase(*items[0].report));
  EXPECT_EQ(find(id)->live, 1);
  desk_.expect_replays();
  ASSERT_TRUE(erase(*items[1].report));
  EXPECT_EQ(find(id)->live, 0);
  EXPECT_EQ(find(id)->reports, 2);
  EXPECT_EQ(find(id)->target.canonical(), "bad-bank.com");
  EXPECT_EQ(reports_of(id), 0u);
  desk_.expect_replays();
  EXPECT_EQ(find(id)->target.canonical(), "bad-bank.com");
  EXPECT_EQ(take("feed", "id,domain\ne4,bad-bank.com\n")[0].case_id, id);
  desk_.expect_replays();
}

TEST_F(FoldOnlyTest, a_hold_keeps_what_a_case_was_opened_with) {
  const std::vector<RunItem> items = take("feed", kFeed);
  const auto begun = begin("bad-bank.com");
  ASSERT_TRUE(begun) << begun.error().message;
  ASSERT_TRUE(hold_case(desk_.desk(), *permit<Act::SetHold>(desk_.officer("custodian1")), desk_.officer("legal1"),
                        begun->event.case_id,
                        {{}, "An appeal was lodged at the court.", desk_.clock().now() + 170 * kDayMs}));
  days(120);
  EXPECT_EQ(run().reports, 1);  // worse-bank.com, which nobody opened
  EXPECT_EQ(reports_of(begun->event.case_id), 2u);
  EXPECT_FALSE(erase(*items[0].report));
  days(60);
  EXPECT_EQ(run().reports, 2);
  desk_.expect_replays();
}

TEST_F(FoldOnlyTest, some_are_split_off_such_a_case_and_each_ends_once) {
  const std::vector<RunItem> items = take("feed", kFeed);
  const auto begun = begin("bad-bank.com");
  ASSERT_TRUE(begun) << begun.error().message;
  const auto split = split_off(desk_.desk(), *permit<Act::SplitCase>(desk_.officer("analyst1")), begun->event.case_id,
                               {*items[1].report});
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(reports_of(begun->event.case_id), 1u);
  EXPECT_EQ(reports_of(split->new_case), 1u);
  EXPECT_EQ(find(begun->event.case_id)->live, 1);
  desk_.expect_replays();
  days(120);
  EXPECT_EQ(run().reports, 3);
  desk_.expect_replays();
}

TEST_F(FoldOnlyTest, the_record_names_the_frame_until_its_end) {
  take("feed", kFeed);
  const auto begun = begin("bad-bank.com");
  ASSERT_TRUE(begun) << begun.error().message;
  const auto named = [&] {
    const auto all = *blobs_of_record(desk_.other());
    const auto one =
        std::find_if(all.begin(), all.end(), [&](const NamedBlob& blob) { return blob.address == begun->event.frame; });
    return one == all.end() ? std::string("by nobody") : one->erased ? "erased" : "there";
  };
  EXPECT_EQ(named(), "there");
  days(120);
  run();
  EXPECT_EQ(named(), "erased");
  EXPECT_GT(*row_that_erases(desk_.other(), begun->event.frame), 0);
}

}  // namespace
}  // namespace cordon::testing_desk
