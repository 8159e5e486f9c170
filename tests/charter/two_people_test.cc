// The hard lines of charter 0.7, 6.3 and 12.9 to 12.13 as somebody at a shell meets them, and as somebody with an SQL
// prompt does.
#include <gtest/gtest.h>

#include <filesystem>

#include "../program.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "store/database.h"

namespace cordon::testing_desk {
namespace {

TEST(TwoPeople, a_case_becomes_a_notice_by_two_officers_and_the_log_verifies) {
  const DeskFolder desk;
  const std::string the_case = desk.phishing_case();
  const std::string evidence = desk.assess(the_case);
  const Json proposal = desk.propose(the_case);
  ASSERT_EQ(desk.as("approver1", {"case", "open", the_case, evidence}).exit_code, 0);
  const Outcome approved =
      desk.as("approver1", {"decide", "approve", proposal.text_or("proposal"), "--digest", proposal.text_or("digest")});
  ASSERT_EQ(approved.exit_code, 0) << approved.err;
  ASSERT_EQ(desk.letters().size(), 1u);
  const std::string letter = *read_file(desk.letters().front(), 1u << 20);
  EXPECT_NE(letter.find("notice.tlog-proof"), std::string::npos);
  EXPECT_EQ(desk.run({"log", "verify"}).exit_code, 0);
  EXPECT_EQ(desk.run({"journal", "verify"}).exit_code, 0);
  EXPECT_EQ(desk.run({"notice", "list"}).line().text_or("state"), "sent");
}

// Planted bug: drop the comparison in decision::approve (the SQL test below stays green: two walls).
TEST(TwoPeople, the_proposer_cannot_approve) {
  const DeskFolder desk;
  desk.folder().file("both1.password",
                     "password of both1");  // holds both roles, so that only the rule stands in the way
  ASSERT_EQ(desk.run({"officer", "add", "both1", "--role", "analyst", "--role", "approver", "--password-file",
                      desk.password_file("both1")})
                .exit_code,
            0);
  const std::string the_case = desk.phishing_case();
  const std::string evidence = desk.assess(the_case);
  const Json proposal =
      desk.as("both1", {"decide", "propose", the_case, "--kind", "alert", "--effect", "inform", "--recipient", "host"})
          .line();
  ASSERT_EQ(desk.as("both1", {"case", "open", the_case, evidence}).exit_code, 0);
  const Outcome refused =
      desk.as("both1", {"decide", "approve", proposal.text_or("proposal"), "--digest", proposal.text_or("digest")});
  EXPECT_EQ(refused.exit_code, 4) << refused.out << refused.err;
  EXPECT_NE(refused.err.find("who proposed may not approve"), std::string::npos) << refused.err;
  EXPECT_TRUE(desk.letters().empty());
}

// Planted bug: drop the loop over the evidence in decision::approve.
TEST(TwoPeople, an_approver_who_has_not_opened_the_evidence_cannot_approve) {
  const DeskFolder desk;
  const std::string the_case = desk.phishing_case();
  desk.assess(the_case);
  const Json proposal = desk.propose(the_case);
  const Outcome refused =
      desk.as("approver1", {"decide", "approve", proposal.text_or("proposal"), "--digest", proposal.text_or("digest")});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_NE(refused.err.find("has not opened evidence"), std::string::npos) << refused.err;
  EXPECT_TRUE(desk.letters().empty());
}

// The body is the last that was written below evidence/. Three walls: its encryption, its address, its digest in what
// was signed. Planted bug: let a sealed piece that does not open pass as it is, read_encrypted() skip both comparisons,
// and decision::approve its own.
TEST(TwoPeople, changed_bytes_void_the_approval) {
  const DeskFolder desk;
  const std::string the_case = desk.phishing_case();
  const std::string evidence = desk.assess(the_case);
  const Json proposal = desk.propose(the_case);
  ASSERT_EQ(desk.as("approver1", {"case", "open", the_case, evidence}).exit_code, 0);
  const std::string digest = proposal.text_or("digest");
  std::filesystem::path body;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(desk.desk() + "/evidence")) {
    const bool later = body.empty() || entry.last_write_time() > std::filesystem::last_write_time(body);
    if (entry.is_regular_file() && later) body = entry.path();
  }
  std::string bytes = *read_file(body, 1u << 20);
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(write_file(body, bytes, 0600));
  EXPECT_EQ(desk.as("approver1", {"decide", "approve", proposal.text_or("proposal"), "--digest", digest}).exit_code, 7);
  EXPECT_EQ(desk.as("approver1", {"decide", "approve", proposal.text_or("proposal"), "--digest", sha256(bytes).hex()})
                .exit_code,
            7);
  EXPECT_TRUE(desk.letters().empty());
}

TEST(TwoPeople, the_digest_that_is_typed_must_be_the_one_proposed) {
  const DeskFolder desk;
  const std::string the_case = desk.phishing_case();
  const std::string evidence = desk.assess(the_case);
  const Json proposal = desk.propose(the_case);
  ASSERT_EQ(desk.as("approver1", {"case", "open", the_case, evidence}).exit_code, 0);
  EXPECT_EQ(desk.as("approver1", {"decide", "approve", proposal.text_or("proposal"), "--digest", sha256("other").hex()})
                .exit_code,
            5);
}

// Planted bug: drop CHECK (approver <> proposer) from store/tables.cc.
TEST(TwoPeople, sql_itself_refuses_a_proposer_who_approves) {
  const DeskFolder desk;
  const std::string the_case = desk.phishing_case();
  desk.assess(the_case);
  desk.propose(the_case);
  Result<Database> database = Database::open(desk.desk() + "/desk.db", Database::Open::Write);
  ASSERT_TRUE(database);
  const Result<Nothing> forged =
      database->run("UPDATE proposal SET state = 'approved', approver = proposer, approved = '{}'");
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().fault, Fault::Refused);
  EXPECT_NE(forged.error().message.find("CHECK"), std::string::npos) << forged.error().message;
}

TEST(TwoPeople, a_custodian_and_a_data_protection_officer_erase_a_piece_of_evidence) {
  const DeskFolder desk;
  for (const std::string role : {"custodian", "dpo"}) {
    desk.folder().file(role + "1.password", "password of " + role + "1");
    ASSERT_EQ(
        desk.run({"officer", "add", role + "1", "--role", role, "--password-file", desk.password_file(role + "1")})
            .exit_code,
        0);
  }
  const std::string the_case = desk.phishing_case();
  const std::string evidence = desk.assess(the_case);
  const auto erase = [&](const std::string& by, const std::string& ground) {
    return desk.as("custodian1", {"evidence", "erase", the_case, evidence, "--ground", ground, "--by", by,
                                  "--by-password-file", desk.password_file(by)});
  };
  EXPECT_EQ(erase("analyst1", "retention").exit_code, 4);
  EXPECT_EQ(erase("custodian1", "retention").exit_code, 4);
  EXPECT_EQ(erase("dpo1", "embarrassing").exit_code, 4);
  const Outcome erased = erase("dpo1", "retention");
  EXPECT_EQ(erased.exit_code, 0) << erased.err;
  EXPECT_EQ(erased.line().text_or("erased"), "retention");
  EXPECT_EQ(desk.as("approver1", {"case", "open", the_case, evidence}).exit_code, 1);
  EXPECT_EQ(desk.run({"journal", "verify"}).line().number_or("erased", 0), 1);
  EXPECT_EQ(desk.run({"log", "verify"}).exit_code, 0);
}

// Planted bug: drop the founding question in desk/commands.cc.
TEST(TwoPeople, after_the_first_proposal_two_admins_enrol_an_officer) {
  const DeskFolder desk;
  const std::string the_case = desk.phishing_case();
  desk.assess(the_case);
  desk.propose(the_case);
  desk.folder().file("late.password", "password of latecomer");
  const std::vector<std::string> alone{
      "officer", "add", "late", "--role", "approver", "--password-file", desk.password_file("late")};
  EXPECT_EQ(desk.run(alone).exit_code, 4);
  std::vector<std::string> twice = alone;
  twice.insert(twice.end(), {"--by", "admin1", "--by", "admin1", "--by-password-file", desk.password_file("admin1"),
                             "--by-password-file", desk.password_file("admin1")});
  EXPECT_EQ(desk.run(twice).exit_code, 4);
  std::vector<std::string> two = alone;
  two.insert(two.end(), {"--by", "admin1", "--by", "admin2", "--by-password-file", desk.password_file("admin1"),
                         "--by-password-file", desk.password_file("admin2")});
  const Outcome enrolled = desk.run(two);
  EXPECT_EQ(enrolled.exit_code, 0) << enrolled.err;
}

}  // namespace
}  // namespace cordon::testing_desk
