// What becomes of a letter that a server does not take, and of what comes back: on record, before an officer, and never
// decided by the software but where the server's notice proves itself. Each promise names the planted bug that turns it
// red.
#include "desk/answers.h"

#include <fcntl.h>

#include <filesystem>
#include <map>
#include <mutex>

#include "base/samples_for_tests.h"
#include "desk/couriers.h"
#include "desk/doctor.h"
#include "desk/notice_pack.h"
#include "desk/retention.h"
#include "mail_server.h"
#include "net/http_server.h"
#include "referral/notice_proof.h"
#include "referral/reply_samples_for_tests.h"
#include "sent_requests.h"

namespace cordon::testing_desk {
namespace {

class Answers : public testing::Test {
 protected:
  Answers() {
    for (const auto& [login, role] :
         std::initializer_list<std::pair<const char*, Role>>{{"analyst1", Role::Analyst},
                                                             {"approver1", Role::Approver},
                                                             {"auditor1", Role::Auditor},
                                                             {"reviewer1", Role::AppealReviewer}})
      desk_.enrol(login, {role});
  }
  // Each target's host is asked at an address of its own.
  void with_settings(const std::string& send, const std::string& more = {}) {
    desk_.close();
    std::string contacts = SiteDesk::read(desk_.paths().contacts());
    for (int i = 1; i <= 60; ++i)
      contacts += "[[contact]]\nrecipient = \"host\"\nfor = \"bank-" + std::to_string(i) +
                  ".example.com\"\naddress = \"" + contact(i) + "\"\nname = \"Host\"\n";
    SiteDesk::write(desk_.paths().contacts(), contacts);
    std::string settings = SiteDesk::read(desk_.paths().settings());
    if (!send.empty()) settings = replace_all(settings, "courier = \"maildir\"", send);
    SiteDesk::write(desk_.paths().settings(), settings + more);
    desk_.open();
  }
  void with_server(const std::string& more = {}) {
    with_settings("courier = \"smtp\"\nsmtp_url = \"" + server_.url() + "\"\n", more);
  }
  static std::string contact(int i) { return "abuse@h" + std::to_string(i) + ".example.net"; }
  // One of bank-1, bank-2, … that is approved and whose line is public.
  NoticeId approved() {
    const Proposed proposed = propose_phishing(desk_, "analyst1");
    approve_proposed(desk_, proposed, "approver1");
    return proposed.notice;
  }
  NoticeId sent() {
    const NoticeId notice = approved();
    EXPECT_EQ(*send_approved(desk_.desk()), 1);
    return notice;
  }
  Action action(const NoticeId& notice) { return *desk_.store().find_action(Sight::of_software(), notice); }
  Proposed proposed(const NoticeId& notice) {
    return desk_.store().find_proposal(Sight::of_software(), action(notice).proposal)->proposed;
  }
  AnsweredLetter letter(const NoticeId& notice) {
    AnsweredLetter letter{"desk@test-desk.example.net",
                          proposed(notice).wish.contact,
                          notice.text() + "@test-desk.example.net",
                          answer_way(desk_.desk(), notice).code,
                          {}};
    letter.subject = "Warning: phishing [" + letter.code + "]";
    return letter;
  }
  TakenAnswer take(const std::string& mail) {
    const auto taken = take_answers(desk_.desk(), {mail});
    CORDON_CHECK(taken && taken->size() == 1, "a test's answer");
    return taken->front();
  }
  TakenAnswer take(int sample, const NoticeId& notice, Names names = Names::Everything, const std::string& id = "r") {
    return take(reply_sample(sample, 0, letter(notice), names, id).mail);
  }
  LetterRow letter_row(const NoticeId& notice) { return desk_.store().letters_of(notice)->front(); }
  Look doctor(const std::string& what) {
    for (const Look& one : examine(desk_.paths(), desk_.clock(), AskOwner::No))
      if (one.what == what) return one;
    ADD_FAILURE() << "nothing is said of " << what;
    return {};
  }

  SiteDesk desk_;
  MailServer server_;
};

// ── letters ──

// Planted bug: a refusal passed on as an error, as before: the letter waits for ever and no officer sees why.
TEST_F(Answers, a_refused_address_keeps_no_letter_back_and_is_shown_to_officers) {
  with_server();
  std::vector<NoticeId> notices;
  for (int i = 0; i < 5; ++i) notices.push_back(approved());
  server_.say(proposed(notices[1]).wish.contact, "550 5.1.1 no such mailbox \x1b[31m");
  const Result<std::int64_t> left = send_what_waits(desk_.desk());
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_EQ(*left, 4);
  EXPECT_EQ(server_.taken().size(), 4u);
  EXPECT_EQ(server_.connections(), 2) << "one connection for a run, and one behind the refusal";
  for (std::size_t i = 0; i < notices.size(); ++i)
    EXPECT_EQ(action(notices[i]).state, i == 1 ? ActionState::Bounced : ActionState::Delivered) << i;
  const LetterRow row = letter_row(notices[1]);
  EXPECT_EQ(row.state, LetterState::Refused);
  EXPECT_EQ(row.tries->line, "550 5.1.1 no such mailbox ?[31m");
  EXPECT_EQ(desk_.store().bounces_of(proposed(notices[1]).wish.contact)->count, 1);
  EXPECT_EQ(desk_.store().bounces_of(proposed(notices[0]).wish.contact)->count, 0);

  EXPECT_EQ(doctor("deliveries").wellness, Wellness::Look);
  EXPECT_NE(doctor("deliveries").says.find("550 5.1.1 no such mailbox"), std::string::npos);
  const http::Response page = desk_.ask_as("analyst1", {"GET", "/notices/" + notices[1].text()});
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("The server refused it for good"), std::string::npos);
  EXPECT_NE(page.body.find("550 5.1.1 no such mailbox"), std::string::npos);
  const Json shown = body_of_reply(desk_.ask_as("analyst1", {"GET", "/api/v1/notices/" + notices[1].text()}));
  EXPECT_EQ(shown.find("letters")->array()->front().text_or("state"), "refused");

  const int connections = server_.connections();
  desk_.clock().advance(kHourMs);
  EXPECT_EQ(*send_what_waits(desk_.desk()), 0);
  EXPECT_EQ(server_.connections(), connections) << "it is not tried again";
  desk_.expect_replays();
}

// Planted bug: the fifth day never seen.
TEST_F(Answers, a_letter_that_is_taken_later_waits_its_time_over_restarts_and_is_given_up_after_five_days) {
  with_server();
  const NoticeId later = approved(), never = approved(), now = approved();
  server_.say(proposed(later).wish.contact, "451 4.7.1 greylisted");
  server_.say(proposed(never).wish.contact, "452 4.2.2 mailbox full");
  EXPECT_EQ(*send_what_waits(desk_.desk()), 1);
  EXPECT_EQ(action(now).state, ActionState::Delivered);
  EXPECT_EQ(action(later).state, ActionState::Approved);
  EXPECT_EQ(letter_row(later).tries->tries, 1);

  EXPECT_EQ(*send_what_waits(desk_.desk()), 0);
  EXPECT_EQ(letter_row(later).tries->tries, 1) << "not before its time";
  desk_.open();
  EXPECT_EQ(letter_row(later).tries->tries, 1) << "nor by a restart";

  desk_.clock().advance(kFirstRetryMs * 5 / 4);
  server_.say(proposed(later).wish.contact, "");
  EXPECT_EQ(*send_what_waits(desk_.desk()), 1);
  EXPECT_EQ(action(later).state, ActionState::Delivered);
  EXPECT_EQ(letter_row(later).state, LetterState::Sent);

  for (int i = 0; i < 60 && action(never).state == ActionState::Approved; ++i) {
    desk_.clock().advance(kLongestRetryMs * 5 / 4);
    ASSERT_TRUE(send_what_waits(desk_.desk()));
  }
  EXPECT_EQ(action(never).state, ActionState::Bounced);
  EXPECT_EQ(letter_row(never).state, LetterState::Undeliverable);
  EXPECT_GT(letter_row(never).tries->tries, 20);
  desk_.expect_replays();
}

// The line is cut when the server has every byte: each notice arrives at least once, and has one Message-ID. Planted
// bug: an unknown outcome counted as sent (with a server that dropped it, that is a loss), or taken for a server that
// is away (then one such letter stops the run).
TEST_F(Answers, a_server_lost_behind_data_gets_each_letter_again_under_the_same_message_id) {
  with_server();
  const auto count = static_cast<int>(samples("CORDON_CUT_LETTERS", 10, 25, 55));
  std::vector<NoticeId> notices;
  for (int i = 0; i < count; ++i) notices.push_back(approved());
  server_.cut_behind(count / 2);
  ASSERT_TRUE(send_what_waits(desk_.desk()));
  desk_.clock().advance(2 * kFirstRetryMs);
  ASSERT_TRUE(send_what_waits(desk_.desk()));
  const auto taken = server_.taken();
  EXPECT_EQ(taken.size(), notices.size());
  int twice = 0;
  for (const NoticeId& notice : notices) {
    EXPECT_EQ(action(notice).state, ActionState::Delivered);
    const auto found = taken.find(notice.text() + "@test-desk.example.net");
    ASSERT_NE(found, taken.end()) << "lost";
    twice += found->second > 1 ? 1 : 0;
  }
  EXPECT_EQ(twice, count / 2);
}

// Planted bug: a server that cannot be reached counted as having taken the letter.
TEST_F(Answers, a_server_that_takes_nothing_from_us_refuses_no_address) {
  with_server();
  const NoticeId notice = approved();
  desk_.close();
  SiteDesk::write(desk_.paths().settings(),
                  replace_all(SiteDesk::read(desk_.paths().settings()), server_.url(), "smtp://127.0.0.1:1"));
  desk_.open();
  EXPECT_FALSE(send_what_waits(desk_.desk()));
  EXPECT_EQ(action(notice).state, ActionState::Approved);
  EXPECT_TRUE(desk_.store().letters_of(notice)->empty());
}

// Planted bug: the pace not asked.
TEST_F(Answers, letters_to_one_domain_leave_at_its_pace) {
  with_settings("courier = \"smtp\"\nletters_a_minute = 3\nsmtp_url = \"" + server_.url() + "\"\n");
  desk_.close();
  SiteDesk::write(desk_.paths().contacts(),
                  replace_all(SiteDesk::read(desk_.paths().contacts()), "abuse@h5.", "abuse@other."));
  std::string contacts = SiteDesk::read(desk_.paths().contacts());
  for (int i = 1; i <= 60; ++i) contacts = replace_all(contacts, "@h" + std::to_string(i) + ".", "@one.");
  SiteDesk::write(desk_.paths().contacts(), contacts);
  desk_.open();
  std::vector<NoticeId> notices;
  for (int i = 0; i < 6; ++i) notices.push_back(approved());
  EXPECT_EQ(*send_what_waits(desk_.desk()), 4) << "three to one domain, and the one to another";
  EXPECT_EQ(*send_what_waits(desk_.desk()), 0);
  desk_.clock().advance(60'000);
  EXPECT_EQ(*send_what_waits(desk_.desk()), 2);
}

// Planted bug: a refusal passed on as an error.
TEST_F(Answers, who_names_a_webhook_gets_the_letter_signed_by_post) {
  std::mutex mutex;
  int status = 500;
  std::vector<http::Request> posted;
  const auto server = *http::Server::listen("127.0.0.1", 0, [&](const http::Request& request) {
    const std::lock_guard lock(mutex);
    posted.push_back(request);
    return http::Response{status, "text/plain", "said\n", {}};
  });
  const auto says = [&](int with) {
    const std::lock_guard lock(mutex);
    status = with;
  };
  with_server("\n[send.webhooks]\n\"" + contact(1) + "\" = \"http://127.0.0.1:" + std::to_string(server->port()) +
              "/in\"\n\"" + contact(3) + "\" = \"http://127.0.0.1:" + std::to_string(server->port()) + "/in\"\n");
  const NoticeId by_post = approved(), by_mail = approved();
  EXPECT_EQ(*send_what_waits(desk_.desk()), 1);
  EXPECT_EQ(action(by_mail).state, ActionState::Delivered);
  EXPECT_EQ(server_.taken().size(), 1u);
  EXPECT_EQ(letter_row(by_post).tries->tries, 1) << "a 500 is for now";
  says(202);
  desk_.clock().advance(2 * kFirstRetryMs);
  EXPECT_EQ(*send_what_waits(desk_.desk()), 1);
  EXPECT_EQ(action(by_post).state, ActionState::Delivered);
  ASSERT_EQ(posted.size(), 2u);
  const std::string body = posted.back().body;
  EXPECT_TRUE(verify(*parse_public_key(posted.back().header("cordon-key")), "cordon/letter/1\n" + body,
                     *parse_signature(posted.back().header("cordon-signature"))));
  const auto verdict = check_notice(parse_json(body)->text_or("mail"), desk_.store().founded()->log_key);
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->text_or("notice"), by_post.text());

  says(410);
  const NoticeId gone = approved();
  EXPECT_EQ(*send_what_waits(desk_.desk()), 0);
  EXPECT_EQ(action(gone).state, ActionState::Bounced);
  EXPECT_EQ(letter_row(gone).tries->line, "HTTP 410 said?");
}

// ── what comes back ──

// Planted bug: the envelope's sender without the code.
TEST_F(Answers, a_letter_says_how_to_answer_it_and_its_code_is_its_recipients_alone) {
  with_server("\n[answers]\nplus_address = true\n");
  const NoticeId notice = sent(), other = sent();
  const std::string code = answer_way(desk_.desk(), notice).code;
  EXPECT_NE(code, answer_way(desk_.desk(), other).code);
  EXPECT_EQ(server_.senders().front(), answer_address("desk@test-desk.example.net", {code, true}));
  const std::string body = *desk_.store().blobs().get(proposed(notice).body_blob());
  EXPECT_EQ(body.find(code), std::string::npos);
  EXPECT_NE(body.find("How to answer"), std::string::npos);
  EXPECT_EQ(*desk_.store().notice_of_answer_code(*digest_of_receipt(code)), notice);
  EXPECT_EQ(desk_.store().letter(notice.text() + "@TEST-desk.example.net")->value().notice, notice);
  const http::Response page = desk_.ask_as("analyst1", {"GET", "/notices/" + notice.text()});
  EXPECT_EQ(page.body.find(code), std::string::npos) << "officers need it for nothing";
}

// Planted bug: a person's answer noted like an automatic one, so that no officer sees it.
TEST_F(Answers, what_a_person_answers_waits_for_an_officer_with_what_it_proposes) {
  with_settings("");
  const NoticeId notice = sent();
  const TakenAnswer taken = take(26, notice);
  EXPECT_EQ(taken.outcome, AnswerOutcome::Matched);
  EXPECT_EQ(action(notice).state, ActionState::Delivered) << "nothing is decided";
  ASSERT_EQ(desk_.store().open_answers(Sight::of_software(), 10)->size(), 1u);
  const std::string id = taken.came->id.text();
  const Json listed = body_of_reply(desk_.ask_as("analyst1", {"GET", "/api/v1/answers"}));
  EXPECT_EQ(listed.find("items")->array()->front().text_or("proposed"), "done_full");
  const http::Response page = desk_.ask_as("analyst1", {"GET", "/notices/" + notice.text()});
  EXPECT_NE(page.body.find("Somebody wrote"), std::string::npos);
  EXPECT_NE(page.body.find("Record: Did what was asked"), std::string::npos);

  const http::Response recorded =
      desk_.ask_as("analyst1", {"POST", "/api/v1/notices/" + notice.text() + "/answer",
                                to_text(Json(Json::Object{{"result", "done_full"}, {"answer", id}}))});
  EXPECT_EQ(recorded.status, 200) << recorded.body;
  EXPECT_NE(action(notice).state, ActionState::Delivered);
  EXPECT_EQ(action(notice).answer->result, AnswerResult::DoneFull);
  EXPECT_TRUE(desk_.store().open_answers(Sight::of_software(), 10)->empty());
  EXPECT_EQ(desk_.store().find_answer(Sight::of_software(), taken.came->id)->state, AnswerState::Taken);
  EXPECT_EQ(desk_.ask_as("analyst1", {"POST", "/api/v1/answers/" + id + "/dismissal", "{}"}).status, 409);
  desk_.expect_replays();
}

// Planted bug: whoever quotes a Message-ID, which the public log shows, is believed.
TEST_F(Answers, what_a_stranger_sends_is_unsure_and_what_names_nothing_is_not_kept) {
  with_settings("");
  const NoticeId notice = sent();
  AnsweredLetter forged = letter(notice);
  forged.contact = "abuse@elsewhere.example.com";
  const TakenAnswer failure = take(reply_sample(0, 0, forged, Names::Everything, "f").mail);
  EXPECT_EQ(failure.outcome, AnswerOutcome::Unsure);
  EXPECT_FALSE(failure.bounced);
  const TakenAnswer stranger = take(reply_sample(26, 0, forged, Names::Threading, "s").mail);
  EXPECT_EQ(stranger.outcome, AnswerOutcome::Unsure);
  EXPECT_EQ(action(notice).state, ActionState::Delivered);
  const http::Response page = desk_.ask_as("analyst1", {"GET", "/notices/" + notice.text()});
  EXPECT_NE(page.body.find("It does not come from whom the request went to"), std::string::npos);

  const std::int64_t rows = desk_.rows();
  EXPECT_EQ(take("From: a@host.example.net\r\nSubject: hello\r\n\r\ndone\r\n").outcome, AnswerOutcome::Unmatched);
  EXPECT_EQ(take("").outcome, AnswerOutcome::Unmatched);
  EXPECT_EQ(desk_.rows(), rows);
}

// Planted bug: a failure that anybody could write, with the Message-ID that the public log shows, bounces a request.
TEST_F(Answers, a_failure_notice_with_the_secret_code_bounces_the_request_and_no_other_does) {
  with_settings("");
  const NoticeId notice = sent(), public_id = sent();
  const TakenAnswer proven = take(0, notice, Names::Subject);
  EXPECT_EQ(proven.outcome, AnswerOutcome::Matched);
  EXPECT_TRUE(proven.bounced);
  EXPECT_EQ(action(notice).state, ActionState::Bounced);
  EXPECT_EQ(letter_row(notice).state, LetterState::Bounced);
  EXPECT_EQ(desk_.store().bounces_of(proposed(notice).wish.contact)->count, 1);

  const TakenAnswer unproven = take(0, public_id, Names::Threading);
  EXPECT_FALSE(unproven.bounced);
  EXPECT_EQ(action(public_id).state, ActionState::Delivered);
  EXPECT_TRUE(unproven.came->open) << "an officer looks";
  EXPECT_EQ(take(4, public_id, Names::Everything, "delayed").came->open, false);

  // A reminder that fails says nothing of the request, which arrived.
  const NoticeId reminded = sent();
  desk_.clock().advance(25 * kHourMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  ASSERT_EQ(desk_.store().messages_of(reminded)->size(), 1u);
  AnsweredLetter reminder = letter(reminded);
  reminder.message_id = desk_.store().messages_of(reminded)->front().message.id.text() + "@test-desk.example.net";
  EXPECT_FALSE(take(reply_sample(0, 0, reminder, Names::Everything, "x").mail).bounced);
  EXPECT_EQ(action(reminded).state, ActionState::Delivered);
  desk_.expect_replays();
}

// Planted bug: the token of a mail that was taken not asked for.
TEST_F(Answers, a_mail_that_comes_twice_is_one_answer_and_our_own_is_none) {
  with_settings("");
  const NoticeId notice = sent();
  EXPECT_EQ(take(30, notice).outcome, AnswerOutcome::Matched);
  EXPECT_EQ(take(30, notice).outcome, AnswerOutcome::Again);
  EXPECT_EQ(desk_.store().answers_of(notice)->size(), 1u);
  EXPECT_EQ(take(letters_in_maildir(desk_).front()).outcome, AnswerOutcome::Own);
}

// Two programs that answer each other must not fill the record.
TEST_F(Answers, a_request_takes_a_hundred_answers_and_no_more) {
  with_settings("");
  const NoticeId notice = sent();
  std::vector<std::string> mails;
  for (int i = 0; i < 110; ++i)
    mails.push_back(reply_sample(11, 0, letter(notice), Names::Subject, "loop-" + std::to_string(i)).mail);
  const auto taken = take_answers(desk_.desk(), mails);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->back().outcome, AnswerOutcome::TooMany);
  EXPECT_EQ(desk_.store().answers_of(notice)->size(), kAnswersOfOne);
}

// Whoever answered hears "we have no answer yet" no more; put away, the clock goes on. Planted bug: next_due() does not
// look at answer_waits.
TEST_F(Answers, while_an_answer_waits_nobody_is_reminded) {
  with_settings("");
  const NoticeId answered = sent(), silent = sent();
  const TakenAnswer taken = take(30, answered);
  desk_.clock().advance(25 * kHourMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  EXPECT_FALSE(action(answered).reminded_at);
  EXPECT_TRUE(action(silent).reminded_at);
  desk_.clock().advance(73 * kHourMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  EXPECT_EQ(action(answered).state, ActionState::Delivered);
  EXPECT_EQ(action(silent).state, ActionState::NoAnswer);
  EXPECT_EQ(doctor("answers").wellness, Wellness::Look);

  ASSERT_TRUE(dismiss_answer(desk_.desk(), *permit<Act::RecordAnswer>(desk_.officer("analyst1")), taken.came->id));
  ASSERT_TRUE(keep_promises(desk_.desk()));
  EXPECT_TRUE(action(answered).reminded_at);
  desk_.clock().advance(200 * kDayMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  EXPECT_EQ(action(answered).state, ActionState::Expired);
}

// Planted bugs: words kept as they came (a person's address stays); the answers of a case that is over not taken.
TEST_F(Answers, what_was_written_is_kept_redacted_and_goes_with_its_case) {
  with_settings("");
  const NoticeId notice = sent();
  const AnsweredLetter to = letter(notice);
  const TakenAnswer taken = take("From: Somebody <" + to.contact + ">\r\nSubject: Re: " + to.subject +
                                 "\r\n\r\nWrite to jane.example@private.example.org or call +77010000000.\r\n");
  ASSERT_EQ(taken.outcome, AnswerOutcome::Matched);
  const auto read = read_answer_text(desk_.desk(), *permit<Act::ReadCase>(desk_.officer("analyst1")), taken.came->id);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->text.find("jane.example"), std::string::npos) << read->text;
  EXPECT_EQ(read->text.find("7010000000"), std::string::npos) << read->text;
  EXPECT_NE(read->text.find("[redacted:email]"), std::string::npos);
  EXPECT_EQ(desk_.type_of_last_row(), "record_read");
  EXPECT_EQ(taken.came->sender, to.contact.substr(to.contact.find('@') + 1));
  desk_.expect_sound();

  desk_.clock().advance(400 * kDayMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  desk_.clock().advance(400 * kDayMs);
  const auto removed = run_retention(desk_.desk());
  ASSERT_TRUE(removed) << removed.error().message;
  const auto gone = read_answer_text(desk_.desk(), *permit<Act::ReadCase>(desk_.officer("analyst1")), taken.came->id);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault, Fault::NotFound);
  EXPECT_EQ(desk_.ask_as("analyst1", {"GET", "/notices/" + notice.text()}).status, 200);
  desk_.expect_replays();
}

TEST_F(Answers, a_mailbox_is_read_once_and_what_nobody_can_place_stays_flagged) {
  with_settings("", "\n[answers]\nmaildir = \"inbox\"\n");
  const NoticeId notice = sent();
  const std::string box = desk_.paths().inside("inbox");
  std::filesystem::create_directories(box + "/new");
  SiteDesk::write(box + "/new/1.one", reply_sample(26, 1, letter(notice), Names::Subject, "x").mail);
  SiteDesk::write(box + "/new/2.two", "From: a@b.example.net\r\nSubject: a bargain\r\n\r\nbuy\r\n");
  std::mutex in_use;
  const Result<MailboxRead> read = read_mailbox(desk_.desk(), in_use);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->matched, 1);
  EXPECT_EQ(read->others, 1);
  EXPECT_TRUE(exists(box + "/cur/1.one:2,S"));
  EXPECT_TRUE(exists(box + "/cur/2.two:2,FS"));
  EXPECT_EQ(read_mailbox(desk_.desk(), in_use)->mails, 0);
}

// ── the page ──

// Planted bug: the throttle left out.
TEST_F(Answers, whoever_has_the_code_answers_on_the_page_and_nobody_else) {
  with_settings("");
  const NoticeId notice = sent();
  const std::string code = answer_way(desk_.desk(), notice).code;
  for (const char* language : {"en", "ru", "kk", "zh"}) {
    const http::Response page = desk_.ask({"GET", "/answer", {}, {}, {{"accept-language", language}}});
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
  }
  const auto answer = [&](const std::string& with, const std::string& fields) {
    return desk_.ask({"POST", "/answer", "code=" + with + "&nonce=0123456789012345678901" + fields,
                      "application/x-www-form-urlencoded"});
  };
  EXPECT_NE(answer("00000-00000-00000-00000", "&result=done_full").body.find("Nothing has this code"),
            std::string::npos);
  EXPECT_NE(answer(code, "").body.find("choose an answer"), std::string::npos);
  EXPECT_TRUE(desk_.store().answers_of(notice)->empty());
  for (int i = 0; i < 2; ++i)
    EXPECT_NE(
        answer(code, "&result=declined&reason=not_illegal&text=It+is+a+shop.").body.find("Your answer was received"),
        std::string::npos);
  const std::vector<KeptAnswer> answers = *desk_.store().answers_of(notice);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers.front().came.open && answers.front().came.sure && !answers.front().came.clue);
  EXPECT_EQ(answers.front().came.proposed->reason, DeclineReason::NotIllegal);
  EXPECT_EQ(action(notice).state, ActionState::Delivered) << "an officer decides";
  int refused = 0;
  for (int i = 0; i < 80; ++i) refused += answer("00000-00000-00000-00000", "&result=done_full").status == 503 ? 1 : 0;
  EXPECT_GT(refused, 0);
}

// Everybody whose report was folded into the case hears what came of it. Planted bug: a closed case says no more than
// that it is closed.
TEST_F(Answers, every_folded_reporter_learns_the_outcome) {
  with_settings("");
  std::vector<std::string> receipts;
  for (int i = 0; i < 3; ++i) {
    const auto receipt = take_in_from_the_public(
        desk_.desk(), {Category::Phishing, "https://folded.example.com/login", "A false bank, seen by somebody else.",
                       std::string(22, static_cast<char>('a' + i))});
    ASSERT_TRUE(receipt) << receipt.error().message;
    receipts.push_back(receipt->receipt);
  }
  const auto followed = [&](const std::string& receipt) {
    return body_of_reply(desk_.ask({"POST", "/api/v1/public/reports/follow", "{\"receipt\":\"" + receipt + "\"}"}));
  };
  const std::vector<CaseSummary> cases = *desk_.store().list_cases(Sight::of_software(), {});
  ASSERT_EQ(cases.size(), 1u);
  const NoticeId notice = send_request(desk_, propose_about(desk_, cases.front().id, "analyst1").id, "approver1");
  const TakenAnswer taken = take(26, notice);
  ASSERT_TRUE(
      record_answer(desk_.desk(), *permit<Act::RecordAnswer>(desk_.officer("analyst1")), notice,
                    {ActionCommand::Answer, RecipientAnswer{AnswerResult::DoneFull, {}, "", desk_.clock().now()}, "",
                     taken.came->id}));
  ASSERT_TRUE(
      tell_party(desk_.desk(), *permit<Act::TellParty>(desk_.officer("analyst1")), notice,
                 PartyStep{PartyCommand::FindNoContact, "", "Neither the site nor its registrar names anybody."}));
  ASSERT_TRUE(keep_promises(desk_.desk()));
  for (const std::string& receipt : receipts) {
    EXPECT_EQ(followed(receipt).text_or("result"), "done_full");
    EXPECT_EQ(followed(receipt).text_or("state"), "closed");
    const http::Response page =
        desk_.ask({"POST", "/follow", "receipt=" + receipt, "application/x-www-form-urlencoded"});
    EXPECT_NE(page.body.find("the harm has stopped"), std::string::npos);
  }
}

// ── the pack ──

std::map<std::string, std::string> files_of_tar(const std::string& tar) {
  std::map<std::string, std::string> files;
  for (std::size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
    const std::string name = tar.substr(at).c_str();
    const std::size_t size = std::stoul(tar.substr(at + 124, 11), nullptr, 8);
    files[name] = tar.substr(at + 512, size);
    at += 512 + (size + 511) / 512 * 512;
  }
  return files;
}

// Planted bug: the letter written again with its answer code.
TEST_F(Answers, a_pack_proves_itself_offline_and_is_the_same_each_time) {
  with_settings("");
  const NoticeId notice = sent();
  take(30, notice);
  ASSERT_TRUE(dismiss_answer(desk_.desk(), *permit<Act::RecordAnswer>(desk_.officer("analyst1")),
                             desk_.store().answers_of(notice)->front().came.id));
  desk_.clock().advance(25 * kHourMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  ASSERT_TRUE(tell_party(desk_.desk(), *permit<Act::TellParty>(desk_.officer("analyst1")), notice,
                         PartyStep{PartyCommand::Send, "owner@shop-demo.example.com"}));
  const auto pack = [&] {
    const std::string path = desk_.folder().path() + "/pack.tar";
    const Fd fd = *open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const auto packed = pack_notice(desk_.desk(), *permit<Act::ReadCase>(desk_.officer("analyst1")), notice, fd.get());
    EXPECT_TRUE(packed) << packed.error().message;
    return SiteDesk::read(path);
  };
  const std::string tar = pack();
  desk_.clock().advance(kHourMs);
  EXPECT_EQ(pack(), tar);
  const auto files = files_of_tar(tar);
  const Json manifest = *parse_json(files.at("manifest.json"));
  ASSERT_EQ(manifest.find("files")->array()->size() + 1, files.size());
  for (const Json& file : *manifest.find("files")->array())
    EXPECT_EQ(sha256(files.at(file.text_or("name"))).hex(), file.text_or("sha256"));
  const auto verdict = check_notice(files.at("letters/request.eml"), desk_.store().founded()->log_key);
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->text_or("notice"), notice.text());
  EXPECT_TRUE(files.contains("letters/1-reminder.eml"));
  EXPECT_TRUE(files.contains("answers/1.json"));
  EXPECT_NE(files.at("timeline.jsonl").find("answer_came"), std::string::npos);
  EXPECT_NE(files.at("timeline.jsonl").find("party_moved"), std::string::npos);
  const std::string answer_code = answer_way(desk_.desk(), notice).code,
                    party_letters = party_code(desk_.desk(), notice)->letters;
  for (const auto& [file, bytes] : files) {
    EXPECT_EQ(bytes.find(answer_code), std::string::npos) << file;
    EXPECT_EQ(bytes.find(party_letters), std::string::npos) << file;
    EXPECT_EQ(bytes.find("owner@shop-demo"), std::string::npos) << file;
  }
}

}  // namespace
}  // namespace cordon::testing_desk
