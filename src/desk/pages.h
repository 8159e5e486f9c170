// What the pages' rows in desk/routes.cc do. A page reads by the same flow functions as the API, so its readings are on
// record too; a form's row runs the API's own handler.
#pragma once

#include "base/result.h"
#include "decision/appeal.h"
#include "desk/commands.h"
#include "desk/html.h"

namespace cordon {

// The login of an officer, for their colleagues; an id that is nobody's stays an id.
std::string login_of(Desk& desk, const OfficerId& id);

// A card with a form that asks why, 10 characters or more, in the field "reason"; `title` is its button too.
Html reason_card(const Call& call, const std::string& path, const std::string& title, const std::string& about);

// ── for everybody (page_public.cc, page_public_report.cc, page_public_log.cc, page_public_numbers.cc,
// page_public_notice.cc) ──

Result<Nothing> page_home(Desk& desk, Call& call, const Emit& emit);
void write_sign_in(Call& call, const Desk& desk, std::string_view wrong);
Result<Nothing> page_sign_in(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_follow(Desk& desk, Call& call, const Emit& emit);  // the form, and the answer to it
Result<Nothing> page_numbers(Desk& desk, Call& call, const Emit& emit);
// Check a notice: the form, the answer to it, and the module that does the same in the browser.
Result<Nothing> page_notice(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_notice_checked(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_notice_script(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_charter(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_log(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_log_entry(Desk& desk, Call& call, const Emit& emit);

// The report form, a page a step; what was entered travels in hidden fields, and nothing is kept before the last.
Result<Nothing> page_report(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_report_where(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_report_details(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_report_check(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_report_send(Desk& desk, Call& call, const Emit& emit);

// Appeals: the form, what it was given, and what became of one (page_public_appeal.cc).
Result<Nothing> page_appeal(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_appeal_send(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_answer(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_answer_send(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> page_appeal_follow(Desk& desk, Call& call, const Emit& emit);
// What the form lets an appellant say of themselves, and why they object.
std::string in_words(const Words& words, AppellantRole role);
std::string in_words(const Words& words, AppealGround ground);

// ── for officers (page_cases.cc, page_decide.cc, page_acts.cc, page_appeals.cc, page_border.cc, page_rules.cc,
// page_officers.cc) ──

Result<Nothing> page_queue(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> page_case(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> page_evidence(Desk& desk, const Permit<Act::OpenEvidence>& who, Call& call, const Emit& emit);
Result<Nothing> page_proposals(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> page_proposal(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> page_notices(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> page_act(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> page_appeals(Desk& desk, const Permit<Act::ReadAppeals>& who, Call& call, const Emit& emit);
Result<Nothing> page_appeal_heard(Desk& desk, const Permit<Act::ReadAppeals>& who, Call& call, const Emit& emit);
Result<Nothing> page_border(Desk& desk, const Permit<Act::ReadBorder>& who, Call& call, const Emit& emit);
Result<Nothing> page_rules(Desk& desk, const Permit<Act::StopRule>& who, Call& call, const Emit& emit);
Result<Nothing> page_officers(Desk& desk, const Permit<Act::ListOfficers>& who, Call& call, const Emit& emit);

}  // namespace cordon
