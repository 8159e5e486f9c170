#include "casework/case_life.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<CaseCommand, std::string_view>, 11> kCaseCommands{{
    {CaseCommand::Assess, "assess"},
    {CaseCommand::Propose, "propose"},
    {CaseCommand::Return, "return"},
    {CaseCommand::DecideAct, "decide_act"},
    {CaseCommand::DecideNoAction, "decide_no_action"},
    {CaseCommand::Send, "send"},
    {CaseCommand::Await, "await"},
    {CaseCommand::Resolve, "resolve"},
    {CaseCommand::FailToResolve, "fail_to_resolve"},
    {CaseCommand::Close, "close"},
    {CaseCommand::Reopen, "reopen"},
}};

constexpr std::string_view kEvidence = "evidence was attached";
constexpr std::string_view kOver = "every act, party notice and appeal of it is over";

constexpr std::array kCaseMoves{
    CaseMove{CaseState::Open, CaseCommand::Assess, By::officer(Act::AttachEvidence), CaseState::Assessing, Logged::No,
             kEvidence},
    CaseMove{CaseState::Assessing, CaseCommand::Assess, By::officer(Act::AttachEvidence), CaseState::Assessing,
             Logged::No, kEvidence},
    CaseMove{CaseState::Reopened, CaseCommand::Assess, By::officer(Act::AttachEvidence), CaseState::Assessing,
             Logged::No, kEvidence},
    CaseMove{CaseState::Assessing, CaseCommand::Propose, By::officer(Act::Propose), CaseState::Proposed, Logged::No,
             "6.3"},
    CaseMove{CaseState::Reopened, CaseCommand::Propose, By::officer(Act::Propose), CaseState::Proposed, Logged::No,
             "6.3"},
    CaseMove{CaseState::Proposed, CaseCommand::Return, By::officer(Act::ReturnProposal), CaseState::Assessing,
             Logged::No, "the proposal was sent back, refused or lapsed"},
    CaseMove{CaseState::Proposed, CaseCommand::DecideAct, By::two(Act::Propose, Act::Approve), CaseState::DecidedAct,
             Logged::Yes, "the decision is effective (6.3)"},
    CaseMove{CaseState::Assessing, CaseCommand::DecideNoAction, By::software(), CaseState::DecidedNoAction, Logged::Yes,
             "60 days without a decision"},
    CaseMove{CaseState::DecidedAct, CaseCommand::Send, By::software(), CaseState::Acting, Logged::No,
             "the line in the log is published"},
    CaseMove{CaseState::Acting, CaseCommand::Await, By::software(), CaseState::Awaiting, Logged::No,
             "the courier took it"},
    CaseMove{CaseState::Awaiting, CaseCommand::Resolve, By::officer(Act::RecordAnswer), CaseState::Resolved, Logged::No,
             "done_full, cleaned or already_gone"},
    CaseMove{CaseState::Awaiting, CaseCommand::FailToResolve, By::software(), CaseState::Unresolved, Logged::No,
             "any other answer, none, or the request ended"},
    CaseMove{CaseState::Resolved, CaseCommand::Close, By::software(), CaseState::Closed, Logged::Yes, kOver},
    CaseMove{CaseState::Unresolved, CaseCommand::Close, By::software(), CaseState::Closed, Logged::Yes, kOver},
    CaseMove{CaseState::DecidedNoAction, CaseCommand::Close, By::software(), CaseState::Closed, Logged::Yes, kOver},
    CaseMove{CaseState::Closed, CaseCommand::Reopen, By::officer(Act::ReopenCase), CaseState::Reopened, Logged::Yes,
             "a new fact"},
    CaseMove{CaseState::Closed, CaseCommand::Reopen, By::officer(Act::HearAppeal), CaseState::Reopened, Logged::Yes,
             "an appeal was upheld"},
    CaseMove{CaseState::Closed, CaseCommand::Reopen, By::officer(Act::HearLateAppeal), CaseState::Reopened, Logged::Yes,
             "a late appeal was upheld"},
};

}  // namespace

std::string_view name(CaseCommand command) {
  return std::find_if(kCaseCommands.begin(), kCaseCommands.end(), [&](const auto& row) { return row.first == command; })
      ->second;
}

Result<CaseCommand> parse_case_command(std::string_view text) {
  const auto row =
      std::find_if(kCaseCommands.begin(), kCaseCommands.end(), [&](const auto& r) { return r.second == text; });
  if (row == kCaseCommands.end()) return fail(Fault::Malformed, "'" + printable(text, 40) + "' moves no case");
  return row->first;
}

std::span<const CaseMove> case_moves() { return kCaseMoves; }

CaseState after(CaseState state, CaseCommand command) {
  const CaseMove* row = taken_move(case_moves(), state, command);
  return row == nullptr ? state : row->to;
}

Json to_json(const CaseMoved& event) {
  Json body = Json::Object{{"case", event.case_id.text()},
                           {"command", name(event.command)},
                           {"reason", event.reason},
                           {"at", to_rfc3339(event.at)}};
  if (event.by) body.set("by", event.by->text());
  if (event.appeal) body.set("appeal", event.appeal->text());
  return body;
}

Result<CaseMoved> read_case_moved(const Json& body) {
  CaseId id = TRY(CaseId::parse(TRY(body.text("case"))));
  const CaseCommand command = TRY(parse_case_command(TRY(body.text("command"))));
  std::string reason = TRY(body.text("reason"));
  std::optional<OfficerId> by;
  if (body.find("by") != nullptr) by = TRY(OfficerId::parse(TRY(body.text("by"))));
  std::optional<AppealId> appeal;
  if (body.find("appeal") != nullptr) appeal = TRY(AppealId::parse(TRY(body.text("appeal"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return CaseMoved{std::move(id), command, std::move(reason), std::move(by), std::move(appeal), at};
}

Result<CaseMoved> decide(const Case& the_case, CaseCommand command, const Mover& mover, const OpenEnds& open,
                         std::string reason, Instant now) {
  const std::string where = the_case.id.text();
  if (command != CaseCommand::DecideNoAction && command != CaseCommand::Close && command != CaseCommand::Reopen)
    return fail(Fault::Usage, "'" + std::string(name(command)) + "' is what another event means for a case", where);
  TRY(find_move(case_moves(), the_case.state, command, mover, where));
  if (command == CaseCommand::Close && open.acts + open.party_notices + open.appeals > 0)
    return fail(Fault::Conflict, "something of the case is not over yet (charter 6.2)", where);
  if (command == CaseCommand::Reopen && trim(reason).size() < 10)
    return fail(Fault::Malformed, "a reason has 10 characters or more");
  CaseMoved event{the_case.id, command, std::move(reason), {}, {}, now};
  if (mover.first() != nullptr) event.by = mover.first()->id;
  return event;
}

}  // namespace cordon
