// Peers and their references in the record: folded, verified, rebuilt, and bounded by SQL itself.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "law/charter_digest.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace cordon {
namespace {

constexpr Instant kNow{1'790'000'000'000};
const std::string kPeer = "steppe.example.net/log";

class PeersTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "cordon-peers-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    store_.emplace(*Store::create(path(), blobs(Blobs::Mode::Write)));
    ASSERT_TRUE(append(DeskFounded{"desk.example.net/log", "csirt", "key", charter_digest(), sha256("annex")}));
    Peer peer;
    peer.desk = kPeer;
    peer.country = "XA";
    peer.role = PeerRole::Member;
    peer.key = SecretKey::generate(random_).public_key();
    peer.charter = charter_digest();
    peer.agreed = peer.annex = {Category::Phishing};
    peer.head_at = kNow;
    ASSERT_TRUE(append(PeerAdded{peer, {OfficerId::make(kNow, random_), OfficerId::make(kNow, random_)}}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/desk.db"; }
  Blobs blobs(Blobs::Mode mode = Blobs::Mode::Read) const {
    return *Blobs::open(folder_ + "/evidence", folder_ + "/keys", mode);
  }
  Result<Nothing> append(const Event& event) { return store_->append({{event, "software", {}}}, kNow); }

  // A bundle of the peer with this indicator in it, or with its recall.
  Result<Nothing> receive(std::int64_t sequence, bool recall) {
    const Observable observable = *parse_observable(ObservableKind::Domain, "bad.example.com");
    References references;
    const std::string id = stix_indicator_id("key", Category::Phishing, observable);
    if (recall) {
      references.recalled.push_back(id);
    } else {
      references.taken.push_back(
          {id, kNow, kNow + kDayMs, Category::Phishing, observable, Tlp::Clear, Pap::Green, {Duty::DeleteOnRecall}});
    }
    const Digest blob = TRY(store_->blobs().put(write_references(references)));
    return append(ReferencesReceived{kPeer, sequence, kNow, blob, recall ? 0 : 1, recall ? 1 : 0, {}});
  }

  std::string folder_;
  SeededRandom random_{13};
  std::optional<Store> store_;
};

// Planted bug: drop the WHERE from the fold of ReferencesReceived.
TEST_F(PeersTest, a_recalled_reference_ends_and_no_later_version_brings_it_back) {
  ASSERT_TRUE(receive(1, false));
  ASSERT_EQ(store_->references(kNow)->size(), 1u);
  EXPECT_TRUE(store_->references(kNow + kDayMs)->empty());  // its time is over
  ASSERT_TRUE(receive(2, true));
  EXPECT_TRUE(store_->references(kNow)->empty());
  ASSERT_TRUE(receive(3, false));
  EXPECT_TRUE(store_->references(kNow)->empty());
  EXPECT_EQ(store_->find_peer(kPeer)->last_in, 3);
}

// Planted bug: leave "crossing" out of folded_tables(), or `withheld` out of to_json(BundleOffered).
TEST_F(PeersTest, what_crossed_is_listed_newest_first_and_with_what_was_held_back) {
  ASSERT_TRUE(receive(1, false));
  const CaseId held = CaseId::make(kNow, random_);
  const Decision decision{Answer::Hold, {}, {Role::LegalReviewer, Role::BorderOfficer}, "B8", {}};
  const Decision denial{Answer::Deny, DenyCode::Role, {}, "B14", {}};
  ASSERT_TRUE(append(BundleOffered{kPeer,
                                   1,
                                   kNow,
                                   *store_->blobs().put("bundle"),
                                   sha256("policy"),
                                   {},
                                   {OfficerId::make(kNow, random_), OfficerId::make(kNow, random_)},
                                   {{held, decision}, {held, denial}}}));
  const std::vector<Crossing> crossings = *store_->crossings(10);
  ASSERT_EQ(crossings.size(), 2u);
  const auto* offered = std::get_if<BundleOffered>(&crossings[0].what);
  ASSERT_NE(offered, nullptr);
  ASSERT_EQ(offered->withheld.size(), 2u);
  EXPECT_EQ(offered->withheld[0].decision, decision);
  EXPECT_EQ(offered->withheld[1].decision, denial);
  EXPECT_NE(std::get_if<ReferencesReceived>(&crossings[1].what), nullptr);
  EXPECT_EQ(store_->crossings(1)->size(), 1u);
  EXPECT_EQ(store_->find_peer(kPeer)->since, kNow);
  store_.reset();
  ASSERT_TRUE(Database::open(path(), Database::Open::Write)->run("DELETE FROM crossing"));
  EXPECT_FALSE(verify_journal(path(), blobs()));
}

// Planted bug: leave "reference" out of folded_tables().
TEST_F(PeersTest, verify_and_replay_cover_peers_and_references) {
  ASSERT_TRUE(receive(1, false));
  ASSERT_TRUE(append(PeerSuspended{kPeer, "its log shows two histories", OfficerId::make(kNow, random_)}));
  EXPECT_EQ(store_->find_peer(kPeer)->peer.state, PeerState::Suspended);
  store_.reset();
  ASSERT_TRUE(verify_journal(path(), blobs()));
  {
    Database database = *Database::open(path(), Database::Open::Write);
    ASSERT_TRUE(database.run("UPDATE reference SET value = 'other.example.com'"));
  }
  EXPECT_EQ(verify_journal(path(), blobs()).error().fault, Fault::Corrupt);
  ASSERT_TRUE(replay_journal(path(), blobs()));
  EXPECT_TRUE(verify_journal(path(), blobs()));
}

// Charter 12.1 for federation. Planted bug: write $MATTERS for $CATEGORIES in the schema.
TEST_F(PeersTest, sql_itself_refuses_what_never_crosses) {
  ASSERT_TRUE(receive(1, false));
  store_.reset();
  Database database = *Database::open(path(), Database::Open::Write);
  for (const char* category : {"separatism", "other", "spam_source"})
    EXPECT_FALSE(database.run("UPDATE reference SET category = ?", {std::string(category)})) << category;
  EXPECT_FALSE(database.run("UPDATE reference SET kind = 'keyword'"));
  EXPECT_FALSE(database.run("UPDATE peer SET role = 'ally'"));
  EXPECT_TRUE(database.run("UPDATE reference SET category = 'fraud'"));
}

// A desk of tables of version 2 has none of these yet.
TEST_F(PeersTest, an_older_desk_gets_the_tables_when_it_is_opened) {
  store_.reset();
  std::filesystem::remove_all(folder_ + "/desk.db");
  store_.emplace(*Store::create(path(), blobs(Blobs::Mode::Write)));
  ASSERT_TRUE(append(DeskFounded{"desk.example.net/log", "csirt", "key", charter_digest(), sha256("annex")}));
  store_.reset();
  {
    Database database = *Database::open(path(), Database::Open::Write);
    ASSERT_TRUE(database.execute("DROP TABLE reference; DROP TABLE offered; DROP TABLE peer; PRAGMA user_version = 2"));
  }
  store_.emplace(*Store::open(path(), blobs(Blobs::Mode::Write), Store::Mode::Write));
  EXPECT_TRUE(store_->peers()->empty());
  store_.reset();
  EXPECT_TRUE(verify_journal(path(), blobs()));
}

}  // namespace
}  // namespace cordon
