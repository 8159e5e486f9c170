// Nothing outlives its ceiling (charter 8.3, 12.31), what two people hold stays, and one report goes without its
// neighbours: on SQLite, and with CORDON_TEST_HOME=postgresql on PostgreSQL.
//
// Planted bugs, each seen to turn this red (tests/teeth):
//  1 law/retention.cc       shortened() takes a longer life
//  2 store/tables.cc        dispose() leaves the target of a case without an act
//  3 store/parts.cc         due_cases() does not look at holds
//  4 store/cuts.cc          finish_cuts() destroys no key
//  5 casework/recut.cc      the salt of an erased item stays
#include "desk/retention.h"

#include <filesystem>

#include "casework/recut.h"
#include "ledger/verify.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

class RetentionTest : public testing::Test {
 protected:
  RetentionTest() {
    desk_.enrol("analyst1", {Role::Analyst});
    desk_.enrol("approver1", {Role::Approver});
    desk_.enrol("custodian1", {Role::Custodian});
    desk_.enrol("legal1", {Role::LegalReviewer});
    desk_.enrol("dpo1", {Role::Dpo});
    desk_.enrol("auditor1", {Role::Auditor});
  }
  void days(std::int64_t count) { desk_.clock().advance(count * kDayMs); }

  // One batch of lines, each a report of a domain with words of its own, as a feed would send them.
  std::vector<RunItem> take(const std::string& lines, const std::string& source = "feed-a") {
    Incoming incoming{source, "list.csv", Matter(Category::Phishing), {}, desk_.desk().now()};
    auto items = take_in(desk_.desk(), incoming, "list.csv", "url,note\n" + lines, "");
    EXPECT_TRUE(items) << items.error().message << items.error().where;
    return items ? *items : std::vector<RunItem>();
  }
  EvidenceId attach(const CaseId& the_case, const std::string& bytes) {
    const auto attached = cordon::attach(desk_.desk(), *permit<Act::AttachEvidence>(desk_.officer("analyst1")),
                                         the_case, bytes, "text/plain", "a page");
    EXPECT_TRUE(attached) << attached.error().message;
    return *attached;
  }
  Result<ReportErased> erase(const ReportId& report) {
    return erase_report(desk_.desk(), *permit<Act::EraseEvidence>(desk_.officer("custodian1")), desk_.officer("dpo1"),
                        report, ErasureGround::Request);
  }
  Result<Hold> hold(const CaseId& the_case, std::optional<EvidenceId> piece = {}, std::int64_t for_days = 180) {
    return hold_case(desk_.desk(), *permit<Act::SetHold>(desk_.officer("custodian1")), desk_.officer("legal1"),
                     the_case,
                     {std::move(piece), "An appeal was lodged at the court.", desk_.clock().now() + for_days * kDayMs});
  }
  Removed run() {
    const auto removed = run_retention(desk_.desk());
    EXPECT_TRUE(removed) << removed.error().message << removed.error().where;
    return removed ? *removed : Removed();
  }
  std::size_t hits(const std::string& word) const {
    std::size_t found = 0;
    for (const auto& entry : fs::recursive_directory_iterator(desk_.paths().desk)) {
      if (!entry.is_regular_file()) continue;
      const std::string bytes = SiteDesk::read(entry.path());
      for (std::size_t at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1)) ++found;
    }
    return found;
  }
  BatchTaken last_batch() {
    Rows rows = *desk_.other().query("SELECT body FROM batch ORDER BY seq DESC LIMIT 1");
    EXPECT_TRUE(*rows.next());
    return *read_batch_taken(*parse_json(rows.text(0)));
  }
  Result<Case> find(const CaseId& id) { return desk_.store().find_case(Sight::of_software(), id); }

  SiteDesk desk_;
};

// ── the law's table ──

TEST(RetentionTable, settings_shorten_and_never_lengthen) {
  EXPECT_EQ(retention_rows().size(), 11u);
  for (const RetentionRow& row : retention_rows()) EXPECT_FALSE(row.section.empty());
  EXPECT_EQ(Lives().days(Kept::CaseWithoutAct), 90);
  EXPECT_EQ(Lives::shortened({{"case_without_act", 30}})->days(Kept::CaseWithoutAct), 30);
  const auto longer = Lives::shortened({{"case_without_act", 91}});
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().fault, Fault::Refused);
  EXPECT_EQ(longer.error().message.find('\n'), std::string::npos);
  EXPECT_FALSE(Lives::shortened({{"case_without_act", 0}}));
  EXPECT_FALSE(Lives::shortened({{"read_log", 30}}));
  EXPECT_FALSE(Lives::shortened({{"everything", 30}}));
}

TEST_F(RetentionTest, a_desk_with_a_longer_life_in_its_settings_does_not_start) {
  const std::string path = desk_.paths().settings();
  const std::string sound = SiteDesk::read(path);
  SiteDesk::write(path, sound + "\n[retention]\ncase_with_act = 181\n");
  const auto settings = load_settings(desk_.paths());
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().fault, Fault::Refused);
  EXPECT_NE(settings.error().message.find("180 days, not 181"), std::string::npos) << settings.error().message;
  SiteDesk::write(path, sound + "\n[retention]\ncase_with_act = 60\n");
  EXPECT_EQ(load_settings(desk_.paths())->lives.days(Kept::CaseWithAct), 60);
}

// ── one report ──

TEST_F(RetentionTest, one_report_goes_and_its_neighbours_stay_byte_for_byte) {
  const auto items = take(
      "http://one.example.com/a,canary4711 of the first\n"
      "http://one.example.com/a,canary4712 of the second\n"
      "http://two.example.com/b,canary4713 of the third\n");
  ASSERT_EQ(items.size(), 3u);
  ASSERT_EQ(items[1].outcome, ItemOutcome::Accepted) << items[1].reason;
  const CaseId one = *items[0].case_id, two = *items[2].case_id;
  const BatchTaken before = last_batch();
  const std::string run_before = *desk_.store().blobs().get(before.run);
  const std::int64_t key = *desk_.store().blobs().look(before.run)->key;
  ASSERT_TRUE(before.items);

  EXPECT_EQ(erase(ReportId::derive(sha256("nothing"))).error().fault, Fault::NotFound);
  const auto erased = erase(*items[1].report);
  ASSERT_TRUE(erased) << erased.error().message << erased.error().where;
  EXPECT_FALSE(erased->ends_case);
  EXPECT_EQ(erase(*items[1].report).error().fault, Fault::NotFound);
  EXPECT_TRUE(*desk_.store().blobs().erased(before.run, key));

  const std::string run_after = *desk_.store().run_of(before.batch);
  EXPECT_EQ(digest_of_items(run_after)->value(), *before.items);
  const auto left = *read_run(run_after);
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[0].kept, items[0].kept);
  EXPECT_EQ(left[2].report, items[2].report);
  EXPECT_TRUE(left[1].erased);
  EXPECT_EQ(run_after.find("canary4712"), std::string::npos);
  EXPECT_NE(run_before.find("canary4712"), std::string::npos);
  EXPECT_NE(run_after.find("canary4713"), std::string::npos);
  // What is left of it, its digest, was salted, and the salt is gone: no guess of the text can be tried.
  const auto seals = *seals_of_run(run_before);
  EXPECT_EQ(run_after.find(seals[1].salt), std::string::npos);
  EXPECT_NE(run_after.find(seals[0].salt), std::string::npos);
  EXPECT_EQ(left[1].item_digest, seals[1].digest.view());

  EXPECT_EQ(find(one)->reports, 2);
  EXPECT_EQ(find(one)->live, 1);
  EXPECT_EQ(desk_.store().reports_of(Sight::of_software(), one)->size(), 1u);
  EXPECT_EQ(find(two)->live, 1);
  desk_.expect_replays();
  EXPECT_FALSE(*desk_.store().find_report(*items[1].report));
  EXPECT_TRUE(*desk_.store().find_report(*items[0].report));
  EXPECT_EQ(find(one)->live, 1);

  // The last one of a case in which nobody did anything takes the case's target with it.
  ASSERT_TRUE(erase(*items[2].report)->ends_case);
  EXPECT_EQ(find(two).error().fault, Fault::NotFound);
  EXPECT_EQ(hits("two.example.com"), 0u);
  EXPECT_GT(hits("one.example.com"), 0u);
  desk_.expect_replays();
}

TEST_F(RetentionTest, the_opener_of_a_case_goes_and_the_case_keeps_its_target) {
  const auto first = take("http://one.example.com/a,canary4711\n"),
             second = take("http://one.example.com/a,canary4712\n");
  ASSERT_TRUE(first[0].opens_case);
  ASSERT_TRUE(erase(*first[0].report));
  EXPECT_EQ(find(*first[0].case_id)->target.canonical(), "http://one.example.com/a");
  desk_.expect_replays();
  EXPECT_EQ(find(*first[0].case_id)->live, 1);
  const auto end = erase(*second[0].report);  // and its target stands in the other batch
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_TRUE(end->ends_case);
  EXPECT_TRUE(end->opener);
  EXPECT_EQ(hits("one.example.com"), 0u);
  desk_.expect_replays();
  EXPECT_TRUE(take("http://one.example.com/a,canary4713\n")[0].opens_case);
  desk_.expect_replays();
}

TEST_F(RetentionTest, it_takes_two_people_no_hold_and_no_request_under_way) {
  const auto items = take("http://one.example.com/a,canary4711\nhttp://one.example.com/a,canary4712\n");
  const CaseId id = *items[0].case_id;
  desk_.enrol("both1", {Role::Custodian, Role::Dpo});
  EXPECT_EQ(erase_report(desk_.desk(), *permit<Act::EraseEvidence>(desk_.officer("both1")), desk_.officer("both1"),
                         *items[0].report, ErasureGround::Request)
                .error()
                .fault,
            Fault::Refused);
  const auto held = hold(id);
  ASSERT_TRUE(held) << held.error().message;
  EXPECT_EQ(erase(*items[0].report).error().fault, Fault::Conflict);
  ASSERT_TRUE(lift(desk_.desk(), *permit<Act::SetHold>(desk_.officer("custodian1")), desk_.officer("approver1"),
                   held->id, "The court has decided."));
  EXPECT_TRUE(erase(*items[0].report));
}

// A thousand reports of a hundred batches, each with a word that stands nowhere else.
TEST_F(RetentionTest, a_thousand_reports_are_erased_and_no_byte_of_them_is_left) {
  SeededRandom random(7);
  std::vector<std::string> words;
  std::vector<ReportId> reports;
  for (int batch = 0; batch < 50; ++batch) {
    std::string lines;
    for (int i = 0; i < 20; ++i) {
      words.push_back("canary" + to_hex(random.bytes(8)));
      lines += "http://" + words.back() + ".example.com/x,also " + words.back() + "\n";
    }
    for (const RunItem& item : take(lines)) reports.push_back(*item.report);
  }
  ASSERT_EQ(reports.size(), 1000u);
  EXPECT_GT(hits(words.front()), 0u);  // the search does find what is there: a case names its target
  for (const ReportId& report : reports) {
    const auto erased = erase(report);
    ASSERT_TRUE(erased) << erased.error().message;
  }
  ASSERT_TRUE(publish(desk_.desk()));
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(desk_.paths().desk))
    if (entry.is_regular_file()) all += SiteDesk::read(entry.path());
  for (const std::string& word : words) ASSERT_EQ(all.find(word), std::string::npos) << word;
  for (const ReportId& report : reports) ASSERT_EQ(all.find(report.bytes()), std::string::npos) << report.text();
  desk_.expect_replays();
  const auto log_key = parse_verifier_key(desk_.store().founded()->log_key);
  EXPECT_TRUE(verify_log(desk_.paths().log(), log_key->first, log_key->second));
  EXPECT_EQ(*desk_.store().count_reports(), 0u);
}

TEST_F(RetentionTest, after_a_crash_behind_the_commit_the_next_opening_destroys_the_key) {
  const auto items = take("http://one.example.com/a,canary4711\nhttp://two.example.com/b,canary4712\n");
  auto cut =
      *desk_.store().cut_batch(desk_.store().find_report(*items[0].report)->value().place.batch, {1}, {1}, false);
  ASSERT_TRUE(cut);
  desk_.append(ReportErased{items[0].case_id,
                            true,
                            cut->recut,
                            {},
                            {},
                            ErasureGround::Request,
                            desk_.officer("custodian1").id,
                            desk_.officer("dpo1").id,
                            desk_.clock().now()},
               "custodian1");
  EXPECT_TRUE(desk_.store().blobs().get(cut->recut.old_run));  // here the machine stops
  const auto halfway = verify_journal(desk_.record(), *open_blobs(desk_.paths(), Blobs::Mode::Read));
  ASSERT_TRUE(halfway) << halfway.error().message;
  EXPECT_EQ(halfway->number_or("erasures_unfinished", 0), 1);
  desk_.open();
  EXPECT_TRUE(*desk_.store().blobs().erased(cut->recut.old_run, cut->recut.key));
  EXPECT_FALSE(*desk_.store().find_report(*items[0].report));
  EXPECT_EQ(*desk_.store().count_reports(), 1u);
  desk_.expect_replays();
}

// ── the daily job ──

TEST_F(RetentionTest, a_case_without_an_act_goes_after_ninety_days_and_its_key_opens_another) {
  const auto items = take("http://one.example.com/a,canary4711\n");
  days(45);
  const auto later = take("http://two.example.com/b,canary4712\n");
  EXPECT_EQ(run().steps, 0);  // nothing is due, and nothing is written
  days(44);
  const Removed removed = (days(1), run());
  EXPECT_EQ(removed.cases.at(Kept::CaseWithoutAct), 1);
  EXPECT_EQ(removed.reports, 1);
  EXPECT_EQ(find(*items[0].case_id).error().fault, Fault::NotFound);
  EXPECT_TRUE(find(*later[0].case_id));
  EXPECT_EQ(hits("one.example.com"), 0u);
  EXPECT_EQ(desk_.type_of_last_row(), "checkpoint_published");
  EXPECT_EQ(run().steps, 0);
  desk_.expect_replays();
  const auto again = take("http://one.example.com/a,canary4711\n");
  EXPECT_TRUE(again[0].opens_case);
  EXPECT_FALSE(again[0].earlier);  // of what was erased not even a name is left
  desk_.expect_replays();
}

TEST_F(RetentionTest, what_an_officer_does_begins_the_clock_again_and_evidence_goes_with_its_case) {
  const auto items = take("http://one.example.com/a,canary4711\n");
  days(60);
  const EvidenceId piece = attach(*items[0].case_id, "one page");
  days(89);
  EXPECT_EQ(run().steps, 0);
  days(1);
  const Removed removed = run();
  EXPECT_EQ(removed.evidence, 1);
  EXPECT_FALSE(find(*items[0].case_id));
  desk_.expect_replays();
}

TEST_F(RetentionTest, a_case_with_an_act_keeps_its_decision_and_its_target) {
  const CaseId id = desk_.phishing_case();
  const EvidenceId piece = desk_.attach(id, desk_.officer("analyst1").id);
  desk_.assess(id, {Gate::DomainStatus, Gate::ImpersonatedParty}, piece, desk_.officer("analyst1").id);
  const auto proposed =
      propose_request(desk_.desk(), *permit<Act::Propose>(desk_.officer("analyst1")), desk_.key("analyst1"), id,
                      Wish{ActionKind::Alert, Effect::Inform, Recipient::Host, {}, {}});
  ASSERT_TRUE(proposed) << proposed.error().message;
  desk_.append(EvidenceOpened{id, piece, desk_.officer("approver1").id}, "approver1");
  ASSERT_TRUE(approve_request(desk_.desk(), *permit<Act::Approve>(desk_.officer("approver1")), desk_.key("approver1"),
                              proposed->id, proposed->body));
  ASSERT_TRUE(publish(desk_.desk()));
  ASSERT_TRUE(send_approved(desk_.desk()));
  const std::int64_t until = (proposed->sunset_at - desk_.clock().now()) / kDayMs + 180;
  days(until - 1);
  EXPECT_EQ(run().steps, 0);
  days(2);
  const Removed removed = run();
  EXPECT_EQ(removed.cases.at(Kept::CaseWithAct), 1);
  EXPECT_EQ(removed.evidence, 1);
  const auto left = find(id);
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_TRUE(left->evidence.front().erased);
  EXPECT_EQ(left->live, 0);
  EXPECT_TRUE(desk_.store().find_proposal(Sight::of_software(), proposed->id));
  EXPECT_EQ(run().steps, 0);
  desk_.expect_replays();
}

TEST_F(RetentionTest, a_refused_report_is_only_a_count_after_thirty_days) {
  const auto items = take("not an address canary4711,x\nhttp://one.example.com/a,canary4712\n");
  ASSERT_EQ(items[0].outcome, ItemOutcome::Refused);
  const Json before = *desk_.store().counts();
  days(31);
  EXPECT_EQ(run().refused, 1);
  const auto left = *read_run(*desk_.store().blobs().get(last_batch().run));
  EXPECT_TRUE(left[0].erased);
  EXPECT_TRUE(left[0].reason.empty());
  EXPECT_FALSE(left[1].erased);
  EXPECT_EQ(to_text(*desk_.store().counts()->find("outcomes")), to_text(*before.find("outcomes")));
  EXPECT_EQ(run().steps, 0);
  desk_.expect_replays();
}

// Each step is a transaction of its own: the machine may stop after any of them, and the next run goes on.
TEST_F(RetentionTest, a_run_that_is_stopped_goes_on_where_it_was) {
  std::string lines;
  for (int i = 0; i < 150; ++i) lines += "http://h" + std::to_string(i) + ".example.com/x,canary4711\n";
  take(lines);
  days(100);
  {
    RetentionRun first(desk_.desk());
    ASSERT_TRUE(*first.step());
  }
  EXPECT_EQ(*desk_.other().number("SELECT count(*) FROM cases WHERE disposed_at IS NOT NULL"), 64);
  desk_.open();  // as after a kill
  desk_.expect_sound();
  const Removed rest = run();
  EXPECT_EQ(rest.cases.at(Kept::CaseWithoutAct), 150 - 64);
  EXPECT_EQ(*desk_.other().number("SELECT count(*) FROM cases WHERE disposed_at IS NULL"), 0);
  EXPECT_EQ(hits(".example.com/x"), 0u);
  EXPECT_EQ(*desk_.store().count_reports(), 0u);
  desk_.expect_replays();
}

// What is due is found by an index on the clock, not by looking at every case.
TEST_F(RetentionTest, what_is_due_is_found_without_looking_at_everything) {
  // The plan is read in SQLite's words; the index is laid by one text in both homes. ./test runs this in SQLite.
  if (is_postgres(desk_.record())) GTEST_SKIP() << "SQLite's words for a plan";
  Rows plan = *desk_.other().query(
      "EXPLAIN QUERY PLAN SELECT id FROM cases WHERE clock_at <= 5 AND joined_into IS NULL AND disposed_at IS NULL "
      "ORDER BY clock_at, id LIMIT 64");
  ASSERT_TRUE(*plan.next());
  EXPECT_NE(plan.text(3).find("case_clock"), std::string::npos) << plan.text(3);
}

// ── holds ──

TEST_F(RetentionTest, what_two_people_hold_stays_is_named_and_ends_by_itself) {
  const auto items = take("http://one.example.com/a,canary4711\nhttp://two.example.com/b,canary4712\n");
  const CaseId held = *items[0].case_id;
  const EvidenceId piece = attach(held, "one page");
  const auto set = hold(held, {}, 180);
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->remind_at.ms, set->ends_at.ms - 14 * kDayMs);
  days(120);
  const Removed removed = run();
  EXPECT_EQ(removed.cases.at(Kept::CaseWithoutAct), 1);
  ASSERT_EQ(removed.held.size(), 1u);
  EXPECT_EQ(removed.held.front(), held);
  EXPECT_EQ(erase_piece(desk_.desk(), *permit<Act::EraseEvidence>(desk_.officer("custodian1")), desk_.officer("dpo1"),
                        held, piece, ErasureGround::Retention)
                .error()
                .fault,
            Fault::Conflict);
  const http::Response page = desk_.ask_as("analyst1", {"GET", "/cases/" + held.text()});
  EXPECT_NE(page.body.find("An appeal was lodged"), std::string::npos);
  const http::Response shown = desk_.ask_as("auditor1", {"GET", "/api/v1/retention"});
  EXPECT_EQ(shown.status, 200) << shown.body;
  EXPECT_NE(shown.body.find(set->id.text()), std::string::npos);
  EXPECT_NE(shown.body.find(held.text()), std::string::npos);
  days(61);
  EXPECT_EQ(run().cases.at(Kept::CaseWithoutAct), 1);
  EXPECT_FALSE(find(held));
  desk_.expect_replays();
}

TEST_F(RetentionTest, a_hold_on_one_piece_keeps_that_piece_and_its_case) {
  const auto items = take("http://one.example.com/a,canary4711\n");
  const CaseId id = *items[0].case_id;
  const EvidenceId kept = attach(id, "one page"), other = attach(id, "another page");
  ASSERT_TRUE(hold(id, kept));
  days(120);
  EXPECT_EQ(run().evidence, 1);
  const auto left = find(id);
  ASSERT_TRUE(left);
  for (const Evidence& piece : left->evidence) EXPECT_EQ(piece.erased.has_value(), piece.id == other);
  EXPECT_EQ(run().steps, 0);
  desk_.expect_replays();
}

TEST_F(RetentionTest, a_hold_takes_two_people_a_reason_and_an_end) {
  const auto items = take("http://one.example.com/a,canary4711\n");
  const Case the_case = *find(*items[0].case_id);
  desk_.enrol("both1", {Role::Custodian, Role::Approver});
  const Instant now = desk_.clock().now();
  const auto set = [&](const std::string& one, const std::string& two, const std::string& reason, std::int64_t length) {
    SeededRandom random(1);
    return set_hold(the_case, {{}, reason, now + length * kDayMs}, HoldId::make(now, random), desk_.officer(one),
                    desk_.officer(two), now);
  };
  EXPECT_TRUE(set("custodian1", "legal1", "An appeal was lodged.", 180));
  EXPECT_TRUE(set("both1", "approver1", "An appeal was lodged.", 1));
  EXPECT_EQ(set("both1", "both1", "An appeal was lodged.", 180).error().fault, Fault::Refused);
  EXPECT_EQ(set("custodian1", "dpo1", "An appeal was lodged.", 180).error().fault, Fault::Refused);
  EXPECT_EQ(set("analyst1", "legal1", "An appeal was lodged.", 180).error().fault, Fault::Refused);
  EXPECT_EQ(set("custodian1", "legal1", "so", 180).error().fault, Fault::Malformed);
  EXPECT_EQ(set("custodian1", "legal1", "An appeal was lodged.", 181).error().fault, Fault::Refused);
  EXPECT_EQ(set("custodian1", "legal1", "An appeal was lodged.", 0).error().fault, Fault::Refused);
  const std::string id = desk_.officer("both1").id.text();
  EXPECT_FALSE(desk_.tamper("INSERT INTO hold VALUES ('x', '" + the_case.id.text() + "', NULL, 1, 2, '" + id + "', '" +
                            id + "', '{}', NULL)"));
}

}  // namespace
}  // namespace cordon::testing_desk
