// The life of a case (charter 6.2) as a table. Most of its moves are what other events mean for it: evidence came, a
// request was proposed, left, was answered; CaseMoved is for those that are acts of their own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/case.h"
#include "officer/move.h"

namespace cordon {

enum class CaseCommand {
  Assess,          // evidence was attached
  Propose,         // a request was proposed
  Return,          // it was sent back, refused or lapsed
  DecideAct,       // it was approved
  DecideNoAction,  // nobody is asked to act
  Send,            // the request is on its way
  Await,           // it left
  Resolve,         // the harm has stopped
  FailToResolve,   // it has not, or nobody answered
  Close,
  Reopen,
};
std::string_view name(CaseCommand command);  // "assess", "decide_no_action", …
Result<CaseCommand> parse_case_command(std::string_view text);

using CaseMove = Move<CaseState, CaseCommand>;
std::span<const CaseMove> case_moves();

// What an event about an act or about evidence makes of the case. A case that has gone on stays where it is: a late
// answer to an act of before does not close what was opened again.
CaseState after(CaseState state, CaseCommand command);

inline constexpr std::int64_t kLongestAssessmentDays = 60;  // charter 6.2

// Event: a case was decided without an act, closed, or opened again.
struct CaseMoved {
  CaseId case_id;
  CaseCommand command;
  std::string reason;
  std::optional<OfficerId> by;     // nobody: the software
  std::optional<AppealId> appeal;  // that was upheld
  Instant at;
};
Json to_json(const CaseMoved& event);
Result<CaseMoved> read_case_moved(const Json& body);

// What the guard of `close` asks (charter 6.2): whether each act, party notice and appeal of the case is over.
struct OpenEnds {
  std::int64_t acts = 0, party_notices = 0, appeals = 0;
};
// Only decide_no_action, close and reopen are asked for; the others are what other events mean.
Result<CaseMoved> decide(const Case& the_case, CaseCommand command, const Mover& mover, const OpenEnds& open,
                         std::string reason, Instant now);

}  // namespace cordon
