// Requests that left and appeals against them, and standing rules, for tests of what comes after.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "desk/acts.h"
#include "desk/alerts.h"
#include "desk/appeals.h"
#include "desk/break_glass.h"
#include "desk/rules.h"
#include "site_desk.h"

namespace cordon::testing_desk {

// Every letter in the courier's folder.
inline std::vector<std::string> letters_in_maildir(SiteDesk& desk) {
  std::vector<std::string> all;
  const std::string folder = desk.paths().inside(desk.desk().settings().maildir) + "/new";
  if (!std::filesystem::exists(folder)) return all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) all.push_back(SiteDesk::read(entry.path()));
  return all;
}

// What an analyst asks about a case of phishing.
inline Proposed propose_about(SiteDesk& desk, const CaseId& id, const std::string& analyst,
                              Recipient recipient = Recipient::Host) {
  const Officer& officer = desk.officer(analyst);
  const EvidenceId evidence = desk.attach(id, officer.id);
  desk.assess(id, {Gate::DomainStatus, Gate::ImpersonatedParty}, evidence, officer.id);
  const Result<Proposed> proposed = propose_request(desk.desk(), *permit<Act::Propose>(officer), desk.key(analyst), id,
                                                    Wish{ActionKind::Alert, Effect::Inform, recipient, {}, {}});
  CORDON_CHECK(static_cast<bool>(proposed), "a test's proposal");
  return *proposed;
}
inline Proposed propose_phishing(SiteDesk& desk, const std::string& analyst) {
  return propose_about(desk, desk.phishing_case(), analyst);
}

// Its evidence is opened, it is approved, and its line is public.
inline Approved approve_proposed(SiteDesk& desk, const Proposed& proposed, const std::string& approver) {
  for (const EvidenceId& piece : proposed.evidence)
    desk.append(EvidenceOpened{proposed.case_id, piece, desk.officer(approver).id}, approver);
  const Result<Approved> approved = approve_request(desk.desk(), *permit<Act::Approve>(desk.officer(approver)),
                                                    desk.key(approver), proposed.id, proposed.body);
  CORDON_CHECK(static_cast<bool>(approved), "a test's approval");
  EXPECT_TRUE(publish(desk.desk()));
  return *approved;
}

// A proposal that waits is approved and leaves.
inline NoticeId send_request(SiteDesk& desk, const ProposalId& id, const std::string& approver) {
  const Proposed proposed = desk.store().find_proposal(Sight::of_software(), id)->proposed;
  approve_proposed(desk, proposed, approver);
  EXPECT_TRUE(send_approved(desk.desk()));
  return proposed.notice;
}

// By whom it affects, who asks that it be suspended until then. Another `nonce` is another appeal.
inline LodgedAppeal lodge_against(SiteDesk& desk, const NoticeId& notice, const std::string& nonce) {
  const Result<LodgedAppeal> lodged = lodge_appeal(desk.desk(), {party_code(desk.desk(), notice)->letters,
                                                                 AppellantRole::SiteOwner,
                                                                 {AppealGround::NotIllegal},
                                                                 "This is our own shop and has been for ten years.",
                                                                 "",
                                                                 true,
                                                                 nonce + std::string(22, 'x')});
  EXPECT_TRUE(lodged) << lodged.error().message;
  return *lodged;
}

// Somebody wrote about it, and no officer has looked.
inline AnswerId answered_by_mail(SiteDesk& desk, const NoticeId& notice) {
  const Instant now = desk.clock().now();
  AnswerCame came{AnswerId::make(now, desk.desk().random()), notice, now, ReplyKind::Human, ReplyClue::Code};
  came.sure = came.open = true;
  came.proposed = ProposedStep{ActionCommand::Answer, AnswerResult::DoneFull, {}};
  came.text = *desk.store().blobs().put(R"({"attachments":[],"subject":"","text":"We looked at it."})");
  desk.append(came, "software");
  return came.id;
}

// As if this officer had taken it.
inline void taken_by(SiteDesk& desk, const AppealId& id, const std::string& login) {
  const Officer& officer = desk.officer(login);
  const bool late = static_cast<bool>(may(officer, Act::HearLateAppeal));
  if (late) desk.append(AppealMoved{id, AppealCommand::GoLate, desk.clock().now()}, "software");
  for (const AppealCommand step : late
                                      ? std::vector{AppealCommand::TakeOver}
                                      : std::vector{AppealCommand::Admit, AppealCommand::Assign, AppealCommand::Review})
    desk.append(AppealMoved{id, step, desk.clock().now(), officer.id}, login);
}

// A case that is being assessed, as if nobody had decided it for too long.
inline void close_undecided(SiteDesk& desk, const CaseId& id) {
  for (const CaseCommand step : {CaseCommand::DecideNoAction, CaseCommand::Close})
    desk.append(CaseMoved{id, step, "", {}, {}, desk.clock().now()}, "software");
}

// The feed that the examples of the API name, which comes with the key of "machine"; the desk is opened again.
inline void register_feed(SiteDesk& desk) {
  SiteDesk::write(desk.paths().settings(),
                  SiteDesk::read(desk.paths().settings()) +
                      "\n[feeds.urls]\npublisher = \"Example list\"\npublisher_kind = \"private\"\nmachine = "
                      "\"machine\"\ncategories = { \"malware_download\" = \"malware\" }\n");
  desk.open();
}
inline StandingRule proposed_rule(SiteDesk& desk, const std::string& analyst) {
  const RuleWish wish{ActionKind::Alert,
                      Category::Malware,
                      {ObservableKind::Url},
                      Effect::CleanCompromise,
                      Recipient::Host,
                      "urls",
                      500,
                      30};
  const auto rule = propose_rule(desk.desk(), *permit<Act::Propose>(desk.officer(analyst)), desk.key(analyst), wish);
  EXPECT_TRUE(rule) << rule.error().message;
  return *rule;
}
// As if somebody had stopped each that is in force: there is one at a time of a feed and category.
inline void stop_rules(SiteDesk& desk, const std::string& analyst) {
  const std::vector<StandingRule> all = *desk.store().rules_in_force();
  for (const StandingRule& one : all) {
    RuleMoved event{one.terms().id, RuleCommand::Stop, desk.clock().now()};
    event.by = desk.officer(analyst).id;
    event.reason = "It names the wrong hosts.";
    desk.append(event, analyst);
  }
}
inline StandingRule rule_in_force(SiteDesk& desk, const std::string& analyst, const std::string& approver) {
  stop_rules(desk, analyst);
  const StandingRule rule = proposed_rule(desk, analyst);
  const auto approved = approve_rule(desk.desk(), *permit<Act::Approve>(desk.officer(approver)), desk.key(approver),
                                     rule.terms().id, digest_of(rule.terms()));
  EXPECT_TRUE(approved) << approved.error().message;
  return *approved;
}
// A batch of one alert by it, which waits.
inline AlertBatchId alerts_of(SiteDesk& desk, const StandingRule& rule) {
  const Instant now = desk.clock().now();
  Incoming incoming{"urls", "feed.csv", Category::Malware, {}, now, {}};
  incoming.machine = "machine";
  const std::string row = rule.terms().id.text() + ",http://files.example.com/" + rule.terms().id.text() + "," +
                          to_rfc3339(now + -kHourMs) + "\n";
  EXPECT_TRUE(take_in(desk.desk(), incoming, "feed.csv", "id,url,seen_at\n" + row, ""));
  AlertSender sender(desk.desk());
  EXPECT_TRUE(sender.compose(rule.terms().id));
  EXPECT_TRUE(publish(desk.desk()));
  const auto batches = desk.store().alert_batches_of(rule.terms().id, 1);
  EXPECT_TRUE(batches && batches->size() == 1);
  return batches->front().id;
}

}  // namespace cordon::testing_desk
