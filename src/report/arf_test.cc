#include "report/arf.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

Mail feedback(std::string fields) {
  Mail mail;
  mail.headers = {{"Message-ID", "<1@example.org>"}, {"From", "fbl@example.org"}, {"Subject", "report"}};
  mail.parts = {{"text/plain", "", "An abuse report.\n", 0},
                {"message/feedback-report", "", std::move(fields), 0},
                {"text/plain", "", "https://spam.example.net/ for +7 701 123 45 67\n", 1}};
  return mail;
}

Mail words(std::string text) {
  Mail mail;
  mail.headers = {{"Message-ID", "<2@example.org>"}, {"From", "reporter@example.org"}, {"Subject", "look"}};
  mail.parts = {{"text/plain", "", std::move(text), 0}, {"image/png", "me.png", "PNG", 0}};
  return mail;
}

TEST(Arf, a_complaint_is_about_the_source_address_alone) {
  const Reading reading = read_mail_report(
      std::nullopt, feedback("Feedback-Type: abuse\r\nSource-IP: 192.0.2.1\r\nSource-Port: 2525\r\n"
                             "Arrival-Date: Sat, 16 Jan 2016 06:10:14 +0000\r\n"
                             "Reported-Domain:\r\n provider.example.org\r\nOriginal-Rcpt-To: you@example.org\r\n"));
  EXPECT_EQ(reading.code, "") << reading.reason;
  EXPECT_EQ(reading.matter, Matter(Exposure::SpamSource));
  ASSERT_EQ(reading.observables.size(), 1u);
  EXPECT_EQ(reading.observables[0].canonical(), "192.0.2.1");
  EXPECT_EQ(reading.port, 2525);
  EXPECT_EQ(to_rfc3339(reading.seen_at.value()), "2016-01-16T06:10:14.000Z");
  EXPECT_EQ(reading.token, "1@example.org");
  EXPECT_EQ(reading.kept.find("original-rcpt-to"), std::string::npos);
  EXPECT_NE(reading.kept.find("[dropped: text/plain, 47 bytes]"), std::string::npos) << reading.kept;
}

TEST(Arf, without_a_source_address_there_is_nothing_to_ask) {
  EXPECT_EQ(read_mail_report(std::nullopt, feedback("Feedback-Type: abuse\n")).code, "no_observable");
}

TEST(Arf, fraud_needs_the_place_that_it_is_about) {
  const Reading reading = read_mail_report(
      std::nullopt, feedback("Feedback-Type: fraud\nSource-IP: 192.0.2.1\nReported-URI: http://login.example.org/a\n"));
  EXPECT_EQ(reading.matter, Matter(Category::Phishing));
  EXPECT_EQ(reading.observables.at(0).canonical(), "http://login.example.org/a");
  EXPECT_EQ(read_mail_report(std::nullopt, feedback("Feedback-Type: fraud\nSource-IP: 192.0.2.1\n")).code, "not_held");
}

TEST(Arf, other_feedback_is_refused_by_name) {
  EXPECT_EQ(read_mail_report(std::nullopt, feedback("Feedback-Type: not-spam\nSource-IP: 192.0.2.1\n")).code,
            "out_of_scope");
  EXPECT_EQ(read_mail_report(std::nullopt, feedback("Feedback-Type: other\nSource-IP: 192.0.2.1\n")).code, "other");
  EXPECT_EQ(read_mail_report(std::nullopt, feedback("Source-IP: 192.0.2.1\n")).code, "unspecified");
}

TEST(MailReport, needs_to_be_told_what_it_is_about) {
  EXPECT_EQ(read_mail_report(std::nullopt, words("hxxp://login.example.org/a")).code, "no_category");
}

// Planted bug: the first address wins, defanged or not.
TEST(MailReport, what_was_defanged_goes_before_what_can_be_clicked) {
  const Reading reading =
      read_mail_report(Category::Phishing, words("See https://blog.example.net/post about "
                                                 "hxxp://login.example[.]org/a\nme@example.com 4111 1111 1111 1111\n"));
  EXPECT_EQ(reading.code, "") << reading.reason;
  EXPECT_EQ(reading.observables.at(0).canonical(), "http://login.example.org/a");
  EXPECT_EQ(reading.observables.at(1).canonical(), "https://blog.example.net/post");
  EXPECT_NE(reading.kept.find("[redacted:card]"), std::string::npos);
  EXPECT_NE(reading.kept.find("[dropped: image/png, 3 bytes]"), std::string::npos);
  EXPECT_EQ(reading.kept.find("me.png"), std::string::npos);
}

TEST(MailReport, the_mails_own_addresses_are_no_observables) {
  EXPECT_EQ(read_mail_report(Category::Fraud, words("no address at all")).code, "no_observable");
}

TEST(MailReport, a_mail_passed_on_is_read_where_its_cover_names_nothing) {
  Mail mail = words("please see below");
  mail.parts.push_back({"text/html", "", "<a href=\"https://login.example.org/b\">x</a>", 1});
  EXPECT_EQ(read_mail_report(Category::Phishing, mail).observables.at(0).canonical(), "https://login.example.org/b");
}

TEST(MailReport, xarf_may_come_as_a_part) {
  Mail mail = words("attached");
  mail.parts.push_back(
      {"application/json", "xarf.json",
       R"({"xarf_version":"4.0.0","category":"messaging","type":"spam","source_identifier":"192.0.2.9"})", 0});
  const Reading reading = read_mail_report(std::nullopt, mail);
  EXPECT_EQ(reading.matter, Matter(Exposure::SpamSource));
  EXPECT_EQ(reading.token, "2@example.org");
}

}  // namespace
}  // namespace cordon
