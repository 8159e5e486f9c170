// Real mail (issue "Volume", Done when): notices leave by STARTTLS and a login through a Postfix of Debian into a
// Dovecot's mailboxes; what comes back – failures that Postfix itself writes, and replies of every kind and language of
// referral/reply_samples_for_tests.h – is read by IMAP, finds its request and no other.
#include "net/mail.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "../desk/sent_requests.h"
#include "base/samples_for_tests.h"
#include "desk/answers.h"
#include "desk/commands.h"
#include "desk/sources.h"
#include "mail_servers.h"
#include "net/smtp.h"
#include "referral/reply_samples_for_tests.h"

namespace cordon::testing_desk {
namespace {

constexpr const char* kDeskAddress = "desk@test-desk.example.net";
constexpr const char* kReportsAddress = "reports@test-desk.example.net";
constexpr int kHosts = 20;  // of which the last has no mailbox
constexpr int kMailboxes = 19;

std::string contact_of(int host) {
  return (host < kMailboxes ? "abuse@h" : "nobody@h") + std::to_string(host < kMailboxes ? host : 0) + ".example.net";
}

std::vector<std::string> all_addresses() {
  std::vector<std::string> all{kDeskAddress, kReportsAddress};
  for (int host = 0; host < kMailboxes; ++host) all.push_back(contact_of(host));
  return all;
}

class RealMail : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = MailServers::missing(); !why.empty()) GTEST_SKIP() << "cordon: no real mail: " << why;
    servers_ = std::make_unique<MailServers>(all_addresses());
    desk_ = std::make_unique<SiteDesk>();
    desk_->enrol("analyst1", {Role::Analyst});
    desk_->enrol("approver1", {Role::Approver});
  }

  // Opens the desk with `count` contacts and these servers.
  void set_up(std::int64_t count) {
    desk_->close();
    std::string contacts = SiteDesk::read(desk_->paths().contacts());
    for (std::int64_t i = 1; i <= count; ++i)
      contacts += "[[contact]]\nrecipient = \"host\"\nfor = \"bank-" + std::to_string(i) +
                  ".example.com\"\naddress = \"" + contact_of(static_cast<int>(i % kHosts)) +
                  "\"\nname = \"Host of a test\"\n";
    SiteDesk::write(desk_->paths().contacts(), contacts);
    SiteDesk::write(desk_->paths().desk + "/mail.password", MailServers::kPassword);
    SiteDesk::write(desk_->paths().settings(),
                    replace_all(SiteDesk::read(desk_->paths().settings()), "courier = \"maildir\"",
                                "courier = \"smtp\"\nsmtp_url = \"" + servers_->smtp() + "\"\nsmtp_user = \"" +
                                    kDeskAddress + "\"\nsmtp_password_file = \"mail.password\"\nsmtp_authorities = \"" +
                                    servers_->authorities() + "\"\nletters_a_minute = 6000") +
                        "\n[answers]\nplus_address = true\nimap = \"" + servers_->imap() + "\"\nimap_user = \"" +
                        kDeskAddress + "\"\nimap_password_file = \"mail.password\"\n");
    desk_->open();
  }

  std::vector<NoticeId> approve(std::int64_t count) {
    std::vector<NoticeId> all;
    for (std::int64_t i = 0; i < count; ++i) {
      const Proposed proposed = propose_phishing(*desk_, "analyst1");
      approve_proposed(*desk_, proposed, "approver1");
      all.push_back(proposed.notice);
      contacts_.emplace(proposed.notice, proposed.wish.contact);
    }
    return all;
  }

  bool eventually(const std::function<bool()>& so, int seconds = 60) const {
    for (int i = 0; i < seconds * 20; ++i) {
      if (so()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  // Everything that lies in the hosts' mailboxes, by its Message-ID.
  std::map<std::string, std::vector<Mail>> delivered() const {
    std::map<std::string, std::vector<Mail>> all;
    for (int host = 0; host < kMailboxes; ++host) {
      for (const std::string& bytes : servers_->mails(contact_of(host))) {
        Mail mail = *read_mail(bytes);
        const std::string id = mail.header("Message-ID");
        all[id.substr(1, id.size() - 2)].push_back(std::move(mail));
      }
    }
    return all;
  }
  std::string message_id_of(const NoticeId& notice) const { return notice.text() + "@test-desk.example.net"; }
  bool has_mailbox(const NoticeId& notice) const { return contacts_.at(notice).starts_with("abuse@"); }

  std::unique_ptr<MailServers> servers_;
  std::unique_ptr<SiteDesk> desk_;
  std::map<NoticeId, std::string> contacts_;
  std::mutex in_use_;
};

// Planted bug: In-Reply-To and References not looked at, with letters left as they were written (5 of 40 find nothing).
TEST_F(RealMail, notices_arrive_and_every_reply_finds_its_request_and_no_other) {
  const std::int64_t count = samples("CORDON_MAIL_NOTICES", 40, 124, 1000);
  set_up(count);
  const auto began = std::chrono::steady_clock::now();
  const std::vector<NoticeId> notices = approve(count);
  const Result<std::int64_t> sent = send_what_waits(desk_->desk());
  ASSERT_TRUE(sent) << sent.error().message << "\n" << servers_->logs();
  ASSERT_EQ(*sent, count);
  ASSERT_TRUE(eventually([&] { return servers_->queued() == 0; })) << servers_->logs();

  const auto letters = delivered();
  std::int64_t without_mailbox = 0;
  SmtpTalk talk({servers_->smtp(), kDeskAddress, MailServers::kPassword, servers_->authorities()});
  for (std::size_t i = 0; i < notices.size(); ++i) {
    const auto letter = letters.find(message_id_of(notices[i]));
    if (!has_mailbox(notices[i])) {
      EXPECT_EQ(letter, letters.end());
      ++without_mailbox;
      continue;
    }
    ASSERT_NE(letter, letters.end()) << "a notice that did not arrive\n" << servers_->logs();
    EXPECT_EQ(letter->second.size(), 1u);
    const Mail& mail = letter->second.front();
    AnsweredLetter answered{kDeskAddress, contacts_.at(notices[i]), letter->first, {}, mail.header("Subject")};
    answered.code = mail.header("X-Cordon-Answer");
    EXPECT_EQ(mail.header("Reply-To"), answer_address(kDeskAddress, {answered.code, true}));
    EXPECT_TRUE(answered.subject.ends_with("[" + answered.code + "]"));
    const auto names = static_cast<Names>(i % 4);
    const int number = static_cast<int>(i % kReplySamples), language = static_cast<int>(i / kReplySamples % 4);
    const ReplySample sample = reply_sample(number, language, answered, names, "reply-" + std::to_string(i));
    const std::string to = names == Names::Address || names == Names::Everything
                               ? answer_address(kDeskAddress, {answered.code, true})
                               : std::string(kDeskAddress);
    const Result<SmtpAnswer> answer = talk.send(answered.contact, to, sample.mail);
    ASSERT_TRUE(answer && answer->outcome == SmtpOutcome::Taken)
        << (answer ? answer->line : answer.error().message) << "\n"
        << sample.mail;
  }
  ASSERT_TRUE(eventually([&] {
    return servers_->queued() == 0 && servers_->mails(kDeskAddress).size() == static_cast<std::size_t>(count);
  })) << servers_->mails(kDeskAddress).size()
      << " of " << count << "\n"
      << servers_->logs();

  // Twice: what was taken is not taken again.
  const Result<MailboxRead> read = read_mailbox(desk_->desk(), in_use_);
  ASSERT_TRUE(read) << read.error().message << "\n" << servers_->logs();
  EXPECT_EQ(read->mails, count);
  const Result<MailboxRead> again = read_mailbox(desk_->desk(), in_use_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->mails, 0);

  std::int64_t matched = 0, wrong = 0, bounced = 0;
  for (std::size_t i = 0; i < notices.size(); ++i) {
    const std::vector<KeptAnswer> answers = *desk_->store().answers_of(notices[i]);
    const Action action = *desk_->store().find_action(Sight::of_software(), notices[i]);
    if (!has_mailbox(notices[i])) {
      const bool right =
          answers.size() == 1 && answers.front().came.kind == ReplyKind::Failed && action.state == ActionState::Bounced;
      EXPECT_TRUE(right) << answers.size() << " " << name(action.state);
      matched += right ? 1 : 0;
      bounced += right ? 1 : 0;
      continue;
    }
    if (answers.empty()) continue;
    const ReplySample sample = reply_sample(static_cast<int>(i % kReplySamples), 0, {}, Names::Everything, "x");
    const AnswerCame& came = answers.front().came;
    const bool right = answers.size() == 1 && came.kind == sample.kind && came.proposed == sample.proposed;
    EXPECT_TRUE(right) << sample.what << ": " << answers.size() << " answers, " << name(came.kind);
    matched += right ? 1 : 0;
    wrong += right ? 0 : 1;
  }
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
  std::cout << "mail: " << count << " notices by STARTTLS, " << without_mailbox << " of them to nobody; " << matched
            << " replies matched, " << wrong << " wrong, " << bounced << " failures proven; " << ms << " ms\n";
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(matched * 100, count * 99);
  EXPECT_EQ(bounced, without_mailbox);
  desk_->expect_replays();
}

// Planted bugs: a mail is off the server before it is in the record; it is not off the server at all.
TEST_F(RealMail, a_mailbox_of_reports_is_emptied_and_nothing_comes_twice) {
  constexpr std::size_t kMails = 12;
  set_up(1);
  desk_->close();
  SiteDesk::write(desk_->paths().settings(), SiteDesk::read(desk_->paths().settings()) +
                                                 "\n[sources.box]\nkind = \"imap\"\nplace = \"" + servers_->imap() +
                                                 "\"\nuser = \"" + kReportsAddress +
                                                 "\"\npassword_file = \"mail.password\"\ncategory = \"phishing\"\n");
  desk_->open();
  SmtpTalk talk({servers_->smtp(), kDeskAddress, MailServers::kPassword, servers_->authorities()});
  for (std::size_t i = 0; i < kMails; ++i) {
    const std::string number = std::to_string(i);
    const Result<SmtpAnswer> answer = talk.send(
        "reporter@h0.example.net", kReportsAddress,
        "From: reporter@h0.example.net\r\nTo: " + std::string(kReportsAddress) + "\r\nSubject: phishing " + number +
            "\r\nMessage-ID: <report-" + number + "@h0.example.net>\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\n\r\n" +
            "This page copies a bank: hxxp://bank-" + number + "[.]example[.]com/login\r\n");
    ASSERT_TRUE(answer && answer->outcome == SmtpOutcome::Taken) << servers_->logs();
  }
  ASSERT_TRUE(eventually([&] { return servers_->mails(kReportsAddress).size() == kMails; })) << servers_->logs();

  const auto taken_in = [&] { return desk_->store().counts()->number_or("reports", -1); };
  {
    // A desk that ends between the record and the server.
    const Sources sources(desk_->paths(), desk_->desk().settings());
    const PolledSource box = *sources.find("box");
    const auto first = sources.fetch(box, desk_->clock().now());
    ASSERT_TRUE(first) << first.error().message << "\n" << servers_->logs();
    ASSERT_TRUE(*first);
    EXPECT_EQ(servers_->mails(kReportsAddress).size(), kMails);
    EXPECT_TRUE(sources.take(desk_->desk(), box, **first));
    EXPECT_EQ(servers_->mails(kReportsAddress).size(), kMails) << "taking it in asks nobody on the net";
    EXPECT_EQ(taken_in(), 1);
  }
  Call call;
  call.arguments = Json::Object{{"source", "box"}};
  std::int64_t lines = 0;
  const Result<Nothing> done = source_poll(desk_->desk(), call, [&](const Json&) { ++lines; });
  ASSERT_TRUE(done) << done.error().message << "\n" << servers_->logs();
  EXPECT_EQ(lines, static_cast<std::int64_t>(kMails));
  EXPECT_EQ(taken_in(), static_cast<std::int64_t>(kMails));
  EXPECT_EQ(servers_->mails(kReportsAddress).size(), 0u) << "no second copy in the clear stays";

  SiteDesk::write(desk_->paths().desk + "/mail.password", "another password");
  desk_->open();
  const Result<Nothing> refused = source_poll(desk_->desk(), call, [](const Json&) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::Unavailable) << refused.error().message;
  EXPECT_EQ(refused.error().message.find("another password"), std::string::npos);
  desk_->expect_replays();
}

// Postfix is killed while letters leave, started again on the same queue, and the desk tries again when the time for it
// has come. Planted bug: a server that cannot be reached counted as having taken the letter.
TEST_F(RealMail, a_server_that_is_killed_loses_no_notice_and_each_has_one_message_id) {
  const std::int64_t count = samples("CORDON_MAIL_KILLED", 20, 60, 300);
  set_up(count);
  const std::vector<NoticeId> notices = approve(count);
  constexpr std::int64_t kOfRound = 6;
  int kills = 0;
  for (int round = 0; round < 2 * count / kOfRound + 40; ++round) {
    std::thread killer;
    if (round < std::max<std::int64_t>(6, count / kOfRound))
      killer = std::thread([&, round] {
        std::this_thread::sleep_for(std::chrono::milliseconds(15 + 23 * (round % 6)));
        servers_->kill_postfix();
      });
    const Result<std::int64_t> sent = send_what_waits(desk_->desk(), kOfRound);
    if (killer.joinable()) {
      killer.join();
      ++kills;
      servers_->start_postfix();
    }
    ASSERT_TRUE(sent || may_wait(sent.error())) << sent.error().message;
    desk_->clock().advance(kHourMs / 2);
    if (desk_->store().waiting_notices(desk_->clock().now() + kDayMs)->empty()) break;
  }
  ASSERT_TRUE(desk_->store().waiting_notices(desk_->clock().now() + kDayMs)->empty());
  ASSERT_TRUE(eventually([&] { return servers_->queued() == 0; })) << servers_->logs();
  const auto letters = delivered();
  std::size_t twice = 0;
  for (const NoticeId& notice : notices) {
    if (!has_mailbox(notice)) continue;
    const auto letter = letters.find(message_id_of(notice));
    ASSERT_NE(letter, letters.end()) << "lost: " << notice.text() << "\n" << servers_->logs();
    twice += letter->second.size() > 1 ? 1 : 0;
  }
  for (const auto& [id, copies] : letters)
    EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [&, &wanted = id](const NoticeId& notice) {
      return message_id_of(notice) == wanted;
    })) << id;
  std::cout << "mail: " << count << " notices through " << kills << " kills of Postfix; " << twice
            << " arrived more than once, 0 lost\n";
}

}  // namespace
}  // namespace cordon::testing_desk
