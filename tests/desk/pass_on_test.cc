// Mail outside the list goes on, unchanged, to whom [intake] pass_on names, and only a count of it stays (amendment 7;
// docs/mail.md).
//
// Planted bugs, each seen to turn this red:
//  1 desk/pass_on.cc   is_not_ours() takes every refusal for one (tests/teeth)
//  2 desk/pass_on.cc   one record of a mail that is not ours is enough (any_of)
//  3 desk/flow.cc      what could not leave is taken in all the same (the TRY left out)
#include <gtest/gtest.h>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"

namespace cordon::testing_desk {
namespace {

std::string copyright_mail() {
  return "From: Someone <agent@studio.example>\nTo: desk@desk.example.net\nMessage-ID: <c1@studio.example>\n"
         "Subject: Notice\n\nAn address of yours, 192.0.2.7, says you@example.org.\n"
         "<Infringement xmlns=\"http://www.acns.net/ACNS\"><Case/></Infringement>\n";
}

std::string lists_mail(const std::string& second) {
  return "From: monitor@example.net\nMessage-ID: <l1@example.net>\nSubject: Report\n\n"
         "IPs Engaged In Harvesting On Your Network:\n\n192.0.2.1\n\nIPs Engaged In " +
         second + " On Your Network:\n\n192.0.2.2\n";
}

std::string hotline_mail() {
  return "From: a@example.net\nMessage-ID: <h1@example.net>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
         "Content-Type: text/plain; name=report.txt\n\nReport-Type: child-abuse\nReport-ID: 1\nSource: "
         "192.0.2.1\n--b--\n";
}

class PassOn : public testing::Test {
 protected:
  explicit PassOn(const std::string& intake = "[intake]\npass_on = \"abuse-team@example.net\"\n") {
    const std::string settings = desk_.desk() + "/cordon.toml";
    const std::string before = *read_file(settings, 1u << 20);
    EXPECT_TRUE(write_file(settings, before + "\n" + intake));
  }
  // "outcome code" of each record.
  std::vector<std::string> take(const std::string& name, const std::string& mail, int exit_code = 0) {
    const Outcome outcome = desk_.run({"intake", "--source", "mailbox", desk_.folder().file(name, mail)});
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    std::vector<std::string> said;
    for (const Json& line : outcome.lines()) said.push_back(line.text_or("outcome") + " " + line.text_or("code"));
    return said;
  }
  std::vector<std::string> passed_on() const {
    const auto files = list_folder(folder());
    return files ? *files : std::vector<std::string>{};
  }
  std::string folder() const { return desk_.desk() + "/outbox/.passed-on/new"; }
  DeskFolder desk_;
};

TEST_F(PassOn, a_mail_outside_the_list_leaves_as_it_came_and_is_counted) {
  EXPECT_EQ(take("c.eml", copyright_mail()), (std::vector<std::string>{"refused passed_on"}));
  const std::vector<std::string> left = passed_on();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(*read_file(folder() + "/" + left.front(), 1u << 20), copyright_mail());
  const Json status = desk_.run({"status"}).lines().front();
  EXPECT_NE(to_text(status).find("\"refused:passed_on\":1"), std::string::npos) << to_text(status);
  EXPECT_EQ(desk_.letters().size(), 0u);  // and is no letter of the desk's
  // What came again, as after a crash, leaves once.
  take("again.eml", copyright_mail());
  EXPECT_EQ(passed_on().size(), 1u);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
}

TEST_F(PassOn, a_mail_of_which_one_report_is_ours_stays) {
  EXPECT_EQ(take("l.eml", lists_mail("Comment Spamming")),
            (std::vector<std::string>{"refused out_of_scope", "accepted "}));
  EXPECT_EQ(passed_on().size(), 0u);
  EXPECT_EQ(take("m.eml", lists_mail("Harvesting")),
            (std::vector<std::string>{"refused passed_on", "refused passed_on"}));
  EXPECT_EQ(passed_on().size(), 1u);
}

TEST_F(PassOn, a_hotlines_matter_and_what_says_nothing_go_nowhere) {
  EXPECT_EQ(take("h.eml", hotline_mail()), (std::vector<std::string>{"refused csam"}));
  EXPECT_EQ(take("n.eml", "From: a@example.net\nSubject: x\n\nhello\n"),
            (std::vector<std::string>{"refused no_category"}));
  EXPECT_EQ(passed_on().size(), 0u);
}

class PassOnNowhere : public PassOn {
 protected:
  PassOnNowhere() : PassOn("") {}
};

TEST_F(PassOnNowhere, without_the_setting_nothing_leaves) {
  EXPECT_EQ(take("c.eml", copyright_mail()), (std::vector<std::string>{"refused copyright"}));
  EXPECT_EQ(passed_on().size(), 0u);
}

// A server that is not there: nothing of the batch is on record, and whoever brought it comes again.
TEST_F(PassOn, what_cannot_leave_is_not_taken_in) {
  const std::string settings = desk_.desk() + "/cordon.toml";
  const std::string before = *read_file(settings, 1u << 20);
  const std::string smtp =
      replace_all(before, "courier = \"maildir\"", "courier = \"smtp\"\nsmtp_url = \"smtp://127.0.0.1:1\"");
  ASSERT_NE(smtp, before);
  ASSERT_TRUE(write_file(settings, smtp));
  EXPECT_EQ(take("c.eml", copyright_mail(), 6), std::vector<std::string>{});
  ASSERT_TRUE(write_file(settings, before));
  EXPECT_EQ(take("c.eml", copyright_mail()), (std::vector<std::string>{"refused passed_on"}));
  EXPECT_EQ(passed_on().size(), 1u);
}

}  // namespace
}  // namespace cordon::testing_desk
