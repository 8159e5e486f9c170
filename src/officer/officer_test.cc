#include "officer/officer.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "officer/credential.h"

namespace cordon {
namespace {

Officer with_roles(std::set<Role> roles) {
  SeededRandom random(7);
  return {OfficerId::make({0}, random), "somebody", std::move(roles), SecretKey::generate(random).public_key()};
}

TEST(Officer, roles_that_stand_alone_exclude_every_other) {
  EXPECT_TRUE(make_roles({Role::Analyst, Role::Approver}));  // of different cases: decision checks each case
  for (const Role alone : {Role::Admin, Role::AppealReviewer, Role::Auditor, Role::Ombudsperson}) {
    EXPECT_TRUE(make_roles({alone}));
    const auto mixed = make_roles({alone, Role::Analyst});
    ASSERT_FALSE(mixed) << name(alone);
    EXPECT_EQ(mixed.error().fault, Fault::Refused);
  }
  EXPECT_FALSE(make_roles({}));
}

// Planted bug: add Role::Admin to the row of Act::ReadCase.
TEST(Officer, an_admin_runs_the_machine_and_sees_no_case) {
  const Officer admin = with_roles({Role::Admin});
  EXPECT_TRUE(may(admin, Act::EnrolOfficer));
  for (const Act act :
       {Act::OpenCase, Act::EnterFact, Act::AnswerGate, Act::SignLegalGate, Act::SignSensitiveGate, Act::AttachEvidence,
        Act::OpenEvidence, Act::ReadCase, Act::Propose, Act::Approve, Act::ReturnProposal, Act::RefuseProposal,
        Act::KeepPeers, Act::CountersignPeers, Act::SuspendPeer, Act::Share, Act::CountersignShare}) {
    EXPECT_FALSE(may(admin, act));
  }
}

TEST(Officer, an_analyst_proposes_and_an_approver_approves) {
  EXPECT_TRUE(may(with_roles({Role::Analyst}), Act::Propose));
  EXPECT_FALSE(may(with_roles({Role::Analyst}), Act::Approve));
  EXPECT_TRUE(may(with_roles({Role::Approver}), Act::Approve));
  EXPECT_FALSE(may(with_roles({Role::Approver}), Act::Propose));
  EXPECT_FALSE(may(with_roles({Role::Analyst}), Act::SignLegalGate));
  EXPECT_TRUE(may(with_roles({Role::LegalReviewer}), Act::SignLegalGate));
  EXPECT_FALSE(may(with_roles({Role::Approver}), Act::SignSensitiveGate));
}

TEST(Officer, enrolment_reads_back_as_it_was_written) {
  const OfficerEnrolled event{with_roles({Role::Analyst, Role::Dpo}), {}};
  const auto again = read_officer_enrolled(*parse_json(to_text(to_json(event))));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->officer, event.officer);
  EXPECT_FALSE(parse_login("Root"));
  EXPECT_FALSE(parse_login("../x"));
  EXPECT_FALSE(parse_login(""));
  EXPECT_FALSE(parse_role("superuser"));
}

// Planted bug: leave two_different() out of rekey(), or the loop after it.
TEST(Officer, two_other_admins_give_a_new_key) {
  SeededRandom random(8);
  const auto admin = [&](const std::string& login) {
    return Officer{OfficerId::make({0}, random), login, {Role::Admin}, SecretKey::generate(random).public_key()};
  };
  const Officer whom = with_roles({Role::Approver});
  const Officer one = admin("admin1"), two = admin("admin2");
  const PublicKey key = SecretKey::generate(random).public_key();
  const auto given = rekey(whom, key, {one, two}, {5});
  ASSERT_TRUE(given);
  EXPECT_EQ(to_text(to_json(*read_officer_rekeyed(to_json(*given)))), to_text(to_json(*given)));
  for (const std::vector<Officer>& by :
       std::vector<std::vector<Officer>>{{}, {one}, {one, one}, {one, whom}, {one, with_roles({Role::Analyst})}})
    EXPECT_EQ(rekey(whom, key, by, {5}).error().fault, Fault::Refused);
  EXPECT_EQ(rekey(one, key, {one, two}, {5}).error().fault, Fault::Refused);  // themselves
  Json alone = to_json(*given);
  alone.set("by", Json::Array{one.id.text()});
  EXPECT_FALSE(read_officer_rekeyed(alone));
}

TEST(Credential, only_the_password_opens_the_key) {
  SystemRandom random;
  auto credential = make_credential("correct horse battery", random, Cost::Test);
  ASSERT_TRUE(credential);
  const auto key = unlock(*credential, "correct horse battery", {}, kNow);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key(), credential->key);
  EXPECT_EQ(unlock(*credential, "correct horse batterz", {}, kNow).error().fault, Fault::Refused);
  EXPECT_FALSE(make_credential("short", random, Cost::Test));
  const auto other = make_credential("correct horse battery", random, Cost::Test);
  Credential exchanged = *credential;
  exchanged.sealed_key = other->sealed_key;  // somebody swapped in a key of their own
  EXPECT_EQ(unlock(exchanged, "correct horse battery", {}, kNow).error().fault, Fault::Corrupt);
}

class TimeCodeTest : public testing::Test {
 protected:
  bool opens(Credential& credential, std::string_view password, const std::optional<std::string>& code, Instant now) {
    const auto key = unlock(credential, password, code, now);
    if (!key) {
      EXPECT_EQ(key.error().message, wrong_sign_in().message);
    }
    return static_cast<bool>(key);
  }
  std::string code(const TotpSecret& secret, Instant now) { return totp_code(secret, totp_step(now)); }
  Credential written_and_read(const Credential& credential) {
    return *read_credential(*parse_json(to_text(to_json(credential))));
  }

  static constexpr std::string_view kPassword = "correct horse battery";
  SystemRandom random_;
  Credential credential_ = *make_credential(kPassword, random_, Cost::Test);
};

// Planted bug: leave `!step` out of unlock(), or do not set last_step there, or leave it out of to_json().
TEST_F(TimeCodeTest, once_confirmed_sign_in_takes_a_code_and_each_code_once) {
  const TotpSecret secret = offer_time_code(credential_, random_);
  EXPECT_TRUE(opens(credential_, kPassword, {}, kNow));  // offered is not in force
  EXPECT_EQ(confirm_time_code(credential_, code(secret, kNow + 90'000), kNow).error().fault, Fault::Refused);
  ASSERT_TRUE(confirm_time_code(credential_, code(secret, kNow), kNow));
  EXPECT_FALSE(confirm_time_code(credential_, code(secret, kNow), kNow));

  EXPECT_FALSE(opens(credential_, kPassword, {}, kNow));
  EXPECT_FALSE(opens(credential_, kPassword, "", kNow));
  EXPECT_FALSE(opens(credential_, kPassword, code(secret, kNow), kNow));  // confirming used it
  const Instant later = kNow + 60'000;
  EXPECT_FALSE(opens(credential_, "correct horse batterz", code(secret, later), later));
  EXPECT_TRUE(opens(credential_, kPassword, code(secret, later), later));  // a wrong password used nothing up
  EXPECT_FALSE(opens(credential_, kPassword, code(secret, later), later));
  Credential after_a_restart = written_and_read(credential_);
  EXPECT_FALSE(opens(after_a_restart, kPassword, code(secret, later), later));
  EXPECT_TRUE(opens(after_a_restart, kPassword, code(secret, later + 30'000), later + 30'000));
}

TEST_F(TimeCodeTest, a_new_secret_takes_the_place_of_the_old_one_when_it_is_confirmed) {
  const TotpSecret old = offer_time_code(credential_, random_);
  ASSERT_TRUE(confirm_time_code(credential_, code(old, kNow), kNow));
  const TotpSecret fresh = offer_time_code(credential_, random_);
  credential_ = written_and_read(credential_);
  const Instant later = kNow + 60'000;
  EXPECT_FALSE(opens(credential_, kPassword, code(fresh, later), later));
  EXPECT_TRUE(opens(credential_, kPassword, code(old, later), later));
  ASSERT_TRUE(confirm_time_code(credential_, code(fresh, later), later));
  EXPECT_FALSE(opens(credential_, kPassword, code(old, later + 60'000), later + 60'000));
  EXPECT_TRUE(opens(credential_, kPassword, code(fresh, later + 60'000), later + 60'000));
}

TEST_F(TimeCodeTest, a_file_from_before_time_codes_loads_and_a_damaged_one_does_not) {
  Json stored = to_json(credential_);
  EXPECT_EQ(stored.object()->size(), 3u);
  EXPECT_FALSE(read_credential(stored)->time_code);
  stored.set("totp", Json::Object{{"secret", "MZXW6"}, {"last_step", 1}});
  EXPECT_FALSE(read_credential(stored));
  stored.set("totp", "off");
  EXPECT_FALSE(read_credential(stored));
}

}  // namespace
}  // namespace cordon
