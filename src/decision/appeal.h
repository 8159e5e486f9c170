// Somebody else decides (charter 0.8, 5.5, 6.6): who is affected, or who reported and was refused, appeals without an
// account; a reviewer who never touched the case decides with reasons, and what they grant happens.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/zone.h"
#include "casework/case.h"
#include "decision/action.h"
#include "decision/proposal.h"
#include "officer/move.h"

namespace cordon {

enum class AppealState {
  Lodged,
  Receipted,
  Admissible,
  Inadmissible,
  Assigned,
  UnderReview,
  Decided,
  RemedyRunning,
  Withdrawn,
  Closed,
};
std::string_view name(AppealState state);
Result<AppealState> parse_appeal_state(std::string_view text);
inline constexpr AppealState kLastAppealState = AppealState::Closed;
bool is_over(AppealState state);

enum class AppealCommand {
  Receipt,
  Admit,
  Dismiss,
  Assign,
  Review,
  GoLate,
  TakeOver,
  GrantInterim,
  RefuseInterim,
  Decide,
  RunRemedy,
  Withdraw,
  Close,
};
std::string_view name(AppealCommand command);
Result<AppealCommand> parse_appeal_command(std::string_view text);
inline constexpr AppealCommand kLastAppealCommand = AppealCommand::Close;

using AppealMove = Move<AppealState, AppealCommand>;
std::span<const AppealMove> appeal_moves();

enum class AppealGround {
  NotMine,
  NotIllegal,
  WrongCategory,
  MediaExemption,
  ParodyArtResearch,
  Consent,
  CompromisedNowClean,
  AlreadyRemoved,
  Disproportionate,
  Procedure,
  IdentityMistake,
  OtherGround,  // the only "other" there is, because it favours the citizen
};
std::string_view name(AppealGround ground);
Result<AppealGround> parse_appeal_ground(std::string_view text);
inline constexpr AppealGround kLastAppealGround = AppealGround::OtherGround;

enum class AppellantRole { ContentProvider, SiteOwner, Registrant, AccountHolder, Victim, Reporter, Recipient, Lawyer };
std::string_view name(AppellantRole role);
Result<AppellantRole> parse_appellant_role(std::string_view text);
inline constexpr AppellantRole kLastAppellantRole = AppellantRole::Lawyer;

// The only reasons for which an appeal is not heard; each is checked against the record.
enum class DismissReason { UnknownAction, OutOfTime, Duplicate };
std::string_view name(DismissReason reason);
Result<DismissReason> parse_dismiss_reason(std::string_view text);

enum class Verdict { Upheld, PartlyUpheld, Rejected };
std::string_view name(Verdict verdict);
Result<Verdict> parse_verdict(std::string_view text);

enum class Remedy { Recall, AskReinstate, CorrectRecord, RetireIndicator, NotifyPeers, Apology };
std::string_view name(Remedy remedy);
Result<Remedy> parse_remedy(std::string_view text);
inline constexpr Remedy kLastRemedy = Remedy::Apology;

// Charter 5.7: the window in calendar months of the desk's zone, whole days; the others as the law counts them.
inline constexpr int kAppealMonths = 6;
inline constexpr int kAppealDecisionDays = 14;
inline constexpr std::int64_t kInterimMs = 48 * kHourMs;
inline constexpr std::int64_t kReversalMs = 24 * kHourMs;
Instant appeal_until(Instant told_at, const Zone& zone);

// Event: somebody outside appealed. What they wrote lies encrypted under `text` and is nowhere else.
struct AppealLodged {
  AppealId id;
  Digest receipt;                  // of the code that the appellant follows it by
  std::optional<NoticeId> notice;  // an act, or
  std::optional<Digest> report;    // a report, by its receipt's digest
  std::optional<CaseId> case_id;   // where there is one
  AppellantRole role;
  std::set<AppealGround> grounds;
  bool interim_asked = false;
  Digest text;
  Instant at, until, decide_by;  // `until`: of the window
};
Json to_json(const AppealLodged& event);
Result<AppealLodged> read_appeal_lodged(const Json& body);

struct AppealDecision {
  Verdict verdict;
  std::string reasons;
  std::set<Remedy> remedies;
};

struct Appeal {
  AppealLodged lodged;
  AppealState state = AppealState::Receipted;
  bool late = false;
  std::optional<bool> interim = {};  // granted or refused
  std::optional<OfficerId> reviewer = {};
  std::optional<DismissReason> dismissed = {};
  std::optional<AppealDecision> decision = {};
  std::optional<Instant> decided_at = {}, closed_at = {};
};
Appeal receipted(AppealLodged event);
Json to_json(const Appeal& appeal);
Result<Appeal> read_appeal(const Json& body);

// Event.
struct AppealMoved {
  AppealId appeal;
  AppealCommand command;
  Instant at;
  std::optional<OfficerId> by = {};
  std::string words = {};  // of interim relief
  std::optional<DismissReason> dismissed = {};
  std::optional<AppealDecision> decision = {};
};
Json to_json(const AppealMoved& event);
Result<AppealMoved> read_appeal_moved(const Json& body);

// Who hears an appeal never had a part in its case: neither worked in it, nor opened its evidence, nor signed or sent
// back any decision of it (charter 10, appeal_reviewer).
Result<Nothing> may_hear(const Officer& officer, const Case& the_case, std::span<const Proposal> decisions);

// What the guards look at besides.
struct AppealContext {
  const Case* the_case = nullptr;  // none: a report that was refused
  std::span<const Proposal> decisions = {};
  bool twin = false;             // an earlier appeal of the same thing by the same code, not withdrawn
  bool nothing_decided = false;  // there is no act or refusal to appeal against
  bool remedies_done = false;
};
struct AppealWish {
  AppealCommand command;
  std::string words = {};
  std::optional<DismissReason> dismissed = {};
  std::optional<AppealDecision> decision = {};
};
Result<AppealMoved> decide(const Appeal& appeal, AppealWish wish, const AppealContext& context, const Mover& mover,
                           Instant now);
Result<Appeal> apply(Appeal appeal, const AppealMoved& event);

// When silence moves it to the ombudsperson's queue; nothing once it did, or is decided.
std::optional<Instant> late_at(const Appeal& appeal);

}  // namespace cordon
