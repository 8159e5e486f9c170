// An exported archive proves itself with nothing but Python, and 5,000 random changes of it are all found and named.
//
// Planted bugs, each seen to turn this red:
//  1 desk/evidence_verify.py    a digest of a file is not compared; the manifest's with what the log commits to
//  2 desk/evidence_verify.py    the headers of the tar, or the bytes behind a member, are not looked at
//  3 desk/evidence_verify.py    the order of the members is not compared
//  4 desk/evidence_verify.py    the signature of the checkpoint is not asked for
//  5 desk/evidence_export.cc    an event of custody is left out of its chain
//  6 decision/evidence.cc       one person is enough
#include "desk/evidence_export.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <cstdio>

#include "base/places_for_tests.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

class EvidenceExportTest : public testing::Test {
 protected:
  EvidenceExportTest() {
    desk_.enrol("analyst1", {Role::Analyst});
    desk_.enrol("custodian1", {Role::Custodian});
    desk_.enrol("approver1", {Role::Approver});
    desk_.enrol("dpo1", {Role::Dpo});
    for (int i = 0; i < 6; ++i) {
      const auto attached = attach(desk_.desk(), *permit<Act::AttachEvidence>(desk_.officer("analyst1")), case_,
                                   i == 5 ? random_.bytes(3000) : "page " + std::to_string(i) + std::string(700, 'x'),
                                   "text/plain", "what page " + std::to_string(i) + " shows <b>&");
      EXPECT_TRUE(attached);
      pieces_.push_back(*attached);
    }
    for (const EvidenceId& piece : {pieces_[0], pieces_[3], pieces_[0]})
      EXPECT_TRUE(open_piece(desk_.desk(), *permit<Act::OpenEvidence>(desk_.officer("approver1")), case_, piece));
    EXPECT_TRUE(erase_piece(desk_.desk(), *permit<Act::EraseEvidence>(desk_.officer("custodian1")),
                            desk_.officer("dpo1"), case_, pieces_[1], ErasureGround::Excessive));
  }
  Result<ExportedEvidence> to(const std::string& path, const std::string& approver = "approver1") {
    const Fd fd = *open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    return export_evidence(desk_.desk(), *permit<Act::ExportEvidence>(desk_.officer("custodian1")),
                           desk_.officer(approver), case_, ExportPurpose::Court, fd.get());
  }
  static std::pair<int, std::string> shell(const std::string& command) {
    std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string said;
    for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, said};
  }
  std::string verifier() { return "python3 " + source_folder() + "/src/desk/evidence_verify.py "; }

  SiteDesk desk_;
  SeededRandom random_{8};
  CaseId case_ = desk_.phishing_case();
  std::vector<EvidenceId> pieces_;
};

TEST_F(EvidenceExportTest, it_proves_itself_and_the_record_knows_of_it) {
  const std::string path = desk_.folder().path() + "/evidence.tar";
  const auto exported = to(path);
  ASSERT_TRUE(exported) << exported.error().message;
  EXPECT_EQ(exported->pieces, 5u);
  const std::string key = desk_.store().founded()->log_key;
  const auto [code, said] = shell(verifier() + path + " --key '" + key + "'");
  EXPECT_EQ(code, 0) << said;
  EXPECT_NE(said.find("5 pieces of evidence, 1 erased, 10 events of custody"), std::string::npos) << said;
  EXPECT_EQ(shell(verifier() + path + " --key '" + key.substr(0, key.size() - 4) + "AAA='").first, 1);
  EXPECT_EQ(shell(verifier()).first, 2);
  EXPECT_TRUE(verify_journal(desk_.paths().database(), *open_blobs(desk_.paths(), Blobs::Mode::Read)));
  const std::string archive = SiteDesk::read(path);
  EXPECT_NE(archive.find("what page 2 shows &lt;b&gt;&amp;"), std::string::npos);  // the summary escapes what it shows
  // The next archive has this export in each piece's custody, and the tar of it is read by other programs.
  ASSERT_TRUE(to(path));
  const auto [again, told] = shell(verifier() + path);
  EXPECT_EQ(again, 0) << told;
  EXPECT_NE(told.find("16 events of custody"), std::string::npos) << told;
  const auto [listed, names] = shell("tar -tf " + path);
  EXPECT_EQ(listed, 0) << names;
  EXPECT_NE(names.find("items/" + pieces_[5].text()), std::string::npos);
}

TEST_F(EvidenceExportTest, five_thousand_changes_are_all_found_and_named) {
  const std::string path = desk_.folder().path() + "/evidence.tar";
  ASSERT_TRUE(to(path));
  const auto [code, said] = shell("python3 " + source_folder() + "/tests/desk/tamper_evidence " + path + " 5000 1");
  EXPECT_EQ(code, 0) << said;
  EXPECT_EQ(said.rfind("found and named: ", 0), 0u) << said;
  std::fputs(said.c_str(), stdout);
}

TEST_F(EvidenceExportTest, it_takes_two_people) {
  const std::string path = desk_.folder().path() + "/evidence.tar";
  desk_.enrol("both1", {Role::Custodian, Role::Approver});
  for (const std::string alone : {"custodian1", "analyst1", "dpo1"})
    EXPECT_EQ(to(path, alone).error().fault, Fault::Refused) << alone;
  const Fd fd = *open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const auto by_one = export_evidence(desk_.desk(), *permit<Act::ExportEvidence>(desk_.officer("both1")),
                                      desk_.officer("both1"), case_, ExportPurpose::Audit, fd.get());
  EXPECT_EQ(by_one.error().fault, Fault::Refused);
  EXPECT_EQ(SiteDesk::read(path), "");
  EXPECT_EQ(parse_export_purpose("curiosity").error().fault, Fault::Refused);
}

}  // namespace
}  // namespace cordon::testing_desk
