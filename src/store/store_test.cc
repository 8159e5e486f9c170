#include "store/store.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "law/charter_digest.h"
#include "store/homes_for_tests.h"
#include "store/tables.h"

namespace cordon {
namespace {

class StoreTest : public HomeTest {
 protected:
  void SetUp() override {
    HomeTest::SetUp();
    if (!store_) return;  // skipped
    ASSERT_TRUE(append(DeskFounded{"desk.example.net/log", "csirt", "key", charter_digest(), sha256("annex")}));
    ASSERT_TRUE(append(OfficerEnrolled{officer_, {}}));
  }

  Result<Nothing> append(const Event& event, std::optional<SealedLeaf> leaf = {}) {
    return store_->append({{event, "software", std::move(leaf)}}, kNow);
  }

  // A batch of one accepted report of this domain, and its case.
  CaseId take(const std::string& domain) {
    RunItem item;
    item.position = 1;
    item.outcome = ItemOutcome::Accepted;
    item.report = ReportId::derive(sha256(domain));
    item.case_id = CaseId::make(kNow, random_);
    item.opens_case = true;
    item.sighting = Sighting{Category::Phishing, *parse_observable(ObservableKind::Domain, domain), {}, {}, kNow};
    item.kept = domain;
    const std::string run = write_run({item}, {random_.bytes(32), {}});
    const Digest blob = *store_->blobs().put(run);
    blobs_.push_back(blob);
    const BatchTaken batch = describe_run(BatchId::make(kNow, random_), "test", "file", {item}, blob, run.size());
    EXPECT_TRUE(append(batch, SealedLeaf{"{\"leaf\":\"" + domain + "\"}", "{}"}));
    return *item.case_id;
  }

  SeededRandom random_{9};
  std::vector<Digest> blobs_;  // of the runs of take()
  Officer officer_{
      OfficerId::make(kNow, random_), "analyst1", {Role::Analyst}, SecretKey::generate(random_).public_key()};
};
CORDON_IN_BOTH_HOMES(StoreTest);

TEST_P(StoreTest, what_was_appended_is_so) {
  const CaseId id = take("bad.example.com");
  const auto found = store_->find_case(Sight::of_software(), id);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->target.canonical(), "bad.example.com");
  EXPECT_EQ(found->state, CaseState::Open);
  EXPECT_EQ((*store_->find_report(ReportId::derive(sha256("bad.example.com"))))->case_id, id);
  EXPECT_FALSE(*store_->find_report(ReportId::derive(sha256("good.example.com"))));
  EXPECT_EQ(*store_->case_of_key("phishing domain bad.example.com"), id);
  EXPECT_EQ(*store_->case_of_key("fraud domain bad.example.com"), std::nullopt);
  EXPECT_EQ(*store_->officer_by_login("analyst1"), officer_);
  EXPECT_EQ(store_->officer_by_login("nobody").error().fault, Fault::NotFound);
  EXPECT_EQ(*store_->count_cases(), 1);
  const CaseId later = take("worse.example.com");
  const auto listed = [&](const CaseFilter& filter, const Sight& sight = Sight::of_software()) {
    const auto cases = store_->list_cases(sight, filter);
    EXPECT_TRUE(cases) << cases.error().message;
    return cases ? static_cast<int>(cases->size()) : -1;
  };
  EXPECT_EQ(listed({}), 2);
  EXPECT_EQ(listed({Category::Phishing, CaseState::Open, 50, {}}), 2);
  EXPECT_EQ(listed({Category::Fraud, {}, 50, {}}), 0);
  EXPECT_EQ(listed({{}, CaseState::Open, 1, {}}), 1);
  EXPECT_EQ(listed({{}, {}, 50, std::min(id, later)}), 1);
  EXPECT_TRUE(store_->proposals(Sight::of_software()));
  EXPECT_TRUE(store_->outbox(Sight::of_software()));
  EXPECT_TRUE(store_->counts());
  EXPECT_TRUE(store_->follow(sha256("none")).error().fault == Fault::NotFound);
  const auto reports = store_->reports_of(Sight::of_software(), id);
  ASSERT_TRUE(reports) << reports.error().message;
  ASSERT_EQ(reports->size(), 1u);
  EXPECT_EQ(reports->front().text, "bad.example.com");
  EXPECT_EQ(reports->front().source, "test");
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

// Two whole files that have each other's names open, and say what the other one was asked for.
// Planted bug: let Impl::item_at() give what the run has at that position.
TEST_P(StoreTest, a_batch_under_the_name_of_another_is_no_answer) {
  const CaseId one = take("bad.example.com"), other = take("worse.example.com");
  ASSERT_EQ(store_->reports_of(Sight::of_software(), one)->size(), 1u);  // the sorted runs have both from here on
  const std::string first = folder_ + "/evidence/" + blob_name(blobs_[0]);
  const std::string second = folder_ + "/evidence/" + blob_name(blobs_[1]);
  std::filesystem::rename(first, folder_ + "/kept");
  std::filesystem::rename(second, first);
  std::filesystem::rename(folder_ + "/kept", second);
  EXPECT_EQ(store_->reports_of(Sight::of_software(), one).error().fault, Fault::Corrupt);
  EXPECT_EQ(store_->reports_of(Sight::of_software(), other).error().fault, Fault::Corrupt);
  EXPECT_EQ(store_->find_report(ReportId::derive(sha256("bad.example.com"))).error().fault, Fault::Corrupt);
}

// Planted bug: commit in Transaction's destructor instead of rolling back.
TEST_P(StoreTest, an_append_that_fails_changes_nothing_and_the_next_one_works) {
  const CaseId id = take("bad.example.com");
  const EvidenceId piece = EvidenceId::make(kNow, random_);
  Evidence page{piece, sha256("page"), "text/plain", 4, "a page"};
  page.blob = *store_->blobs().put("page", write_label(page));
  const EvidenceAttached good{id, page, officer_.id};
  const EvidenceAttached of_no_case{CaseId::make(kNow, random_),
                                    {EvidenceId::make(kNow, random_), sha256("page"), "text/plain", 4, "a page"},
                                    officer_.id};
  ASSERT_FALSE(store_->append({{good, "analyst1", {}}, {of_no_case, "analyst1", {}}}, kNow));
  EXPECT_TRUE(store_->find_case(Sight::of_software(), id)->evidence.empty());
  ASSERT_TRUE(append(good));
  const std::vector<Evidence> kept = store_->find_case(Sight::of_software(), id)->evidence;
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept.front().content, sha256("page"));
  EXPECT_EQ(kept.front().media_type, "text/plain");
  EXPECT_EQ(kept.front().size, 4);
  EXPECT_EQ(kept.front().description, "a page");
  EXPECT_EQ(store_->find_case(Sight::of_software(), id)->state, CaseState::Assessing);
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

// Planted bug: drop the question for the token in append().
TEST_P(StoreTest, the_same_token_is_done_once_and_answered_alike) {
  const CheckpointPublished first{1, sha256("one")};
  const CheckpointPublished second{2, sha256("two")};
  ASSERT_TRUE(store_->append({{first, "software", {}}}, kNow, "token", Json::Object{{"answer", 1}}));
  ASSERT_TRUE(store_->append({{second, "software", {}}}, kNow, "token", Json::Object{{"answer", 2}}));
  EXPECT_EQ(*store_->published_size(), 1);
  EXPECT_EQ((*store_->answer_to("token"))->number_or("answer", 0), 1);
  EXPECT_FALSE(*store_->answer_to("other"));
}

TEST_P(StoreTest, leaves_are_numbered_in_order_and_can_be_read_again) {
  for (const char* domain : {"a.example.com", "b.example.com", "c.example.com"}) take(domain);
  EXPECT_EQ(*store_->leaf_count(), 3);
  const auto leaves = store_->leaves(1, 2);
  ASSERT_EQ(leaves->size(), 2u);
  EXPECT_EQ(leaves->front(), "{\"leaf\":\"b.example.com\"}");
  EXPECT_EQ(*store_->opening(2), "{}");
  EXPECT_EQ(store_->opening(3).error().fault, Fault::NotFound);
}

// Planted bug: drop the triggers of the journal.
TEST_P(StoreTest, the_journal_only_grows) {
  EXPECT_FALSE(tamper("UPDATE journal SET actor = 'x'"));
  EXPECT_FALSE(tamper("DELETE FROM journal"));
  if (in_postgres()) {
    EXPECT_FALSE(tamper("TRUNCATE journal"));
  }
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

TEST_P(StoreTest, replay_rebuilds_every_table) {
  take("bad.example.com");
  store_.reset();
  ASSERT_TRUE(tamper_past_references("DELETE FROM cases; DELETE FROM officer; UPDATE outcome SET count = 7;"));
  const auto broken = verify_journal(address(), blobs());
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().fault, Fault::Corrupt);
  ASSERT_TRUE(replay_journal(address(), blobs()));
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

// A key that two admins issued, and a new key that they gave the analyst.
class KeysTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (!store_) return;
    ASSERT_TRUE(append(OfficerEnrolled{one_, {}}));
    ASSERT_TRUE(append(OfficerEnrolled{two_, {}}));
    ASSERT_TRUE(append(issued_));
  }
  Officer admin(const std::string& login) {
    return {OfficerId::make(kNow, random_), login, {Role::Admin}, SecretKey::generate(random_).public_key()};
  }
  Officer one_ = admin("admin1"), two_ = admin("admin2");
  ApiKeyIssued issued_ =
      *issue_api_key(make_api_key(kNow, random_), "scanner", {KeyScope::Intake}, kNow, kNow + kDayMs, {one_, two_});
  PublicKey new_key_ = SecretKey::generate(random_).public_key();
  OfficerRekeyed rekeyed_ = *rekey(officer_, new_key_, {one_, two_}, kNow);
};
CORDON_IN_BOTH_HOMES(KeysTest);

// Planted bug: do not change the row of `officer`, or of `officer_key`, for OfficerRekeyed.
TEST_P(KeysTest, a_new_key_is_in_force_and_the_old_one_is_remembered) {
  ASSERT_TRUE(append(rekeyed_));
  EXPECT_EQ(store_->officer_by_id(officer_.id)->key, new_key_);
  const auto keys = store_->officer_keys(officer_.id);
  ASSERT_TRUE(keys);
  EXPECT_EQ(*keys, (std::vector<OfficerKey>{{officer_.key, kNow}, {new_key_, kNow}}));
  EXPECT_FALSE(append(rekeyed_));  // a key is somebody's once
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

// Planted bug: drop the CHECK of officer_key, or of api_key, in store/tables.cc.
TEST_P(KeysTest, sql_itself_wants_two_people_for_a_key) {
  rekeyed_.by = {one_.id, one_.id};
  EXPECT_FALSE(append(rekeyed_));
  rekeyed_.by = {officer_.id, one_.id};
  EXPECT_FALSE(append(rekeyed_));
  rekeyed_.by = {one_.id, OfficerId::make(kNow, random_)};  // nobody
  EXPECT_FALSE(append(rekeyed_));
  ApiKeyIssued alone = issued_;
  alone.id = ApiKeyId::make(kNow, random_);
  alone.by = {one_.id, one_.id};
  EXPECT_FALSE(append(alone));
  alone.by = issued_.by;
  alone.ends_at = alone.begins_at + (kApiKeyLongestMs + 1);
  EXPECT_FALSE(append(alone));
  EXPECT_EQ(store_->api_keys()->size(), 1u);
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

TEST_P(KeysTest, an_api_key_ends_once) {
  EXPECT_FALSE(store_->find_api_key(issued_.id)->ended);
  EXPECT_EQ(store_->find_api_key(ApiKeyId::make(kNow, random_)).error().fault, Fault::NotFound);
  const ApiKeyEnded ended{issued_.id, kNow, one_.id};
  ASSERT_TRUE(append(ended));
  EXPECT_TRUE(store_->find_api_key(issued_.id)->ended);
  EXPECT_FALSE(append(ended));
  EXPECT_FALSE(append(ApiKeyEnded{ApiKeyId::make(kNow, random_), kNow, one_.id}));
}

// Planted bug: leave "officer_key" or "api_key" out of folded_tables().
TEST_P(KeysTest, verify_sees_and_replay_mends_a_changed_key) {
  ASSERT_TRUE(append(rekeyed_));
  ASSERT_TRUE(append(ApiKeyEnded{issued_.id, kNow, one_.id}));
  for (const std::string change :
       {"UPDATE officer_key SET key = 'x' WHERE by_one IS NOT NULL", "UPDATE api_key SET ended = NULL",
        "DELETE FROM api_key", "UPDATE officer SET body = replace(body, 'analyst1', 'analyst9')"}) {
    ASSERT_TRUE(verify_journal(address(), blobs()));
    store_.reset();
    ASSERT_TRUE(tamper(change));
    const auto broken = verify_journal(address(), blobs());
    ASSERT_FALSE(broken) << change;
    EXPECT_EQ(broken.error().fault, Fault::Corrupt);
    ASSERT_TRUE(replay_journal(address(), blobs())) << change;
  }
  reopen();
  EXPECT_EQ(store_->officer_by_id(officer_.id)->key, new_key_);
}

// Planted bug: leave fold_all() out of fold_into_new_tables().
TEST_P(StoreTest, a_desk_of_earlier_tables_is_folded_into_these) {
  const CaseId id = take("bad.example.com");
  store_.reset();
  for (std::int64_t version = 1; version < kTablesVersion; ++version) {
    ASSERT_TRUE(tamper("DROP TABLE officer_key; DROP TABLE api_key"));
    ASSERT_TRUE(tamper("CREATE TABLE report (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases)"));
    ASSERT_TRUE(tamper("INSERT INTO report VALUES ('one', '" + id.text() + "')"));
    ASSERT_TRUE(tamper_with_version(version));
    EXPECT_EQ(Store::open(address(), blobs(), Store::Mode::Read).error().fault, Fault::Usage);
    auto opened = Store::open(address(), blobs(Blobs::Mode::Write), Store::Mode::Write);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(verify_journal(address(), blobs()));
    EXPECT_EQ(opened->officer_keys(officer_.id)->size(), 1u);
    EXPECT_TRUE(opened->find_case(Sight::of_software(), id));
    EXPECT_TRUE(Store::open(address(), blobs(), Store::Mode::Read));
  }
  ASSERT_TRUE(tamper_with_version(99));
  EXPECT_EQ(Store::open(address(), blobs(Blobs::Mode::Write), Store::Mode::Write).error().fault, Fault::Usage);
}

// From each home to a file and to a server. Planted bugs: leave the token out of kRowColumns' copy, or "opening" out of
// kept_tables().
TEST_P(StoreTest, a_record_moves_whole_and_the_copy_left_behind_opens_no_more) {
  const CaseId id = take("bad.example.com");
  ASSERT_TRUE(store_->append({{CheckpointPublished{1, sha256("one")}, "a\tb\nc\\N", {}}}, kNow, "to\\ken", Json()));
  store_.reset();
  const auto before = verify_journal(address(), blobs());
  ASSERT_TRUE(before) << before.error().message;
  std::vector<std::string> places{folder_ + "/moved.db"};
  if (PostgresServer::shared() != nullptr) places.push_back(PostgresServer::shared()->new_address());
  for (const std::string& place : places) {
    const auto copied = copy_record(address(), place, blobs());
    ASSERT_TRUE(copied) << copied.error().message << copied.error().where;
    EXPECT_EQ(to_text(*copied), to_text(*before));
    const auto again = copy_record(address(), place, blobs());  // after an interruption
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_text(*verify_journal(place, blobs())), to_text(*before));
    Store moved = *Store::open(place, blobs(), Store::Mode::Write);
    EXPECT_TRUE(moved.find_case(Sight::of_software(), id));
    EXPECT_TRUE(*moved.answer_to("to\\ken"));
    EXPECT_EQ(*moved.opening(0), "{}");
    ASSERT_TRUE(moved.append({{CheckpointPublished{2, sha256("two")}, "software", {}}}, kNow));
  }
  // What went on elsewhere is another record by now.
  EXPECT_EQ(copy_record(address(), places[0], blobs()).error().fault, Fault::Conflict);
  ASSERT_TRUE(retire_record(address()));
  for (const Store::Mode mode : {Store::Mode::Write, Store::Mode::Read})
    EXPECT_EQ(Store::open(address(), blobs(), mode).error().fault, Fault::Conflict);
  EXPECT_EQ(Store::create(address(), blobs()).error().fault, Fault::Conflict);
  EXPECT_TRUE(verify_journal(address(), blobs()));
  EXPECT_TRUE(copy_record(address(), folder_ + "/third.db", blobs()));  // the last step was interrupted
}

// Planted bug: leave the comparison of folded_tables() out of copy_record().
TEST_P(StoreTest, a_copy_that_differs_is_found) {
  take("bad.example.com");
  store_.reset();
  const std::string place = folder_ + "/moved.db";
  ASSERT_TRUE(copy_record(address(), place, blobs()));
  for (const std::string change : {"UPDATE opening SET opening = 'x'", "UPDATE cases SET state = 'assessing'"}) {
    ASSERT_TRUE(Database::open(place, Database::Open::Write)->execute(change));
    const auto copied = copy_record(address(), place, blobs());
    ASSERT_FALSE(copied) << change;
    EXPECT_EQ(copied.error().fault, Fault::Corrupt);
    std::filesystem::remove(place);
    ASSERT_TRUE(copy_record(address(), place, blobs()));
  }
}

TEST_P(StoreTest, a_desk_is_founded_once_and_missing_bytes_are_not_wrong_bytes) {
  store_.reset();
  EXPECT_EQ(Store::create(address(), blobs(Blobs::Mode::Write)).error().fault, Fault::Conflict);
  EXPECT_EQ(blobs().get(sha256("never put")).error().fault, Fault::NotFound);
}

}  // namespace
}  // namespace cordon
