#include "store/store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "law/charter_digest.h"
#include "store/sqlite.h"

namespace cordon {
namespace {

constexpr Instant kNow{1'790'000'000'000};

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "cordon-store-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto store = Store::create(path(), blobs());
    ASSERT_TRUE(store) << store.error().message;
    store_.emplace(*std::move(store));
    ASSERT_TRUE(append(DeskFounded{"desk.example.net/log", "csirt", "key", charter_digest(), sha256("annex")}));
    ASSERT_TRUE(append(OfficerEnrolled{officer_, {}}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/desk.db"; }
  Blobs blobs() const { return Blobs(folder_ + "/evidence"); }
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
    const std::string run = write_run({item});
    EXPECT_TRUE(store_->blobs().put(run));
    const BatchTaken batch = describe_run(BatchId::make(kNow, random_), "test", "file", {item}, run);
    EXPECT_TRUE(append(batch, SealedLeaf{"{\"leaf\":\"" + domain + "\"}", "{}"}));
    return *item.case_id;
  }

  std::string folder_;
  SeededRandom random_{9};
  Officer officer_{
      OfficerId::make(kNow, random_), "analyst1", {Role::Analyst}, SecretKey::generate(random_).public_key()};
  std::optional<Store> store_;
};

TEST_F(StoreTest, what_was_appended_is_so) {
  const CaseId id = take("bad.example.com");
  const auto found = store_->find_case(Sight::of_software(), id);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->target.canonical(), "bad.example.com");
  EXPECT_EQ(found->state, CaseState::Open);
  EXPECT_EQ(*store_->case_of_report(ReportId::derive(sha256("bad.example.com"))), id);
  EXPECT_EQ(*store_->case_of_key("phishing domain bad.example.com"), id);
  EXPECT_EQ(*store_->case_of_key("fraud domain bad.example.com"), std::nullopt);
  EXPECT_EQ(*store_->officer_by_login("analyst1"), officer_);
  EXPECT_EQ(store_->officer_by_login("nobody").error().fault, Fault::NotFound);
  EXPECT_EQ(*store_->count_cases(), 1);
  EXPECT_TRUE(verify_journal(path(), blobs()));
}

// Planted bug: commit in Transaction's destructor instead of rolling back.
TEST_F(StoreTest, an_append_that_fails_changes_nothing_and_the_next_one_works) {
  const CaseId id = take("bad.example.com");
  const EvidenceId piece = EvidenceId::make(kNow, random_);
  ASSERT_TRUE(store_->blobs().put("page"));
  const EvidenceAttached good{id, {piece, sha256("page"), "text/plain", 4, "a page"}, officer_.id};
  const EvidenceAttached of_no_case{CaseId::make(kNow, random_),
                                    {EvidenceId::make(kNow, random_), sha256("page"), "text/plain", 4, "a page"},
                                    officer_.id};
  ASSERT_FALSE(store_->append({{good, "analyst1", {}}, {of_no_case, "analyst1", {}}}, kNow));
  EXPECT_TRUE(store_->find_case(Sight::of_software(), id)->evidence.empty());
  ASSERT_TRUE(append(good));
  EXPECT_EQ(store_->find_case(Sight::of_software(), id)->evidence.size(), 1u);
  EXPECT_EQ(store_->find_case(Sight::of_software(), id)->state, CaseState::Assessing);
  EXPECT_TRUE(verify_journal(path(), blobs()));
}

// Planted bug: drop the question for the token in append().
TEST_F(StoreTest, the_same_token_is_done_once_and_answered_alike) {
  const CheckpointPublished first{1, sha256("one")};
  const CheckpointPublished second{2, sha256("two")};
  ASSERT_TRUE(store_->append({{first, "software", {}}}, kNow, "token", Json::Object{{"answer", 1}}));
  ASSERT_TRUE(store_->append({{second, "software", {}}}, kNow, "token", Json::Object{{"answer", 2}}));
  EXPECT_EQ(*store_->published_size(), 1);
  EXPECT_EQ((*store_->answer_to("token"))->number_or("answer", 0), 1);
  EXPECT_FALSE(*store_->answer_to("other"));
}

TEST_F(StoreTest, leaves_are_numbered_in_order_and_can_be_read_again) {
  for (const char* domain : {"a.example.com", "b.example.com", "c.example.com"}) take(domain);
  EXPECT_EQ(*store_->leaf_count(), 3);
  const auto leaves = store_->leaves(1, 2);
  ASSERT_EQ(leaves->size(), 2u);
  EXPECT_EQ(leaves->front(), "{\"leaf\":\"b.example.com\"}");
  EXPECT_EQ(*store_->opening(2), "{}");
  EXPECT_EQ(store_->opening(3).error().fault, Fault::NotFound);
}

// Planted bug: drop the triggers of the journal.
TEST_F(StoreTest, the_journal_only_grows) {
  auto database = Database::open(path(), Database::Open::Write);
  EXPECT_FALSE(database->run("UPDATE journal SET actor = 'x'"));
  EXPECT_FALSE(database->run("DELETE FROM journal"));
}

TEST_F(StoreTest, replay_rebuilds_every_table) {
  take("bad.example.com");
  {
    auto database = Database::open(path(), Database::Open::Write);
    ASSERT_TRUE(database->execute(
        "PRAGMA foreign_keys=OFF; DELETE FROM cases; DELETE FROM officer; UPDATE outcome SET count = 7;"));
  }
  const auto broken = verify_journal(path(), blobs());
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().fault, Fault::Corrupt);
  ASSERT_TRUE(replay_journal(path(), blobs()));
  EXPECT_TRUE(verify_journal(path(), blobs()));
}

TEST_F(StoreTest, a_desk_is_founded_once_and_missing_bytes_are_not_wrong_bytes) {
  EXPECT_EQ(Store::create(path(), blobs()).error().fault, Fault::Conflict);
  EXPECT_EQ(blobs().get(sha256("never put")).error().fault, Fault::NotFound);
}

}  // namespace
}  // namespace cordon
