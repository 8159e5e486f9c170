// A notice is verified by who has only the program and the file: no desk, no folder, no environment, no network.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "../program.h"
#include "base/files.h"
#include "base/random.h"
#include "base/samples_for_tests.h"
#include "base/text.h"

namespace cordon::testing_desk {
namespace {

// `cordon notice verify … --json` at the file system's root, with an empty environment; its output and errors.
struct Said {
  int exit_code = -1;
  std::string text;
};
Said verify_alone(const std::string& arguments) {
  const std::string command = "cd / && exec env -i '" CORDON_BINARY "' notice verify --json " + arguments + " 2>&1";
  Said said;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return said;
  char piece[4096];
  for (std::size_t got = 0; (got = std::fread(piece, 1, sizeof piece, pipe)) > 0;) said.text.append(piece, got);
  const int status = ::pclose(pipe);
  said.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

class NoticeAlone : public testing::Test {
 protected:
  // The file of one notice, its desk's key and a copy of its log, and nothing else that is left of the desk.
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder(TemporaryFolder::Where::Memory);
    const DeskFolder desk;
    const std::string the_case = desk.phishing_case();
    const std::string evidence = desk.assess(the_case);
    const Json proposal = desk.propose(the_case);
    ASSERT_EQ(desk.as("approver1", {"case", "open", the_case, evidence}).exit_code, 0);
    ASSERT_EQ(desk.as("approver1",
                      {"decide", "approve", proposal.text_or("proposal"), "--digest", proposal.text_or("digest")})
                  .exit_code,
              0);
    digest_ = proposal.text_or("digest");
    mail_ = *read_file(desk.letters().front(), 1u << 20);
    std::filesystem::copy(desk.desk() + "/log", log(), std::filesystem::copy_options::recursive);
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string log() { return folder_->path() + "/log"; }
  static Said verify(const std::string& mail, const std::string& more = {}) {
    return verify_alone(more + " '" + folder_->file("notice.eml", mail) + "'");
  }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline std::string mail_, digest_;
};

TEST_F(NoticeAlone, is_verified_by_the_program_and_the_file) {
  const Said said = verify(mail_);
  ASSERT_EQ(said.exit_code, 0) << said.text;
  const Result<Json> verdict = parse_json(trim(said.text));
  ASSERT_TRUE(verdict) << said.text;
  EXPECT_TRUE(*verdict->flag("verified"));
  EXPECT_EQ(verdict->text_or("desk"), "test-desk.example.net/log");
  EXPECT_EQ(verdict->text_or("digest"), digest_);
  EXPECT_EQ(verdict->text_or("state"), "not asked");
  EXPECT_EQ(verdict->text_or("key_from"), "the notice");
  const Said trusted = verify(mail_, "--key '" + verdict->text_or("log_key") + "'");
  EXPECT_EQ(parse_json(trim(trusted.text))->text_or("key_from"), "the reader") << trusted.text;
  // A true key of another log. Planted bug: let check_notice() take the key of the proof whatever the reader says.
  EXPECT_EQ(
      verify(mail_, "--key demo-desk.example.net/log+9ba10bba+ATlffyHy5/kRZMjKStR0iqE/CWspgV9UZgAe0AkfqiZS").exit_code,
      1);
}

TEST_F(NoticeAlone, with_a_copy_of_the_log_says_whether_it_still_holds) {
  const Said said = verify(mail_, "--log '" + log() + "'");
  ASSERT_EQ(said.exit_code, 0) << said.text;
  EXPECT_EQ(parse_json(trim(said.text))->text_or("state"), "in_force");
  EXPECT_EQ(verify(mail_, "--log '" + folder_->path() + "/nowhere'").exit_code, 1);
}

// In `./test` a sample through the program; all 1,000, and in ./test too, in referral's SelfProvingNotice.
TEST_F(NoticeAlone, with_one_byte_changed_is_refused_with_the_reason) {
  const std::int64_t changes = samples("CORDON_BYTE_CHANGES", 40, 200, 1000);
  SeededRandom random(31);
  const std::size_t from = mail_.find("\r\n\r\n") + 4;
  for (std::int64_t i = 0; i < changes; ++i) {
    std::size_t number = 0;
    for (const char byte : random.bytes(4)) number = number << 8 | static_cast<unsigned char>(byte);
    std::string changed = mail_;
    const std::size_t place = from + number % (mail_.size() - 2 - from);
    changed[place] = static_cast<char>(changed[place] ^ (1 << (i % 7)));
    const Said said = verify(changed);
    ASSERT_EQ(said.exit_code, 1) << "byte " << place << ": " << said.text;
    const Result<Json> error = parse_json(trim(said.text));
    ASSERT_TRUE(error) << said.text;
    EXPECT_TRUE(error->find("error")->text_or("message").starts_with("the notice does not verify: ")) << said.text;
  }
}

TEST_F(NoticeAlone, that_is_none_is_refused) {
  EXPECT_EQ(verify("").exit_code, 1);
  EXPECT_EQ(verify("Subject: hello\r\n\r\nhello\r\n").exit_code, 1);
  EXPECT_EQ(verify_alone("'" + folder_->path() + "/nothing.eml'").exit_code, 1);
}

}  // namespace
}  // namespace cordon::testing_desk
