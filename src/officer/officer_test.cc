#include "officer/officer.h"

#include <gtest/gtest.h>

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
       {Act::EnterFact, Act::AnswerGate, Act::SignLegalGate, Act::SignSensitiveGate, Act::AttachEvidence,
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

TEST(Credential, only_the_password_opens_the_key) {
  SystemRandom random;
  const auto credential = make_credential("correct horse battery", random, Cost::Test);
  ASSERT_TRUE(credential);
  const auto key = unlock(*credential, "correct horse battery");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key(), credential->key);
  EXPECT_EQ(unlock(*credential, "correct horse batterz").error().fault, Fault::Refused);
  EXPECT_FALSE(make_credential("short", random, Cost::Test));
  const auto other = make_credential("correct horse battery", random, Cost::Test);
  Credential exchanged = *credential;
  exchanged.sealed_key = other->sealed_key;  // somebody swapped in a key of their own
  EXPECT_EQ(unlock(exchanged, "correct horse battery").error().fault, Fault::Corrupt);
}

}  // namespace
}  // namespace cordon
