// Looks at targets of requests, at a desk whose cordon-probe is a script that says what a test wants seen. Planted
// bugs, each seen red: plan_look() that does not ask may_look(); keep_look() that verifies without the recipient's
// answer; a body's digest that is kept as it is; `back` that is forgotten.
#include "desk/recheck.h"

#include <sys/stat.h>

#include "sent_requests.h"

namespace cordon::testing_desk {
namespace {

class RecheckDesk : public testing::Test {
 protected:
  RecheckDesk() {
    for (const auto& [login, role] : std::initializer_list<std::pair<const char*, Role>>{
             {"analyst1", Role::Analyst}, {"approver1", Role::Approver}, {"reviewer1", Role::AppealReviewer}})
      desk_.enrol(login, {role});
    const std::string program =
        desk_.folder().file("probe", "#!/bin/sh\ncat >" + asked_path() + "\ncat " + said_path() + "\n");
    ::chmod(program.c_str(), 0755);
    with("enabled = true\nresolver = \"192.0.2.53\"\nprogram = \"" + program + "\"\n");
  }
  std::string asked_path() const { return desk_.folder().path() + "/asked"; }
  std::string said_path() const { return desk_.folder().path() + "/said"; }
  void with(const std::string& probe) {
    desk_.close();
    const std::string toml = SiteDesk::read(desk_.paths().settings());
    SiteDesk::write(desk_.paths().settings(), toml.substr(0, toml.find("\n[probe]")) + "\n[probe]\n" + probe);
    desk_.open();
  }

  NoticeId sent() {
    case_ = desk_.phishing_case();
    return send_request(desk_, propose_about(desk_, *case_, "analyst1").id, "approver1");
  }
  Action action(const NoticeId& id) { return *desk_.store().find_action(Sight::of_software(), id); }
  void answers(const NoticeId& id, AnswerResult result) {
    const auto answered =
        record_answer(desk_.desk(), *permit<Act::RecordAnswer>(desk_.officer("analyst1")), id,
                      {ActionCommand::Answer, RecipientAnswer{result, {}, "Ticket 1", desk_.clock().now()}, {}});
    ASSERT_TRUE(answered) << answered.error().message;
  }

  TargetLook seen(int status) {
    TargetLook look;
    look.at = desk_.clock().now();
    look.resolver = true;
    look.name = TargetLook::Name::Found;
    look.door = TargetLook::Door::Opened;
    look.page = TargetLook::Page::Answered;
    look.status = status;
    look.whole = true;
    look.body = sha256(std::to_string(status));
    return look;
  }
  TargetLook no_name() {
    TargetLook look;
    look.at = desk_.clock().now();
    look.resolver = true;
    look.name = TargetLook::Name::None;
    look.zone_denies = true;
    return look;
  }
  // As the clerk does it.
  TargetLooked looks(const NoticeId& id, const TargetLook& look) {
    SiteDesk::write(said_path(), to_text(to_json(look)) + "\n");
    const Result<LookErrand> errand = plan_look(desk_.desk(), id);
    EXPECT_TRUE(errand) << errand.error().message;
    const Result<TargetLook> came = fetch_look(*errand);
    EXPECT_TRUE(came) << came.error().message;
    EXPECT_EQ(*came, look);
    const Result<TargetLooked> kept = keep_look(desk_.desk(), *errand, *came);
    EXPECT_TRUE(kept) << kept.error().message;
    return *kept;
  }
  void pass_hours(std::int64_t hours) { desk_.clock().advance(hours * kHourMs); }

  SiteDesk desk_;
  std::optional<CaseId> case_;
};

TEST_F(RecheckDesk, only_a_request_that_left_is_looked_at_and_only_where_the_desk_and_the_pap_allow_it) {
  const Proposed proposed = propose_phishing(desk_, "analyst1");
  approve_proposed(desk_, proposed, "approver1");
  EXPECT_EQ(plan_look(desk_.desk(), proposed.notice).error().fault, Fault::Refused) << "it has not left";
  EXPECT_TRUE(send_approved(desk_.desk()));
  EXPECT_TRUE(plan_look(desk_.desk(), proposed.notice));
  Proposed other = proposed;
  for (const auto& [matter, allowed] : std::initializer_list<std::pair<const char*, bool>>{
           {"phishing", true}, {"malware", true}, {"C09", false}, {"C11", false}, {"C06", false}, {"H01", false}}) {
    other.matter = *parse_matter(matter);
    EXPECT_EQ(static_cast<bool>(may_look(action(proposed.notice), other)), allowed) << matter;
  }
  with("enabled = false\n");
  EXPECT_EQ(plan_look(desk_.desk(), proposed.notice).error().fault, Fault::Refused) << "turned off";
}

TEST_F(RecheckDesk, a_request_that_was_taken_back_is_looked_at_no_more) {
  const NoticeId id = sent();
  ASSERT_TRUE(desk_.store().next_look_at(id)->has_value());
  const SignedIn reviewer{desk_.officer("reviewer1"), desk_.key("reviewer1")};
  ASSERT_TRUE(recall_request(desk_.desk(), reviewer, nullptr, id, "It was about somebody else's page."));
  EXPECT_EQ(plan_look(desk_.desk(), id).error().fault, Fault::Refused);
  EXPECT_FALSE(desk_.store().next_look_at(id)->has_value());
}

TEST_F(RecheckDesk, the_probe_is_told_the_target_alone_and_looks_come_due_by_the_clock) {
  const NoticeId id = sent();
  EXPECT_TRUE(desk_.store().looks_due(desk_.clock().now(), 10)->empty());
  pass_hours(24);
  EXPECT_EQ(*desk_.store().looks_due(desk_.clock().now(), 10), std::vector{id});
  looks(id, seen(200));
  EXPECT_TRUE(desk_.store().looks_due(desk_.clock().now(), 10)->empty());
  const Json told = *parse_json(SiteDesk::read(asked_path()));
  EXPECT_EQ(told.object()->size(), 2u);
  EXPECT_EQ(told.text_or("value"), desk_.store().find_case(Sight::of_software(), *case_)->target.canonical());
  EXPECT_EQ(**desk_.store().next_look_at(id), desk_.clock().now() + 2 * kHourMs);
}

TEST_F(RecheckDesk, the_software_verifies_what_the_recipient_said_and_nothing_else) {
  const NoticeId id = sent();
  answers(id, AnswerResult::DonePartial);
  for (const int hours : {24, 6, 14}) {
    pass_hours(hours);
    looks(id, no_name());
  }
  EXPECT_EQ(desk_.store().looks_at(id)->back().verdict.state, TargetState::Down);
  EXPECT_EQ(action(id).state, ActionState::Answered) << "nobody said that all of it is done";
}

TEST_F(RecheckDesk, an_answer_and_three_looks_verify_the_effect) {
  const NoticeId id = sent();
  answers(id, AnswerResult::DoneFull);
  for (const int hours : {24, 6}) {
    pass_hours(hours);
    looks(id, no_name());
    EXPECT_EQ(action(id).state, ActionState::Answered);
  }
  pass_hours(14);
  looks(id, no_name());
  EXPECT_EQ(action(id).state, ActionState::EffectVerified);
}

TEST_F(RecheckDesk, a_digest_of_a_page_is_kept_keyed) {
  const NoticeId id = sent();
  pass_hours(24);
  const TargetLook look = seen(200);
  const TargetLooked kept = looks(id, look);
  ASSERT_TRUE(kept.kept.look.body);
  EXPECT_NE(*kept.kept.look.body, *look.body);
  const TargetLook again = seen(200);
  EXPECT_EQ(keep_look(desk_.desk(), *plan_look(desk_.desk(), id), again)->kept.look.body, kept.kept.look.body);
}

TEST_F(RecheckDesk, what_was_down_and_is_there_again_is_shown_and_officers_alone_reopen) {
  const NoticeId id = sent();
  answers(id, AnswerResult::DoneFull);
  for (const int hours : {24, 6, 14}) {
    pass_hours(hours);
    looks(id, no_name());
  }
  EXPECT_TRUE(desk_.store().targets_back(Sight::of_software())->empty());
  pass_hours(200);
  EXPECT_FALSE(looks(id, seen(200)).back) << "one look";
  pass_hours(2);
  EXPECT_TRUE(looks(id, seen(200)).back);
  const CaseState state = desk_.store().find_case(Sight::of_software(), *case_)->state;
  EXPECT_TRUE(state == CaseState::Resolved || state == CaseState::Closed) << "the software reopens nothing";
  EXPECT_EQ(*desk_.store().targets_back(Sight::of_software()), std::vector{id});
  pass_hours(200);
  for (const int hours : {0, 2}) {
    pass_hours(hours);
    EXPECT_FALSE(looks(id, seen(200)).back) << "it came back once";
  }
  EXPECT_EQ(desk_.store().targets_back(Sight::of_software())->size(), 1u) << "until somebody goes on with the case";
}

TEST_F(RecheckDesk, what_the_probe_says_wrongly_or_not_at_all_is_kept_as_nothing) {
  const NoticeId id = sent();
  const LookErrand errand = *plan_look(desk_.desk(), id);
  for (const char* said : {"", "{}", "x", R"({"at":"2026-11-24T08:00:00Z"})"}) {
    SiteDesk::write(said_path(), said);
    EXPECT_FALSE(fetch_look(errand)) << said;
  }
  SiteDesk::write(said_path(), std::string(100'000, 'x'));
  EXPECT_EQ(fetch_look(errand).error().fault, Fault::Unavailable) << "more than a line";
  LookErrand missing = errand;
  missing.by.program = desk_.folder().path() + "/none";
  EXPECT_EQ(fetch_look(missing).error().fault, Fault::Unavailable);
  EXPECT_TRUE(desk_.store().looks_at(id)->empty());
}

TEST_F(RecheckDesk, a_journal_with_looks_folds_to_the_same_tables) {
  const NoticeId id = sent();
  pass_hours(24);
  looks(id, seen(200));
  pass_hours(2);
  looks(id, seen(404));
  desk_.expect_replays();
  EXPECT_EQ(desk_.store().looks_at(id)->size(), 2u);
  EXPECT_TRUE(desk_.store().next_look_at(id)->has_value());
}

}  // namespace
}  // namespace cordon::testing_desk
