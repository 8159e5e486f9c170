// The promises of charter 0.7, 6.3 and 10 as tests. Each names the planted bug that turns it red.
#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "decision/authority.h"
#include "decision/leaf.h"
#include "decision/proposal.h"

namespace cordon {
namespace {

// A case of phishing with everything that a proposal needs, and two officers.
class Decision : public testing::Test {
 protected:
  SeededRandom random_{42};
  SecretKey analyst_key_ = SecretKey::generate(random_);
  SecretKey approver_key_ = SecretKey::generate(random_);
  Officer analyst_{OfficerId::make(kNow, random_), "analyst1", {Role::Analyst}, analyst_key_.public_key()};
  Officer approver_{OfficerId::make(kNow, random_), "approver1", {Role::Approver}, approver_key_.public_key()};
  EvidenceId evidence_ = EvidenceId::make(kNow, random_);
  Annex annex_ = *Annex::read(*parse_json(
      R"({"state":"Steppe","fictitious":false,"redress":"the court of Steppe","articles":{"phishing":"article 190","drugs":"article 300"}})"));
  std::string body_ = "Content-Type: text/plain\r\n\r\nplease\r\n";
  Wish wish_{ActionKind::Alert, Effect::Inform, Recipient::Host, "abuse@example.net", ""};

  Case phishing_case() {
    Case the_case{CaseId::make(kNow, random_),
                  Category::Phishing,
                  *parse_observable(ObservableKind::Domain, "bad-bank-login.com"),
                  {},
                  CaseState::Assessing,
                  kNow,
                  {},
                  1,
                  {},
                  {},
                  {},
                  {},
                  {},
                  {}};
    the_case.evidence.push_back({evidence_, sha256("page"), "text/plain", 4, "the page's text"});
    the_case.facts.push_back({"The page shows the bank's sign-in form and posts to another host.", {evidence_}});
    the_case.gates.insert(
        {Gate::DomainStatus,
         {Gate::DomainStatus, "malicious_registration", "registered the day before", {evidence_}, analyst_.id}});
    the_case.gates.insert({Gate::ImpersonatedParty,
                           {Gate::ImpersonatedParty,
                            "party_and_capture_shown",
                            "a bank; the form posts away",
                            {evidence_},
                            analyst_.id}});
    the_case.worked_on_by = {analyst_.id};
    return the_case;
  }
  // At a desk without a list of sensitive holders.
  Guarded guard(const Case& the_case) const {
    return sensitive_target(nullptr, the_case.target, the_case.matter, wish_.kind, kNow);
  }
  Result<Proposed> propose_it(const Case& the_case) {
    return propose(the_case, wish_, annex_, guard(the_case), analyst_, analyst_key_, ProposalId::make(kNow, random_),
                   NoticeId::make(kNow, random_), kNow, body_);
  }
  static void expect_refused(const Result<Nothing>& result, std::string_view because) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().fault, Fault::Refused);
    EXPECT_NE(result.error().message.find(because), std::string::npos) << result.error().message;
  }
};

TEST_F(Decision, two_people_with_two_roles_make_an_authority) {
  Case the_case = phishing_case();
  const auto proposed = propose_it(the_case);
  ASSERT_TRUE(proposed) << proposed.error().message;
  the_case.opened_by[evidence_] = {approver_.id};
  const auto approved = approve(the_case, {*proposed, ProposalState::Proposed, {}}, guard(the_case), approver_,
                                approver_key_, proposed->body, body_, kNow + 1000);
  ASSERT_TRUE(approved) << approved.error().message;
  const auto authority = make_authority(*proposed, *approved, analyst_, approver_, body_);
  ASSERT_TRUE(authority) << authority.error().message;
  EXPECT_EQ(authority->body(), sha256(body_));
}

// Planted bug: drop the comparison of approver and proposer in approve().
TEST_F(Decision, the_same_person_cannot_approve) {
  Case the_case = phishing_case();
  analyst_.roles.insert(Role::Approver);
  const auto proposed = propose_it(the_case);
  ASSERT_TRUE(proposed);
  the_case.opened_by[evidence_] = {analyst_.id};
  the_case.worked_on_by = {};
  const auto approved = approve(the_case, {*proposed, ProposalState::Proposed, {}}, guard(the_case), analyst_,
                                analyst_key_, proposed->body, body_, kNow + 1000);
  ASSERT_FALSE(approved);
  EXPECT_EQ(approved.error().fault, Fault::Refused);
  EXPECT_NE(approved.error().message.find("who proposed may not approve"), std::string::npos)
      << approved.error().message;
}

// Planted bug: drop the worked_on_by check in approve().
TEST_F(Decision, who_worked_on_the_case_cannot_approve) {
  Case the_case = phishing_case();
  const auto proposed = propose_it(the_case);
  the_case.opened_by[evidence_] = {approver_.id};
  the_case.worked_on_by.insert(approver_.id);
  const auto approved = approve(the_case, {*proposed, ProposalState::Proposed, {}}, guard(the_case), approver_,
                                approver_key_, proposed->body, body_, kNow + 1000);
  ASSERT_FALSE(approved);
  EXPECT_NE(approved.error().message.find("has worked on this case"), std::string::npos);
}

// Planted bug: drop the loop over proposed.evidence in approve().
TEST_F(Decision, an_approver_who_has_not_opened_the_evidence_cannot_approve) {
  Case the_case = phishing_case();
  const auto proposed = propose_it(the_case);
  the_case.opened_by[evidence_] = {analyst_.id};
  const auto approved = approve(the_case, {*proposed, ProposalState::Proposed, {}}, guard(the_case), approver_,
                                approver_key_, proposed->body, body_, kNow + 1000);
  ASSERT_FALSE(approved);
  EXPECT_EQ(approved.error().fault, Fault::Refused);
  EXPECT_NE(approved.error().message.find("has not opened evidence"), std::string::npos) << approved.error().message;
}

// Planted bug: drop `sha256(body) != proposed.body` in approve(), or in make_authority().
TEST_F(Decision, changed_bytes_void_the_approval) {
  Case the_case = phishing_case();
  const auto proposed = propose_it(the_case);
  the_case.opened_by[evidence_] = {approver_.id};
  const Proposal proposal{*proposed, ProposalState::Proposed, {}};
  const auto of_changed =
      approve(the_case, proposal, guard(the_case), approver_, approver_key_, proposed->body, body_ + " ", kNow + 1000);
  ASSERT_FALSE(of_changed);
  EXPECT_EQ(of_changed.error().fault, Fault::Corrupt);
  EXPECT_EQ(approve(the_case, proposal, guard(the_case), approver_, approver_key_, sha256("other"), body_, kNow + 1000)
                .error()
                .fault,
            Fault::Conflict);

  const auto approved =
      approve(the_case, proposal, guard(the_case), approver_, approver_key_, proposed->body, body_, kNow + 1000);
  ASSERT_TRUE(approved);
  EXPECT_FALSE(make_authority(*proposed, *approved, analyst_, approver_, body_ + " "));
  Proposed altered = *proposed;
  altered.wish.contact = "somebody.else@example.net";  // any field: the statement is what was signed
  EXPECT_FALSE(make_authority(altered, *approved, analyst_, approver_, body_));
  altered = *proposed;
  altered.body = sha256(body_ + " ");
  EXPECT_FALSE(make_authority(altered, *approved, analyst_, approver_, body_ + " "));
}

// Planted bug: drop either verify() in make_authority().
TEST_F(Decision, the_sender_believes_signatures_and_no_database) {
  Case the_case = phishing_case();
  const auto proposed = propose_it(the_case);
  the_case.opened_by[evidence_] = {approver_.id};
  const auto approved = approve(the_case, {*proposed, ProposalState::Proposed, {}}, guard(the_case), approver_,
                                approver_key_, proposed->body, body_, kNow + 1000);
  Approved forged = *approved;
  forged.signature.bytes[0] ^= 1;
  EXPECT_FALSE(make_authority(*proposed, forged, analyst_, approver_, body_));
  Proposed unsigned_proposal = *proposed;
  unsigned_proposal.signature = {};
  EXPECT_FALSE(make_authority(unsigned_proposal, *approved, analyst_, approver_, body_));
  Officer twin = approver_;
  twin.key = analyst_.key;  // two names, one key
  EXPECT_FALSE(make_authority(*proposed, *approved, analyst_, twin, body_));
  Officer demoted = approver_;
  demoted.roles = {Role::Analyst};
  EXPECT_FALSE(make_authority(*proposed, *approved, analyst_, demoted, body_));
}

// Planted bug: use >= 0 instead of > kSecondSignatureMs in approve().
TEST_F(Decision, a_proposal_lapses_after_72_hours) {
  Case the_case = phishing_case();
  const auto proposed = propose_it(the_case);
  const Proposal proposal{*proposed, ProposalState::Proposed, {}};
  the_case.opened_by[evidence_] = {approver_.id};
  EXPECT_TRUE(approve(the_case, proposal, guard(the_case), approver_, approver_key_, proposed->body, body_,
                      kNow + kSecondSignatureMs));
  EXPECT_FALSE(approve(the_case, proposal, guard(the_case), approver_, approver_key_, proposed->body, body_,
                       kNow + (kSecondSignatureMs + 1)));
  EXPECT_FALSE(lapse(proposal, kNow + kSecondSignatureMs));
  EXPECT_TRUE(lapse(proposal, kNow + (kSecondSignatureMs + 1)));
}

// Planted bug: drop the article check in check_wish().
TEST_F(Decision, nothing_is_proposed_without_a_national_article) {
  Case the_case = phishing_case();
  the_case.matter = Category::Malware;
  the_case.gates.erase(Gate::ImpersonatedParty);
  expect_refused(check_wish(the_case, wish_, annex_, guard(the_case), analyst_), "names no article");
}

// Planted bug: drop check_gates() in check_wish().
TEST_F(Decision, an_unanswered_gate_blocks) {
  Case the_case = phishing_case();
  the_case.gates.erase(Gate::DomainStatus);
  expect_refused(check_wish(the_case, wish_, annex_, guard(the_case), analyst_), "G_DOMAIN_STATUS is not answered");
}

// Planted bug: drop the blocks() question in check_gates().
TEST_F(Decision, a_compromised_domain_is_never_suspended) {
  Case the_case = phishing_case();
  the_case.gates.at(Gate::DomainStatus).answer = "compromised";
  the_case.gates.insert(
      {Gate::SensitiveTarget, {Gate::SensitiveTarget, "sensitive_signed_off", "by the ombudsperson", {}, analyst_.id}});
  the_case.gates.insert(
      {Gate::LegalReview, {Gate::LegalReview, "signed_off", "by the legal reviewer", {evidence_}, analyst_.id}});
  wish_ = {ActionKind::Notice, Effect::SuspendMaliciousDomain, Recipient::Registrar, "abuse@example.net",
           "the site is up again after two clean-ups"};
  expect_refused(check_wish(the_case, wish_, annex_, guard(the_case), analyst_),
                 "G_DOMAIN_STATUS is answered 'compromised'");
}

// Planted bugs: let spared_by_the_guard() say true; let lets_pass() take not_sensitive from a person.
TEST_F(Decision, a_notice_needs_two_more_people_while_there_is_no_list_of_sensitive_holders) {
  Case the_case = phishing_case();
  wish_.kind = ActionKind::Notice;
  expect_refused(check_wish(the_case, wish_, annex_, guard(the_case), analyst_), "G_SENSITIVE_TARGET is not answered");
  const auto answers = [&](Gate gate, const char* answer) {
    the_case.gates.insert_or_assign(gate, GateAnswer{gate, answer, "so it is here", {evidence_}, analyst_.id});
    return check_wish(the_case, wish_, annex_, guard(the_case), analyst_);
  };
  expect_refused(answers(Gate::SensitiveTarget, "not_sensitive"), "G_SENSITIVE_TARGET is answered 'not_sensitive'");
  expect_refused(answers(Gate::SensitiveTarget, "sensitive_signed_off"), "G_LEGAL_REVIEW is not answered");
  EXPECT_TRUE(answers(Gate::LegalReview, "signed_off"));
}

TEST_F(Decision, a_reserved_target_is_refused_outside_a_demonstration) {
  Case the_case = phishing_case();
  the_case.target = *parse_observable(ObservableKind::Domain, "login.example.net");
  expect_refused(check_wish(the_case, wish_, annex_, guard(the_case), analyst_), "for examples or private networks");
}

TEST_F(Decision, events_read_back_as_they_were_written) {
  const auto proposed = propose_it(phishing_case());
  const auto again = read_proposed(*parse_json(to_text(to_json(*proposed))));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(statement(*again), statement(*proposed));
  EXPECT_EQ(again->signature, proposed->signature);
  Json altered = to_json(*proposed);
  altered.set("matter", "extremism");
  EXPECT_FALSE(read_proposed(altered));
}

TEST(Annex, takes_articles_for_listed_categories_only) {
  const auto read = [](const std::string& articles) {
    return Annex::read(*parse_json(R"({"state":"S","fictitious":true,"redress":"R","articles":)" + articles + "}"));
  };
  EXPECT_TRUE(read(R"({"phishing":"a"})"));
  EXPECT_EQ(read(R"({"extremism":"a"})").error().fault, Fault::Refused);
  EXPECT_EQ(read(R"({"spam_source":"a"})").error().fault, Fault::Refused);
  EXPECT_FALSE(read(R"({"phishing":" "})"));
  EXPECT_NE(read(R"({"phishing":"a"})")->digest(), read(R"({"phishing":"b"})")->digest());
}

TEST(Leaf, only_its_own_opening_opens_it) {
  SeededRandom random(3);
  const LeafFrame frame{"desk.example.net/log", sha256("charter"), sha256("annex")};
  const Leaf leaf{"decision",     kNow,
                  "id",           "phishing",
                  "alert",        "proposed",
                  "effective",    {"analyst", "approver"},
                  Json::Object{}, Json::Object{{"body", "x"}}};
  const SealedLeaf one = seal_leaf(leaf, frame, random);
  const SealedLeaf two = seal_leaf(leaf, frame, random);
  EXPECT_TRUE(opens(one.opening, one.bytes));
  EXPECT_FALSE(opens(two.opening, one.bytes));               // another salt
  EXPECT_EQ(one.bytes.find("\"body\""), std::string::npos);  // what is hidden is not in the leaf
}

}  // namespace
}  // namespace cordon
