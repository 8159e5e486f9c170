// Requests that left and appeals against them, for tests of what comes after.
#pragma once

#include <string>

#include "desk/acts.h"
#include "desk/appeals.h"
#include "site_desk.h"

namespace cordon::testing_desk {

// What an analyst asks of a host about a new case of phishing.
inline Proposed propose_phishing(SiteDesk& desk, const std::string& analyst) {
  const CaseId id = desk.phishing_case();
  const Officer& officer = desk.officer(analyst);
  const EvidenceId evidence = desk.attach(id, officer.id);
  desk.assess(id, {Gate::DomainStatus, Gate::ImpersonatedParty}, evidence, officer.id);
  const Result<Proposed> proposed = propose_request(desk.desk(), *permit<Act::Propose>(officer), desk.key(analyst), id,
                                                    Wish{ActionKind::Alert, Effect::Inform, Recipient::Host, {}, {}});
  CORDON_CHECK(static_cast<bool>(proposed), "a test's proposal");
  return *proposed;
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

}  // namespace cordon::testing_desk
