// Peers and their references in the record: folded, verified, rebuilt, and bounded by SQL itself.
#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "law/charter_digest.h"
#include "store/homes_for_tests.h"

namespace cordon {
namespace {

const std::string kPeer = "steppe.example.net/log";

class PeersTest : public HomeTest {
 protected:
  void SetUp() override {
    HomeTest::SetUp();
    if (!store_) return;  // skipped
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

  SeededRandom random_{13};
};
CORDON_IN_BOTH_HOMES(PeersTest);

// Planted bug: drop the WHERE from the fold of ReferencesReceived.
TEST_P(PeersTest, a_recalled_reference_ends_and_no_later_version_brings_it_back) {
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
TEST_P(PeersTest, what_crossed_is_listed_newest_first_and_with_what_was_held_back) {
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
  ASSERT_TRUE(tamper("DELETE FROM crossing"));
  EXPECT_FALSE(verify_journal(address(), blobs()));
}

// Planted bug: leave "reference" out of folded_tables().
TEST_P(PeersTest, verify_and_replay_cover_peers_and_references) {
  ASSERT_TRUE(receive(1, false));
  ASSERT_TRUE(append(PeerSuspended{kPeer, "its log shows two histories", OfficerId::make(kNow, random_)}));
  EXPECT_EQ(store_->find_peer(kPeer)->peer.state, PeerState::Suspended);
  store_.reset();
  ASSERT_TRUE(verify_journal(address(), blobs()));
  ASSERT_TRUE(tamper("UPDATE reference SET value = 'other.example.com'"));
  EXPECT_EQ(verify_journal(address(), blobs()).error().fault, Fault::Corrupt);
  ASSERT_TRUE(replay_journal(address(), blobs()));
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

// Charter 12.1 for federation. Planted bug: write $MATTERS for $CATEGORIES in the schema.
TEST_P(PeersTest, sql_itself_refuses_what_never_crosses) {
  ASSERT_TRUE(receive(1, false));
  store_.reset();
  for (const std::string category : {"separatism", "other", "spam_source"})
    EXPECT_FALSE(tamper("UPDATE reference SET category = '" + category + "'")) << category;
  EXPECT_FALSE(tamper("UPDATE reference SET kind = 'keyword'"));
  EXPECT_FALSE(tamper("UPDATE peer SET role = 'ally'"));
  EXPECT_TRUE(tamper("UPDATE reference SET category = 'fraud'"));
}

// A desk of tables of version 2 has none of these yet.
TEST_P(PeersTest, an_older_desk_gets_the_tables_when_it_is_opened) {
  ASSERT_TRUE(receive(1, false));
  store_.reset();
  ASSERT_TRUE(tamper("DROP TABLE reference; DROP TABLE offered; DROP TABLE crossing; DROP TABLE peer"));
  ASSERT_TRUE(tamper_with_version(2));
  reopen();
  EXPECT_EQ(store_->peers()->size(), 1u);
  EXPECT_EQ(store_->references(kNow)->size(), 1u);
  store_.reset();
  EXPECT_TRUE(verify_journal(address(), blobs()));
}

}  // namespace
}  // namespace cordon
