#include "report/mail_report.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cordon {
namespace {

// What the mail says, of one that carries one report.
Reading read_only_report(std::optional<Matter> matter, const Mail& mail) {
  std::vector<Reading> readings = read_mail_report(matter, mail);
  EXPECT_EQ(readings.size(), 1u);
  return std::move(readings.front());
}

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
  const Reading reading = read_only_report(
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
  EXPECT_EQ(read_only_report(std::nullopt, feedback("Feedback-Type: abuse\n")).code, "no_observable");
}

TEST(Arf, fraud_needs_the_place_that_it_is_about) {
  const Reading reading = read_only_report(
      std::nullopt, feedback("Feedback-Type: fraud\nSource-IP: 192.0.2.1\nReported-URI: http://login.example.org/a\n"));
  EXPECT_EQ(reading.matter, Matter(Category::Phishing));
  EXPECT_EQ(reading.observables.at(0).canonical(), "http://login.example.org/a");
  EXPECT_EQ(read_only_report(std::nullopt, feedback("Feedback-Type: fraud\nSource-IP: 192.0.2.1\n")).code, "not_held");
}

TEST(Arf, other_feedback_is_refused_by_name) {
  EXPECT_EQ(read_only_report(std::nullopt, feedback("Feedback-Type: not-spam\nSource-IP: 192.0.2.1\n")).code,
            "out_of_scope");
  EXPECT_EQ(read_only_report(std::nullopt, feedback("Feedback-Type: other\nSource-IP: 192.0.2.1\n")).code, "other");
  EXPECT_EQ(read_only_report(std::nullopt, feedback("Source-IP: 192.0.2.1\n")).code, "unspecified");
}

TEST(MailReport, needs_to_be_told_what_it_is_about) {
  EXPECT_EQ(read_only_report(std::nullopt, words("hxxp://login.example.org/a")).code, "no_category");
}

// Planted bug: the first address wins, defanged or not.
TEST(MailReport, what_was_defanged_goes_before_what_can_be_clicked) {
  const Reading reading =
      read_only_report(Category::Phishing, words("See https://blog.example.net/post about "
                                                 "hxxp://login.example[.]org/a\nme@example.com 4111 1111 1111 1111\n"));
  EXPECT_EQ(reading.code, "") << reading.reason;
  EXPECT_EQ(reading.observables.at(0).canonical(), "http://login.example.org/a");
  EXPECT_EQ(reading.observables.at(1).canonical(), "https://blog.example.net/post");
  EXPECT_NE(reading.kept.find("[redacted:card]"), std::string::npos);
  EXPECT_NE(reading.kept.find("[dropped: image/png, 3 bytes]"), std::string::npos);
  EXPECT_EQ(reading.kept.find("me.png"), std::string::npos);
}

TEST(MailReport, the_mails_own_addresses_are_no_observables) {
  EXPECT_EQ(read_only_report(Category::Fraud, words("no address at all")).code, "no_observable");
}

TEST(MailReport, a_mail_passed_on_is_read_where_its_cover_names_nothing) {
  Mail mail = words("please see below");
  mail.parts.push_back({"text/html", "", "<a href=\"https://login.example.org/b\">x</a>", 1});
  EXPECT_EQ(read_only_report(Category::Phishing, mail).observables.at(0).canonical(), "https://login.example.org/b");
}

TEST(MailReport, xarf_may_come_as_a_part) {
  Mail mail = words("attached");
  mail.parts.push_back(
      {"application/json", "xarf.json",
       R"({"xarf_version":"4.0.0","category":"messaging","type":"spam","source_identifier":"192.0.2.9"})", 0});
  const Reading reading = read_only_report(std::nullopt, mail);
  EXPECT_EQ(reading.matter, Matter(Exposure::SpamSource));
  EXPECT_EQ(reading.token, "2@example.org");
}

// 300 MiB of one letter, in 300 bytes.
constexpr std::string_view kBomb =
    "QlpoOTFBWSZTWcJtKvMBX44BAKAAAAggADCATUZCoCWpCoCXMUFZJlNZwm0q8wFfjgEAoAAACCAAMIBNRkKgJakKgJcxQVkmU1nC"
    "bSrzAV+OAQCgAAAIIAAwgE1GQqAlqQqAlzFBWSZTWcJtKvMBX44BAKAAAAggADCATUZCoCWpCoCXMUFZJlNZwm0q8wFfjgEAoAAA"
    "CCAAMIBNRkKgJakKgJcxQVkmU1nCbSrzAV+OAQCgAAAIIAAwgE1GQqAlqQqAlzFBWSZTWaWqt1oBLBIBBKAAAAEACCAAMMwFKaYi"
    "BSNiRApHi7kinChIZcgprAA=";
// A Shadowserver table of two rows, as it is attached.
constexpr std::string_view kPackedTable =
    "UEsDBBQAAAAAAAAAIlz5WYqsnwAAAJ8AAAAlAAAAMjAyNi0wMS0wMi1zY2FuX3JlZGlzLWV4YW1wbGUtYXNuLmNzdiJ0aW1lc3Rh"
    "bXAiLCJpcCIsInBvcnQiLCJ0YWciLCJtYWNfYWRkcmVzcyIKIjIwMjYtMDEtMDIgMDM6MDQ6MDUiLCIxOTIuMC4yLjEiLDYzNzks"
    "InJlZGlzIiwiMDAtMTEtMjItMzMtNDQtNTUiCiIyMDI2LTAxLTAyIDAzOjA0OjA2IiwiMTkyLjAuMi4yIiw2MzgwLCJyZWRpcyIs"
    "ClBLAQIUAxQAAAAAAAAAIlz5WYqsnwAAAJ8AAAAlAAAAAAAAAAAAAACAAQAAAAAyMDI2LTAxLTAyLXNjYW5fcmVkaXMtZXhhbXBs"
    "ZS1hc24uY3N2UEsFBgAAAAABAAEAUwAAAOIAAAAAAA==";

Mail attached(std::string type, std::string file_name, std::string bytes) {
  Mail mail = words("The report is attached.\n");
  mail.parts.push_back({std::move(type), std::move(file_name), std::move(bytes), 0});
  return mail;
}

// Planted bug: the first row alone.
TEST(MailReport, each_row_of_a_packed_attachment_is_a_report) {
  const auto readings =
      read_mail_report(std::nullopt, attached("application/zip", "t.zip", *from_base64(kPackedTable)));
  ASSERT_EQ(readings.size(), 2u);
  for (const Reading& reading : readings) {
    EXPECT_EQ(reading.code, "") << reading.reason;
    EXPECT_EQ(reading.matter, Matter(Exposure::ExposedService));
    EXPECT_EQ(reading.token, "2@example.org");
    EXPECT_EQ(reading.kept.find("00-11-22"), std::string::npos) << reading.kept;
  }
  EXPECT_EQ(readings[1].observables.at(0).canonical(), "192.0.2.2");
  EXPECT_EQ(readings[1].port, 6380);
  EXPECT_EQ(to_rfc3339(readings[1].seen_at.value()), "2026-01-02T03:04:06.000Z");
  EXPECT_NE(readings[0].kept.find("[dropped: application/zip, "), std::string::npos) << readings[0].kept;
  EXPECT_EQ(readings[1].kept.find("dropped"), std::string::npos);
}

TEST(MailReport, a_bomb_is_refused_and_named) {
  const Reading reading =
      read_only_report(std::nullopt, attached("application/x-bzip2", "t.csv.bz2", *from_base64(kBomb)));
  EXPECT_EQ(reading.code, "malformed");
  EXPECT_NE(reading.reason.find("unpack"), std::string::npos) << reading.reason;
}

TEST(MailReport, a_row_that_cannot_be_read_does_not_take_its_neighbours_with_it) {
  const auto readings = read_mail_report(std::nullopt, attached("text/csv", "2026-01-02-scan_ntp-example.csv",
                                                                "timestamp,ip,port\n"
                                                                "2026-01-02 03:04:05,192.0.2.1,123\n"
                                                                "2026-01-02 03:04:05,\xff\xfe,123\n"
                                                                "2026-01-02 03:04:05,192.0.2.0/24,123\n"
                                                                "2026-01-02 03:04:05,192.0.2.3,\n"
                                                                "2026-01-02 03:04:05,192.0.2.4,123\n"));
  std::vector<std::string> codes;
  for (const Reading& reading : readings) codes.push_back(reading.code);
  EXPECT_EQ(codes, (std::vector<std::string>{"", "malformed", "range", "missing_port", ""}));
  EXPECT_EQ(readings[0].matter, Matter(Exposure::VulnerableService));
}

// Planted bug: rows compared with those of their own part.
TEST(MailReport, what_two_parts_say_is_one_report_and_what_one_says_twice_is_two) {
  Mail mail = attached("text/csv", "a.csv",
                       "timestamp,ip,port,infection\n2026-01-02 03:04:05,192.0.2.1,1,zeus\n"
                       "2026-01-02 03:04:05,192.0.2.1,1,zeus\n");
  mail.parts.push_back({"text/csv", "b.csv",
                        "report_type,event_date,event_time,src_ip,src_port\n"
                        "Shadowserver Botnet Drone,2026-01-02,04:04:05,192.0.2.1,1\n"
                        "Shadowserver Botnet Drone,2026-01-02,04:04:05,192.0.2.7,1\n",
                        0});
  mail.parts[0].bytes = "seen at 2026-01-02 04:04:05 +01:00\n";
  const auto readings = read_mail_report(std::nullopt, mail);
  ASSERT_EQ(readings.size(), 3u);
  EXPECT_EQ(readings[2].observables.at(0).canonical(), "192.0.2.7");
  EXPECT_EQ(to_rfc3339(readings[2].seen_at.value()), "2026-01-02T03:04:05.000Z");
}

TEST(MailReport, a_table_of_any_columns_needs_to_say_what_it_is_about) {
  const char* const csv = "url,seen_at\nhttp://a.example.org/x,2026-01-02T00:00:00Z\n";
  const Reading told = read_only_report(Category::Phishing, attached("text/csv", "x.csv", csv));
  EXPECT_EQ(told.observables.at(0).canonical(), "http://a.example.org/x") << told.reason;
  EXPECT_EQ(read_only_report(std::nullopt, attached("text/csv", "x.csv", csv)).code, "no_category");
}

TEST(MailReport, lines_of_xarf_say_who_attacked_and_not_where) {
  const auto readings = read_mail_report(
      std::nullopt, attached("text/plain", "report.txt",
                             "---\nReported-From: abuse@example.net\nReport-Type: login-attack\nService: ssh\n"
                             "Date: '2026-01-02T03:04:05+01:00'\nSource: 192.0.2.1\nSource-Type: ip-address\n"
                             "Port: 22\nReport-ID: 7@example.net\n"));
  ASSERT_EQ(readings.size(), 1u);
  EXPECT_EQ(readings[0].code, "") << readings[0].reason;
  EXPECT_EQ(readings[0].matter, Matter(Category::IllegalAccess));
  EXPECT_FALSE(readings[0].port);
  EXPECT_EQ(to_rfc3339(readings[0].seen_at.value()), "2026-01-02T02:04:05.000Z");
  EXPECT_EQ(readings[0].kept.find("reported-from"), std::string::npos);
}

// Planted bug: the reporter's own site taken for a place that it reports.
TEST(MailReport, places_on_lines_of_their_own_stand_behind_what_the_program_wrote) {
  Mail mail = attached("text/plain", "report.txt",
                       "Report-Type: phishing\nReport-ID: 7\nSource: http://a.example.org/login\nPort: 80\n");
  mail.parts[0].bytes =
      "A phishing site:\n\nhttp://a.example.org/also [2/3] [192.0.2.9]\n\nhttps://portal.example.org/ticket\n"
      "https://portal.reporter.test/ticket\nSee https://help.example.com for more, it is at IP address 192.0.2.8.\n";
  mail.headers[1].second = "Reporter <alerts@reporter.test>";
  const Reading reading = read_only_report(std::nullopt, mail);
  std::vector<std::string> found;
  for (const Observable& one : reading.observables) found.push_back(one.canonical());
  EXPECT_EQ(found, (std::vector<std::string>{"http://a.example.org/login", "http://a.example.org/also", "192.0.2.9",
                                             "https://portal.example.org/ticket", "192.0.2.8"}));
}

TEST(MailReport, child_abuse_in_any_part_leaves_nothing_of_the_mail) {
  Mail mail =
      attached("text/plain", "report.txt", "Report-Type: phishing\nReport-ID: 7\nSource: http://a.example.org/login\n");
  mail.parts.push_back({"text/plain", "second.txt", "Report-Type: child-abuse\nReport-ID: 8\nSource: 192.0.2.1\n", 0});
  const Reading reading = read_only_report(std::nullopt, mail);
  EXPECT_EQ(reading.code, "csam");
  EXPECT_EQ(reading.token, "");
}

TEST(MailReport, a_notice_of_copyright_is_refused_by_its_name) {
  const Reading reading = read_only_report(
      Category::Phishing, words("Notice of claimed infringement, http://pirate.example.org/\n"
                                "<Infringement xmlns=\"http://www.acns.net/ACNS\"><Case/></Infringement>\n"));
  EXPECT_EQ(reading.code, "copyright");
}

// ---- mail that was passed on

struct PassedOnCase {
  std::string name, text;
};

std::vector<PassedOnCase> passed_on_cases() {
  const std::string note = "Hello, I got this. My own site is https://me.example.com and I am me@example.com\n\n";
  const std::string inner = "Your account is locked: http://login.example.org/a\nAsk help@fraud.example.org\n";
  std::vector<PassedOnCase> cases{
      {"gmail", note +
                    "---------- Forwarded message ---------\nFrom: Bank <no-reply@bank.example.net>\n"
                    "Date: Fri, 2 Jan 2026 03:04:05 +0000\nSubject: Locked\nTo: <me@example.com>\n\n" +
                    inner},
      {"apple", note +
                    "Begin forwarded message:\n\n> From: Bank <no-reply@bank.example.net>\n> Subject: Locked\n"
                    "> Date: Fri, 2 Jan 2026 03:04:05 +0000\n> To: me@example.com\n> \n> " +
                    replace_all(inner, "\n", "\n> ") + "\n"},
      {"russian", note +
                      "-------- Пересылаемое сообщение --------\nОт кого: Банк <no-reply@bank.example.net>\n"
                      "Кому: me@example.com\nДата: Fri, 2 Jan 2026 03:04:05 +0000\nТема: Срочно\n\n" +
                      inner + "-------- Конец пересылаемого сообщения --------\nhttps://me.example.com/signature\n"},
      {"mail.ru", note +
                      "-------- Пересланное сообщение --------\nТема: Срочно\n"
                      "Дата: Fri, 2 Jan 2026 03:04:05 +0000\nОт: no-reply@bank.example.net\n\n" +
                      inner},
      {"kazakh", note +
                     "---------- Қайта жіберілген хабарлама ----------\nКімнен: no-reply@bank.example.net\n"
                     "Күні: Fri, 2 Jan 2026 03:04:05 +0000\nТақырыбы: Шұғыл\n\n" +
                     inner},
      {"chinese", note +
                      "---------- 转发邮件 ----------\n发件人：no-reply@bank.example.net\n"
                      "日期：Fri, 2 Jan 2026 03:04:05 +0000\n主题：紧急\n收件人：me@example.com\n\n" +
                      inner},
      {"outlook", note +
                      "From: Bank <no-reply@bank.example.net>\nSent: Fri, 2 Jan 2026 03:04:05 +0000\n"
                      "To: me@example.com\nSubject: Locked\n\n" +
                      inner},
      {"quoted", note + "> " + replace_all(inner, "\n", "\n> ") + "\n-- \nMe, https://me.example.com/card\n"},
  };
  // Where the program repeats no headers, the line alone says where the mail inside begins.
  for (const char* marker :
       {"---------- Forwarded message ---------", "Begin forwarded message:", "-----Original Message-----",
        "-------- Пересылаемое сообщение --------", "-------- Пересланное сообщение --------",
        "---------- Қайта жіберілген хабарлама ----------", "---------- 转发邮件 ----------", "---- 原始邮件 ----"})
    cases.push_back({std::string("bare ") + marker, note + marker + "\n\n" + inner});
  return cases;
}

// Planted bugs: the whole text read where a marker stands; the marker's language missing from the list; what stands
// below the end of it read.
TEST(MailReport, of_a_mail_that_was_passed_on_only_the_mail_inside_is_read) {
  for (const PassedOnCase& one : passed_on_cases()) {
    Mail mail = words(one.text);
    mail.headers[1].second = "Me <me@example.com>";
    const Reading reading = read_only_report(Category::Phishing, mail);
    ASSERT_EQ(reading.code, "") << one.name << ": " << reading.reason;
    EXPECT_EQ(reading.observables.at(0).canonical(), "http://login.example.org/a") << one.name;
    for (const Observable& also : reading.observables)
      EXPECT_EQ(also.canonical().find("example.com"), std::string::npos) << one.name << ": " << also.canonical();
    EXPECT_EQ(reading.kept.find("me.example.com"), std::string::npos) << one.name << ": " << reading.kept;
    EXPECT_EQ(reading.kept.find("I got this"), std::string::npos) << one.name;
    if (one.name != "quoted" && !one.name.starts_with("bare ")) {
      ASSERT_TRUE(reading.seen_at) << one.name;
      EXPECT_EQ(to_rfc3339(*reading.seen_at), "2026-01-02T03:04:05.000Z") << one.name;
    }
  }
}

TEST(MailReport, an_attached_mail_goes_before_the_words_around_it) {
  Mail mail =
      words("Please see https://portal.example.com/ticket/1 and the attached mail.\n-- \nhttps://me.example.com\n");
  mail.enclosed_headers = {
      {{"Subject", "Locked"}, {"Date", "Fri, 2 Jan 2026 03:04:05 +0000"}, {"To", "me@example.com"}}};
  mail.parts.push_back({"text/plain", "", "see http://login.example.org/plain", 1});
  mail.parts.push_back({"text/html", "",
                        "<a href=\"http://login.example.org/b\">https://bank.example.net/</a>"
                        "<img src=\"https://pixel.example.net/t.gif\">",
                        1});
  const Reading reading = read_only_report(Category::Phishing, mail);
  std::vector<std::string> found;
  for (const Observable& one : reading.observables) found.push_back(one.canonical());
  EXPECT_EQ(found, (std::vector<std::string>{"http://login.example.org/b", "https://bank.example.net/",
                                             "http://login.example.org/plain"}));
  EXPECT_EQ(to_rfc3339(reading.seen_at.value()), "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(reading.kept.find("portal.example.com"), std::string::npos);
}

TEST(MailReport, whoever_breaks_an_address_on_purpose_names_what_is_reported) {
  Mail mail = words("It is hxxp://login.example[.]org/a, see the attached mail.\n-- \nhttps://me.example.com\n");
  mail.parts.push_back({"text/plain", "", "https://bank.example.net/", 1});
  const Reading reading = read_only_report(Category::Phishing, mail);
  ASSERT_EQ(reading.observables.size(), 1u) << reading.reason;
  EXPECT_EQ(reading.observables[0].canonical(), "http://login.example.org/a");
}

// Planted bug: text/html as it stands.
TEST(MailReport, of_a_page_what_is_shown_and_where_links_lead_is_read_and_no_image) {
  Mail mail;
  mail.headers = {{"From", "me@example.com"}, {"Subject", "look"}};
  mail.parts = {
      {"text/html", "",
       "<html><head><style>@import url(https://fonts.example.net/a.css);</style></head><body>"
       "<p>Is this <a class=\"x\" href=\"http://login.example.org/a?x=1&amp;y=2\">https://bank.example.net/</a>?"
       "<img src=\"https://pixel.example.net/t.gif\"><script>var a='https://script.example.net/'</script>"
       "<form action='http://drop.example.org/post'><input></form></body></html>",
       0}};
  const Reading reading = read_only_report(Category::Phishing, mail);
  std::vector<std::string> found;
  for (const Observable& one : reading.observables) found.push_back(one.canonical());
  EXPECT_EQ(found, (std::vector<std::string>{"http://login.example.org/a?x=1&y=2", "https://bank.example.net/",
                                             "http://drop.example.org/post"}));
  EXPECT_EQ(reading.kept.find("pixel"), std::string::npos) << reading.kept;
}

}  // namespace
}  // namespace cordon
