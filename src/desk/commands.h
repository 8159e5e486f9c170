// What can be asked of a desk, by a command, the API or a page: desk/routes.cc has the table, desk/commands.cc what
// each does. They run in the process that owns the desk, whether that is `cordon serve` or the command itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"
#include "words/words.h"

namespace cordon {

struct Call {
  std::string command;          // "case show"
  Json arguments = {};          // an object, one member for each field of the row
  std::vector<Fd> files = {};   // through the desk's own socket: open files, in the order that `arguments` names them
  std::string body = {};        // over HTTP: the bytes of the one file; a page, or evidence, on the way back
  std::string media_type = {};  // of `body`
  const SignedIn* who = nullptr;
  const ApiKey* key = nullptr;  // a machine's, instead of an officer
  // For a page:
  Language language = Language::En;
  std::optional<Language> set_language = {};  // the browser is to keep it
  std::string csrf = {};         // goes into each of its forms as the hidden field "csrf"; empty without a session
  std::string go_to = {};        // instead of a page: the path that the browser is sent to (303)
  std::string session = {};      // the token that came with the request
  std::string set_session = {};  // a token that the reply gives the browser
  bool end_session = false;      // the reply takes it back
  bool scripted = false;         // the page names own_script(), and its policy lets that one run
};
inline constexpr std::int64_t kCasesOfOnePage = 50;  // where the asker does not say
using Emit = std::function<void(const Json&)>;       // one object, one line of --json

// A command that came through the desk's own socket: signs its officer in where the row asks for one.
Result<Nothing> run_command(Desk& desk, Call& call, const Emit& emit);

// The officers of --by, each signed in and each of whom may do it.
Result<std::vector<Officer>> others(Desk& desk, const Json& arguments, Act act);
// The same with their keys, where they sign.
Result<std::vector<SignedIn>> others_signed_in(Desk& desk, const Json& arguments, Act act);

// A line for a person, from an object that the command emitted.
std::string for_people(const std::string& command, const Json& line);

// ── what the rows do ──

Result<Nothing> report_file(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> report_follow(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> session_open(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> session_show(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> session_end(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> style(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> log_head(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> log_entries(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> openapi(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> health(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> officer_add(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> officer_list(Desk& desk, const Permit<Act::ListOfficers>& who, Call& call, const Emit& emit);
Result<Nothing> officer_totp(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> officer_rekey(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> source_list(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> source_poll(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> source_replay(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> key_add(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> journal_clock(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> key_list(Desk& desk, const Permit<Act::ListApiKeys>& who, Call& call, const Emit& emit);
Result<Nothing> key_end(Desk& desk, const Permit<Act::EndApiKey>& who, Call& call, const Emit& emit);
Result<Nothing> intake(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> case_list(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> case_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> case_reports(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> case_attach(Desk& desk, const Permit<Act::AttachEvidence>& who, Call& call, const Emit& emit);
Result<Nothing> case_open(Desk& desk, const Permit<Act::OpenEvidence>& who, Call& call, const Emit& emit);
Result<Nothing> evidence_erase(Desk& desk, const Permit<Act::EraseEvidence>& who, Call& call, const Emit& emit);
Result<Nothing> evidence_stamp(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> evidence_stamps(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> log_cosign(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> log_rectify(Desk& desk, const Permit<Act::RectifyLog>& who, Call& call, const Emit& emit);
Result<Nothing> evidence_export(Desk& desk, const Permit<Act::ExportEvidence>& who, Call& call, const Emit& emit);
Result<Nothing> case_begin(Desk& desk, const Permit<Act::OpenCase>& who, Call& call, const Emit& emit);
Result<Nothing> case_split(Desk& desk, const Permit<Act::SplitCase>& who, Call& call, const Emit& emit);
Result<Nothing> case_join(Desk& desk, const Permit<Act::SplitCase>& who, Call& call, const Emit& emit);
Result<Nothing> case_part(Desk& desk, const Permit<Act::SplitCase>& who, Call& call, const Emit& emit);
Result<Nothing> report_erase(Desk& desk, const Permit<Act::EraseEvidence>& who, Call& call, const Emit& emit);
Result<Nothing> hold_set(Desk& desk, const Permit<Act::SetHold>& who, Call& call, const Emit& emit);
Result<Nothing> hold_lift(Desk& desk, const Permit<Act::SetHold>& who, Call& call, const Emit& emit);
Result<Nothing> retention_run(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> retention_show(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> case_fact(Desk& desk, const Permit<Act::EnterFact>& who, Call& call, const Emit& emit);
Result<Nothing> case_gate(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> decide_propose(Desk& desk, const Permit<Act::Propose>& who, Call& call, const Emit& emit);
Result<Nothing> decide_list(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> decide_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> decide_approve(Desk& desk, const Permit<Act::Approve>& who, Call& call, const Emit& emit);
Result<Nothing> decide_return(Desk& desk, const Permit<Act::ReturnProposal>& who, Call& call, const Emit& emit);
Result<Nothing> decide_refuse(Desk& desk, const Permit<Act::RefuseProposal>& who, Call& call, const Emit& emit);
Result<Nothing> notice_list(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> notice_send(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> notice_dsa(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> status(Desk& desk, Call& call, const Emit& emit);

// desk/act_commands.cc
Result<Nothing> notice_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> notice_answer(Desk& desk, const Permit<Act::RecordAnswer>& who, Call& call, const Emit& emit);
Result<Nothing> notice_pack(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> answer_file(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> answer_take(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> answer_list(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> answer_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> answer_dismiss(Desk& desk, const Permit<Act::RecordAnswer>& who, Call& call, const Emit& emit);
Result<Nothing> notice_suspend(Desk& desk, const Permit<Act::SuspendAlone>& who, Call& call, const Emit& emit);
Result<Nothing> notice_recall(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> notice_party(Desk& desk, const Permit<Act::TellParty>& who, Call& call, const Emit& emit);
Result<Nothing> notice_defer(Desk& desk, const Permit<Act::DeferParty>& who, Call& call, const Emit& emit);
Result<Nothing> notice_due(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> notice_recheck(Desk& desk, const Permit<Act::RecordAnswer>& who, Call& call, const Emit& emit);
Result<Nothing> case_reopen(Desk& desk, const Permit<Act::ReopenCase>& who, Call& call, const Emit& emit);
Result<Nothing> appeal_file(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> appeal_follow(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> appeal_withdraw(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> appeal_list(Desk& desk, const Permit<Act::ReadAppeals>& who, Call& call, const Emit& emit);
Result<Nothing> appeal_show(Desk& desk, const Permit<Act::ReadAppeals>& who, Call& call, const Emit& emit);
Result<Nothing> appeal_take(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> appeal_dismiss(Desk& desk, const Permit<Act::HearAppeal>& who, Call& call, const Emit& emit);
Result<Nothing> appeal_interim(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> appeal_decide(Desk& desk, Call& call, const Emit& emit);

// desk/guard.cc
Result<Nothing> guard_load(Desk& desk, const Permit<Act::KeepSensitiveList>& who, Call& call, const Emit& emit);
Result<Nothing> guard_remove(Desk& desk, const Permit<Act::RemoveSensitiveEntry>& who, Call& call, const Emit& emit);
Result<Nothing> guard_show(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> guard_entries(Desk& desk, Call& call, const Emit& emit);

// desk/break_glass.cc
Result<Nothing> glass_break(Desk& desk, const Permit<Act::BreakGlass>& who, Call& call, const Emit& emit);
Result<Nothing> glass_confirm(Desk& desk, const Permit<Act::ConfirmBreakGlass>& who, Call& call, const Emit& emit);
Result<Nothing> glass_list(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);

// desk/entities.cc
Result<Nothing> entities_load(Desk& desk, const Permit<Act::KeepEntityList>& who, Call& call, const Emit& emit);
Result<Nothing> entities_show(Desk& desk, Call& call, const Emit& emit);
// desk/rule_commands.cc
Result<Nothing> rule_propose(Desk& desk, const Permit<Act::Propose>& who, Call& call, const Emit& emit);
Result<Nothing> rule_approve(Desk& desk, const Permit<Act::Approve>& who, Call& call, const Emit& emit);
Result<Nothing> rule_return(Desk& desk, const Permit<Act::ReturnProposal>& who, Call& call, const Emit& emit);
Result<Nothing> rule_refuse(Desk& desk, const Permit<Act::RefuseProposal>& who, Call& call, const Emit& emit);
Result<Nothing> rule_stop(Desk& desk, const Permit<Act::StopRule>& who, Call& call, const Emit& emit);
Result<Nothing> rule_list(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> rule_show(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> rule_preview(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit);
Result<Nothing> rule_recall_batch(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> alert_by_hand(Desk& desk, const Permit<Act::SendNotices>& who, Call& call, const Emit& emit);
Result<Nothing> alert_letter(Desk& desk, const Permit<Act::SendNotices>& who, Call& call, const Emit& emit);
Result<Nothing> alert_taken(Desk& desk, const Permit<Act::SendNotices>& who, Call& call, const Emit& emit);

// desk/border_commands.cc
Result<Nothing> peer_add(Desk& desk, const Permit<Act::KeepPeers>& who, Call& call, const Emit& emit);
Result<Nothing> peer_change(Desk& desk, const Permit<Act::KeepPeers>& who, Call& call, const Emit& emit);
Result<Nothing> peer_suspend(Desk& desk, const Permit<Act::SuspendPeer>& who, Call& call, const Emit& emit);
Result<Nothing> peer_look(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_list(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_receive(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_references(Desk& desk, const Permit<Act::ReadBorder>& who, Call& call, const Emit& emit);
Result<Nothing> border_show(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> border_explain(Desk& desk, const Permit<Act::ReadBorder>& who, Call& call, const Emit& emit);
Result<Nothing> border_list(Desk& desk, const Permit<Act::ReadBorder>& who, Call& call, const Emit& emit);
Result<Nothing> export_bundle(Desk& desk, const Permit<Act::Share>& who, Call& call, const Emit& emit);

}  // namespace cordon
