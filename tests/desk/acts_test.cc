// The life of a request after it left, at a desk: answers, silence, ends, recalls, whom it affects, appeals; and that
// nothing leaves without a right to. Each promise names the planted bug that turns it red.
#include "desk/acts.h"

#include "desk/appeals.h"
#include "desk/retention.h"
#include "sent_requests.h"

namespace cordon::testing_desk {
namespace {

constexpr const char* kReasons =
    "The shop's owner shows the registration and ten years of invoices; the page was never a false bank at all.";

class Acts : public testing::Test {
 protected:
  Acts() {
    for (const auto& [login, role] :
         std::initializer_list<std::pair<const char*, Role>>{{"analyst1", Role::Analyst},
                                                             {"approver1", Role::Approver},
                                                             {"legal1", Role::LegalReviewer},
                                                             {"reviewer1", Role::AppealReviewer},
                                                             {"reviewer2", Role::AppealReviewer},
                                                             {"omb1", Role::Ombudsperson},
                                                             {"custodian1", Role::Custodian}})
      desk_.enrol(login, {role});
  }

  // A request that left.
  NoticeId send_one(Recipient recipient = Recipient::Host) {
    case_ = desk_.phishing_case();
    return send_request(desk_, propose_about(desk_, *case_, "analyst1", recipient).id, "approver1");
  }

  Action action(const NoticeId& id) { return *desk_.store().find_action(Sight::of_software(), id); }
  CaseState state() { return desk_.store().find_case(Sight::of_software(), *case_)->state; }
  PartyNotice party(const NoticeId& id) { return **desk_.store().party_notice(id); }

  Result<Action> answers(const NoticeId& id, AnswerResult result, std::optional<DeclineReason> reason = {}) {
    return record_answer(desk_.desk(), *permit<Act::RecordAnswer>(desk_.officer("analyst1")), id,
                         {ActionCommand::Answer, RecipientAnswer{result, reason, "Ticket 1", desk_.clock().now()}, {}});
  }
  Result<PartyNotice> tells(const NoticeId& id, PartyCommand command,
                            const std::string& to = "owner@shop.example.com") {
    return tell_party(desk_.desk(), *permit<Act::TellParty>(desk_.officer("analyst1")), id,
                      {command, to, "the site names nobody, nor does its registrar", {}, {}});
  }
  SignedIn signed_in(const std::string& login) { return {desk_.officer(login), desk_.key(login)}; }
  void pass(std::int64_t ms) {
    desk_.clock().advance(ms);
    const Result<std::int64_t> kept = keep_promises(desk_.desk());
    ASSERT_TRUE(kept) << kept.error().message << " " << kept.error().where;
  }

  // Every letter in the courier's folder, newest kinds by their subject.
  std::vector<std::string> letters() { return letters_in_maildir(desk_); }
  int letters_with(std::string_view words) {
    int count = 0;
    for (const std::string& letter : letters()) count += letter.find(words) != std::string::npos ? 1 : 0;
    return count;
  }
  // The code of a request, as its affected party was sent it.
  std::string code_of(const NoticeId& id) { return party_code(desk_.desk(), id)->letters; }
  LodgedAppeal appeals(const std::string& code, bool interim = false, char nonce = 'a') {
    const Result<LodgedAppeal> lodged = lodge_appeal(desk_.desk(), {code,
                                                                    AppellantRole::SiteOwner,
                                                                    {AppealGround::NotIllegal},
                                                                    "This is our own shop and has been for ten years.",
                                                                    "owner@shop.example.com",
                                                                    interim,
                                                                    std::string(22, nonce)});
    EXPECT_TRUE(lodged) << lodged.error().message;
    return *lodged;
  }

  SiteDesk desk_;
  std::optional<CaseId> case_;
};

// ── the answer ──

// Planted bug: meaning_for_case() takes every answer for a success.
TEST_F(Acts, an_answer_ends_a_case_when_whom_it_affects_was_told) {
  const NoticeId notice = send_one();
  EXPECT_EQ(action(notice).state, ActionState::Delivered);
  EXPECT_EQ(state(), CaseState::Awaiting);
  ASSERT_TRUE(answers(notice, AnswerResult::DoneFull));
  EXPECT_EQ(action(notice).state, ActionState::Answered);
  EXPECT_EQ(state(), CaseState::Resolved);
  EXPECT_EQ(party(notice).state, PartyState::Due);
  const Result<PartyNotice> told = tells(notice, PartyCommand::Send);
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->state, PartyState::Delivered);
  EXPECT_EQ(letters_with("You may be affected"), 1);
  EXPECT_EQ(action(notice).state, ActionState::Closed);
  EXPECT_EQ(state(), CaseState::Closed);
  desk_.expect_replays();
}

TEST_F(Acts, no_is_an_answer_and_leads_to_nothing_else) {
  const NoticeId notice = send_one();
  EXPECT_FALSE(answers(notice, AnswerResult::Declined)) << "without a reason";
  EXPECT_FALSE(answers(notice, AnswerResult::DoneFull, DeclineReason::NotHost)) << "with one that does not belong";
  const int before = static_cast<int>(letters().size());
  ASSERT_TRUE(answers(notice, AnswerResult::Declined, DeclineReason::NotIllegal));
  EXPECT_EQ(state(), CaseState::Unresolved);
  ASSERT_TRUE(tells(notice, PartyCommand::FindNoContact));
  EXPECT_EQ(state(), CaseState::Closed);
  pass(20 * kDayMs);
  EXPECT_EQ(static_cast<int>(letters().size()), before);
  ASSERT_FALSE(answers(notice, AnswerResult::DoneFull));
  // Only a new decision with new facts.
  EXPECT_TRUE(reopen_case(desk_.desk(), *permit<Act::ReopenCase>(desk_.officer("analyst1")), *case_,
                          "The page came back at another address."));
  EXPECT_EQ(state(), CaseState::Reopened);
  desk_.expect_replays();
}

// Amendment 11. Planted bug: let says_protected() say false.
TEST_F(Acts, a_protected_holders_request_is_suspended_and_only_an_outsider_ends_it) {
  const NoticeId notice = send_one();
  const int before = static_cast<int>(letters().size());
  ASSERT_TRUE(answers(notice, AnswerResult::Declined, DeclineReason::ProtectedHolder));
  EXPECT_EQ(action(notice).state, ActionState::Suspended);
  EXPECT_EQ(static_cast<int>(letters().size()), before) << "who declined is asked and told nothing more";
  EXPECT_NE(desk_.ask_as("omb1", {"GET", "/notices"}).body.find("Suspended for the ombudsperson"), std::string::npos);
  ASSERT_TRUE(tells(notice, PartyCommand::FindNoContact));
  pass(20 * kDayMs);
  EXPECT_EQ(action(notice).state, ActionState::Suspended);
  const SignedIn analyst = signed_in("analyst1");
  EXPECT_FALSE(recall_request(desk_.desk(), analyst, nullptr, notice, "It is a newspaper after all."));
  ASSERT_TRUE(recall_request(desk_.desk(), signed_in("omb1"), nullptr, notice, "It is a newspaper after all."));
  EXPECT_EQ(action(notice).state, ActionState::Recalled);
  desk_.expect_replays();
}

// Planted bugs: the reminder is sent at each run; no_answer without waiting for it; the end is told twice.
TEST_F(Acts, silence_has_one_reminder_and_the_end_is_told_once) {
  const NoticeId notice = send_one();  // phishing: an answer is asked within 24 hours
  pass(24 * kHourMs - 60'000);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Reminder"), 0);
  pass(60'000);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Reminder"), 1);
  for (int hour = 0; hour < 71; ++hour) pass(kHourMs);
  EXPECT_EQ(action(notice).state, ActionState::Delivered);
  pass(kHourMs);
  EXPECT_EQ(action(notice).state, ActionState::NoAnswer);
  EXPECT_EQ(state(), CaseState::Unresolved);
  EXPECT_EQ(letters_with("Reminder"), 1);
  ASSERT_TRUE(tells(notice, PartyCommand::Relay));
  EXPECT_EQ(state(), CaseState::Closed);
  pass(action(notice).sunset_at - desk_.clock().now() + -1);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Ended"), 0);
  pass(1);
  EXPECT_EQ(action(notice).state, ActionState::Expired);
  for (int day = 0; day < 5; ++day) pass(kDayMs);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Ended"), 1);
  desk_.expect_replays();
}

// ── recall, suspension ──

// Planted bug: recall_request() takes an analyst alone.
TEST_F(Acts, a_recall_takes_two_or_a_reviewer_and_its_recipient_is_told) {
  const NoticeId notice = send_one();
  const std::string why = "The domain was sold a week before.";
  EXPECT_EQ(recall_request(desk_.desk(), signed_in("analyst1"), nullptr, notice, why).error().fault, Fault::Refused);
  EXPECT_EQ(recall_request(desk_.desk(), signed_in("approver1"), nullptr, notice, why).error().fault, Fault::Refused);
  const SignedIn analyst = signed_in("analyst1"), approver = signed_in("approver1");
  EXPECT_EQ(recall_request(desk_.desk(), analyst, &analyst, notice, why).error().fault, Fault::Refused);
  EXPECT_EQ(letters_with("Recalled"), 0);
  const Result<Action> recalled = recall_request(desk_.desk(), analyst, &approver, notice, why);
  ASSERT_TRUE(recalled) << recalled.error().message;
  EXPECT_EQ(recalled->state, ActionState::Recalled);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Recalled"), 1);
  ASSERT_TRUE(record_answer(desk_.desk(), *permit<Act::RecordAnswer>(desk_.officer("analyst1")), notice,
                            {ActionCommand::Reinstate, {}, "back since noon"}));
  EXPECT_EQ(action(notice).state, ActionState::Reinstated);
  const NoticeId another = send_one();
  EXPECT_TRUE(recall_request(desk_.desk(), signed_in("reviewer1"), nullptr, another, why));
  desk_.expect_replays();
}

TEST_F(Acts, a_reviewer_suspends_alone_and_nobody_else_does) {
  const NoticeId notice = send_one();
  for (const char* login : {"analyst1", "approver1", "legal1", "custodian1"})
    EXPECT_FALSE(permit<Act::SuspendAlone>(desk_.officer(login))) << login;
  const Result<Action> suspended = suspend_request(desk_.desk(), *permit<Act::SuspendAlone>(desk_.officer("reviewer1")),
                                                   desk_.key("reviewer1"), notice, "The owner shows the registration.");
  ASSERT_TRUE(suspended) << suspended.error().message;
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Suspended"), 1);
  pass(10 * kDayMs);
  EXPECT_EQ(letters_with("Reminder"), 0) << "nothing is asked while it is suspended";
}

// ── whom it affects ──

// Charter 12.22. Planted bug: the end of a deferral leaves the notice due and waits for an officer.
TEST_F(Acts, at_day_84_the_notice_goes_out_by_itself) {
  const NoticeId notice = send_one();
  const auto defer = [&](int days) {
    return defer_party(desk_.desk(), *permit<Act::DeferParty>(desk_.officer("analyst1")), desk_.officer("legal1"),
                       notice,
                       {PartyCommand::Defer, "owner@shop.example.com", {}, DeferralGround::ActiveInvestigation, days});
  };
  EXPECT_FALSE(defer(43));
  ASSERT_TRUE(defer(42));
  ASSERT_TRUE(defer(42));
  EXPECT_FALSE(defer(1)) << "twice at most";
  pass(84 * kDayMs - 1000);
  EXPECT_EQ(letters_with("You may be affected"), 0);
  pass(1000);
  EXPECT_EQ(letters_with("You may be affected"), 1);
  EXPECT_EQ(party(notice).state, PartyState::Delivered);
  pass(kDayMs);
  EXPECT_EQ(letters_with("You may be affected"), 1);
  desk_.expect_replays();
}

// ── appeals ──

// Charter 12.23. Planted bug: the code of one request opens another.
TEST_F(Acts, an_appeal_by_the_code_alone_succeeds_and_a_reviewer_who_touched_the_case_does_not_hear_it) {
  const NoticeId notice = send_one();
  ASSERT_TRUE(tells(notice, PartyCommand::Send));
  const std::string code = code_of(notice);
  EXPECT_EQ(letters_with(code), 1) << "the party has it";
  EXPECT_EQ(may_appeal_with(desk_.desk(), "ABCDE-FGH23-45678-9JKMN").error().fault, Fault::NotFound);
  const LodgedAppeal lodged = appeals(code);
  EXPECT_EQ(lodged.appeal.lodged.notice, notice);
  EXPECT_EQ(appeals(code).receipt, lodged.receipt) << "sent twice, it is one";
  EXPECT_EQ(desk_.store().appeals_of(notice)->size(), 1u);
  const AppealId id = lodged.appeal.lodged.id;
  desk_.append(EvidenceOpened{*case_, (*desk_.store().find_case(Sight::of_software(), *case_)).evidence.front().id,
                              desk_.officer("reviewer1").id},
               "reviewer1");
  EXPECT_EQ(take_appeal(desk_.desk(), desk_.officer("reviewer1"), id).error().fault, Fault::Refused);
  EXPECT_EQ(take_appeal(desk_.desk(), desk_.officer("analyst1"), id).error().fault, Fault::Refused);
  const Result<Appeal> taken = take_appeal(desk_.desk(), desk_.officer("reviewer2"), id);
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->state, AppealState::UnderReview);
  EXPECT_EQ(take_appeal(desk_.desk(), desk_.officer("reviewer1"), id).error().fault, Fault::Conflict);
  EXPECT_NE(state(), CaseState::Closed) << "an appeal keeps its case open";
  const std::string journal = to_text(to_json(lodged.appeal.lodged));
  EXPECT_EQ(journal.find("ten years"), std::string::npos) << "what they wrote lies encrypted and nowhere else";
  desk_.expect_replays();
}

// Charter 12.24. Planted bugs: decide_appeal() appends no recall; settle_appeal() closes before the recall has left.
TEST_F(Acts, an_upheld_appeal_recalls_and_corrects) {
  const NoticeId notice = send_one();
  ASSERT_TRUE(answers(notice, AnswerResult::DoneFull));
  ASSERT_TRUE(tells(notice, PartyCommand::Send));
  ASSERT_EQ(state(), CaseState::Closed);
  const LodgedAppeal lodged = appeals(code_of(notice), true);
  const AppealId id = lodged.appeal.lodged.id;
  const Result<Appeal> interim =
      decide_interim(desk_.desk(), signed_in("reviewer2"), id, Interim::Grant, "The shop loses its customers.");
  ASSERT_TRUE(interim) << interim.error().message;
  EXPECT_EQ(action(notice).state, ActionState::Suspended);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Suspended"), 1);
  ASSERT_TRUE(take_appeal(desk_.desk(), desk_.officer("reviewer1"), id));
  const Result<Appeal> decided =
      decide_appeal(desk_.desk(), signed_in("reviewer1"), id,
                    {Verdict::Upheld, kReasons, {Remedy::Recall, Remedy::AskReinstate, Remedy::CorrectRecord}});
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->state, AppealState::Closed);
  EXPECT_EQ(action(notice).state, ActionState::Recalled);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Recalled"), 1);
  EXPECT_EQ(state(), CaseState::Reopened) << "the record is corrected";
  EXPECT_EQ(follow_appeal(desk_.store(), lodged.receipt)->decision->reasons, kReasons);
  desk_.expect_replays();
}

TEST_F(Acts, a_peer_that_got_the_indicator_keeps_a_remedy_running_until_it_knows) {
  desk_.befriend("desk.example.net/log");
  const NoticeId notice = send_one();
  desk_.exchange("desk.example.net/log", {*case_}, {});
  const AppealId id = appeals(code_of(notice)).appeal.lodged.id;
  ASSERT_TRUE(take_appeal(desk_.desk(), desk_.officer("reviewer1"), id));
  const Result<Appeal> decided =
      decide_appeal(desk_.desk(), signed_in("reviewer1"), id, {Verdict::Upheld, kReasons, {Remedy::Recall}});
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->state, AppealState::RemedyRunning);
  const OfficerId anybody = desk_.officer("custodian1").id;
  desk_.append(BundleOffered{"desk.example.net/log",
                             2,
                             desk_.clock().now(),
                             *desk_.store().blobs().put("another bundle"),
                             sha256("policy"),
                             {{*case_, "indicator--" + case_->text(), true, "recall"}},
                             {anybody, anybody},
                             {}},
               "test");
  pass(kHourMs);
  EXPECT_EQ(desk_.store().find_appeal(Sight::of_software(), id)->state, AppealState::Closed);
}

// Charter 8.3: twelve months after its end, and not a day before.
// Planted bugs: let take_appeals() leave the words out of `frames`; let Disposed leave the row.
TEST_F(Acts, an_appeals_file_goes_a_year_after_its_end) {
  const NoticeId notice = send_one();
  const LodgedAppeal lodged = appeals(code_of(notice));
  const AppealId id = lodged.appeal.lodged.id;
  const Digest words = lodged.appeal.lodged.text;
  ASSERT_TRUE(take_appeal(desk_.desk(), desk_.officer("reviewer1"), id));
  ASSERT_TRUE(decide_appeal(desk_.desk(), signed_in("reviewer1"), id, {Verdict::Rejected, kReasons, {}}));
  ASSERT_EQ(desk_.store().find_appeal(Sight::of_software(), id)->state, AppealState::Closed);
  desk_.clock().advance(364 * kDayMs);
  EXPECT_EQ(run_retention(desk_.desk())->appeals, 0);
  ASSERT_TRUE(desk_.store().blobs().get(words));
  desk_.clock().advance(kDayMs);
  EXPECT_EQ(retention_due(desk_.desk())->appeals, 1);
  EXPECT_EQ(run_retention(desk_.desk())->appeals, 1);
  EXPECT_EQ(desk_.store().find_appeal(Sight::of_software(), id).error().fault, Fault::NotFound);
  EXPECT_EQ(follow_appeal(desk_.store(), lodged.receipt).error().fault, Fault::NotFound);
  EXPECT_FALSE(desk_.store().blobs().get(words));
  EXPECT_EQ(run_retention(desk_.desk())->appeals, 0);
  desk_.expect_replays();
}

// Planted bug: appeal_is_late() is never called.
TEST_F(Acts, after_fourteen_days_the_ombudsperson_takes_it_over) {
  const NoticeId notice = send_one();
  const AppealId id = appeals(code_of(notice)).appeal.lodged.id;
  const Instant lodged_at = desk_.clock().now();
  pass(14 * kDayMs - 1000);
  EXPECT_FALSE(desk_.store().find_appeal(Sight::of_software(), id)->late);
  EXPECT_EQ(take_appeal(desk_.desk(), desk_.officer("omb1"), id).error().fault, Fault::Conflict);
  pass(1000);
  EXPECT_EQ(desk_.clock().now() - lodged_at, 14 * kDayMs);
  EXPECT_TRUE(desk_.store().find_appeal(Sight::of_software(), id)->late);
  ASSERT_TRUE(take_appeal(desk_.desk(), desk_.officer("omb1"), id));
  EXPECT_TRUE(decide_appeal(desk_.desk(), signed_in("omb1"), id, {Verdict::Rejected, kReasons, {}}));
  EXPECT_EQ(desk_.store().find_appeal(Sight::of_software(), id)->state, AppealState::Closed);
  desk_.expect_replays();
}

TEST_F(Acts, a_refused_report_can_be_appealed_by_its_receipt) {
  const Result<PublicReceipt> receipt = take_in_from_the_public(
      desk_.desk(),
      {Category::Fraud, "somewhere", "They took a deposit and went silent after it.", std::string(22, 'n')});
  ASSERT_TRUE(receipt) << receipt.error().message;
  ASSERT_EQ(receipt->outcome, ItemOutcome::Refused);
  const LodgedAppeal lodged = appeals(receipt->receipt);
  EXPECT_TRUE(lodged.appeal.lodged.report);
  const AppealId id = lodged.appeal.lodged.id;
  EXPECT_FALSE(dismiss_appeal(desk_.desk(), *permit<Act::HearAppeal>(desk_.officer("reviewer1")), id,
                              DismissReason::UnknownAction));
  ASSERT_TRUE(take_appeal(desk_.desk(), desk_.officer("reviewer1"), id));
  EXPECT_FALSE(decide_appeal(desk_.desk(), signed_in("reviewer1"), id, {Verdict::Upheld, kReasons, {Remedy::Recall}}));
  EXPECT_TRUE(decide_appeal(desk_.desk(), signed_in("reviewer1"), id, {Verdict::Upheld, kReasons, {Remedy::Apology}}));
  const Result<Appeal> withdrawn = withdraw_appeal(desk_.desk(), lodged.receipt);
  EXPECT_EQ(withdrawn.error().fault, Fault::Conflict) << "it is closed already";
  desk_.expect_replays();
}

// Without an account and without a script. Planted bug: page_appeal_send() leaves the ticked "suspend" out.
TEST_F(Acts, the_public_page_lodges_an_appeal_and_shows_what_became_of_it) {
  const NoticeId notice = send_one();
  const std::string form = "application/x-www-form-urlencoded";
  const http::Response empty = desk_.ask({"GET", "/appeal"});
  EXPECT_EQ(empty.status, 200) << empty.body.substr(0, 300);
  const std::string fields =
      "&role=site_owner&grounds=not_illegal&grounds=disproportionate&contact=&interim=yes"
      "&text=This+is+our+own+shop+and+has+been+for+ten+years.&nonce=0123456789abcdef0123456789";
  const http::Response unknown = desk_.ask({"POST", "/appeal", "code=ABCDE-FGH23-45678-9JKMN" + fields, form});
  EXPECT_NE(unknown.body.find("Nothing has this code"), std::string::npos) << unknown.body.substr(0, 300);
  EXPECT_TRUE(desk_.store().appeals(Sight::of_software(), 10)->empty());
  const http::Response lodged = desk_.ask({"POST", "/appeal", "code=" + code_of(notice) + fields, form});
  EXPECT_EQ(lodged.status, 200);
  EXPECT_NE(lodged.body.find("Your appeal was received."), std::string::npos) << lodged.body.substr(0, 600);
  const std::vector<Appeal> appeals = *desk_.store().appeals_of(notice);
  ASSERT_EQ(appeals.size(), 1u);
  EXPECT_TRUE(appeals.front().lodged.interim_asked);
  EXPECT_EQ(appeals.front().lodged.grounds.size(), 2u);
  const LodgedAppeal again = this->appeals(code_of(notice), false, 'b');
  const http::Response followed = desk_.ask({"POST", "/appeal/follow", "receipt=" + again.receipt, form});
  EXPECT_NE(followed.body.find("took no part in the decision hears"), std::string::npos)
      << followed.body.substr(0, 600);
}

// Planted bug: cases_in() takes the clock of an act for that of an assessment.
TEST_F(Acts, sixty_days_without_a_decision_are_one) {
  case_ = desk_.phishing_case();
  desk_.attach(*case_, desk_.officer("analyst1").id);
  pass(60 * kDayMs - 1000);
  EXPECT_EQ(state(), CaseState::Assessing);
  pass(1000);
  EXPECT_EQ(state(), CaseState::Closed) << "decided without an act, and nothing of it is open";
  desk_.expect_replays();
}

// ── a hand in the database ──

// Whatever the tables say, the sender verifies by itself: messages that nobody signed, that say something else or go
// somewhere else stay, and the courier's folder stays as it was.
// Each is refused twice over, by its Authority (decision/machines_test.cc) and for want of a line in the log
// (sender_test.cc, where each wall is planted away by itself).
TEST_F(Acts, rows_that_somebody_wrote_send_nothing) {
  const NoticeId notice = send_one();
  pass(24 * kHourMs);
  ASSERT_EQ(letters_with("Reminder"), 1);
  const std::size_t before = letters().size();
  const Store::WaitingMessage reminder = desk_.store().messages_of(notice)->front();
  SeededRandom random(99);
  int attempts = 0;
  for (int round = 0; round < 40; ++round) {
    for (int kind = 0; kind < 5; ++kind) {
      Message forged = reminder.message;
      forged.id = LetterId::make(desk_.clock().now(), random);
      switch (round % 4) {
        case 0:
          forged.to = "somebody" + std::to_string(round) + "@example.net";
          break;
        case 1:
          forged.body = sha256(random.bytes(8));
          break;
        case 2:
          forged.kind = kind % 2 == 0 ? MessageKind::Recalled : MessageKind::Suspended;
          forged.reason = "The owner objected to it.";
          break;
        default:
          forged.kind = MessageKind::Suspended;
          forged.reason = "The owner objected to it.";
          const SecretKey& key = desk_.key("analyst1");
          forged.signed_by = {{desk_.officer("reviewer1").id, key.sign(to_be_signed_for_release(forged))}};
          break;
      }
      ++attempts;
      ASSERT_TRUE(desk_.tamper("INSERT INTO message VALUES ('" + forged.id.text() + "', '" + notice.text() +
                               "', 1, 0, '" + replace_all(to_text(to_json(forged)), "'", "''") + "', NULL)"));
    }
  }
  const Result<std::int64_t> sent = send_messages(desk_.desk());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().fault, Fault::Refused);
  EXPECT_EQ(letters().size(), before);
  EXPECT_EQ(attempts, 200);
}

}  // namespace
}  // namespace cordon::testing_desk
