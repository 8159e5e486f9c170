// A standing rule (amendment 1): two officers approve, in place of each act, a published rule by which the software
// sends voluntary alerts from one registered feed. It narrows to what the amendment permits, ends within 30 days, and
// whoever may stop it stops it alone and for good. Pure: a rule and a command in, the event or a refusal out.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "decision/annex.h"
#include "decision/feed.h"
#include "law/matter.h"
#include "law/terms.h"
#include "officer/move.h"
#include "officer/officer.h"

namespace cordon {

inline constexpr std::int64_t kLongestRuleDays = 30;    // amendment 1
inline constexpr std::int64_t kMostAlertsADay = 5'000;  // mails; docs/decisions/0027
inline constexpr std::int64_t kMostItemsOfAlert = 500;  // amendment 2: of one category at one recipient

enum class RuleState { Proposed, Returned, Refused, Lapsed, InForce, Stopped };
std::string_view name(RuleState state);  // "in_force", …
Result<RuleState> parse_rule_state(std::string_view text);
inline constexpr RuleState kLastRuleState = RuleState::Stopped;

enum class RuleCommand { Return, Refuse, Approve, Lapse, Stop };
std::string_view name(RuleCommand command);
Result<RuleCommand> parse_rule_command(std::string_view text);
inline constexpr RuleCommand kLastRuleCommand = RuleCommand::Stop;

using RuleMove = Move<RuleState, RuleCommand>;
std::span<const RuleMove> rule_moves();

// What an analyst asks for; feed, article and template are looked up.
struct RuleWish {
  ActionKind kind = ActionKind::Alert;
  Matter matter;
  std::set<ObservableKind> kinds;
  Effect effect = Effect::Inform;
  Recipient recipient = Recipient::Host;
  std::string source;      // a registered feed's name
  std::int64_t quota = 0;  // alerts a day, each one mail, 1 to 5000
  std::int64_t days = 0;   // of life, 1 to 30
  std::int64_t items = 1;  // in one alert at most, 1 to 500
};

// What both sign. Its alerts are voluntary: there is no other binding here.
struct RuleTerms {
  RuleId id;
  Matter matter;
  std::set<ObservableKind> kinds;
  Effect effect;
  Recipient recipient;
  Feed feed;                     // as it was registered then
  Digest words;                  // of the one template of its alerts
  std::int64_t quota;            // alerts a day
  std::string national_article;  // empty for an exposure
  Digest charter, annex;
  Instant at, ends_at;
  OfficerId proposer;
  std::int64_t items = 1;  // in one alert at most; a rule whose terms say nothing of it has one
};
Json public_terms(const RuleTerms& terms);      // for everybody: all of it but the proposer
std::string statement(const RuleTerms& terms);  // canonical, all of it
Digest digest_of(const RuleTerms& terms);       // of that: what the approver types
std::string to_be_signed_by_proposer(const RuleTerms& terms);
std::string to_be_signed_by_approver(const RuleTerms& terms, const OfficerId& approver, Instant at);

// Refused by name for all that amendment 1 keeps from a rule: another kind than an alert is no member of it; category,
// kinds, effect, recipient, feed, quota and life are looked at here, whoever wrote them.
Result<Nothing> check_terms(const RuleTerms& terms);

// Makes the terms. Refused as check_terms() says, for a source that is no registered feed (a peer, a reference, the
// public form, a person's hand), and for a category without an article in the annex (charter 0.3).
Result<RuleTerms> make_rule(const RuleWish& wish, std::span<const Feed> feeds, const Annex& annex, const Digest& words,
                            const Officer& proposer, RuleId id, Instant now);

// Event: proposed.
struct RuleProposed {
  RuleTerms terms;
  Signature signature;
};
Json to_json(const RuleProposed& event);
Result<RuleProposed> read_rule_proposed(const Json& body);

// Event: the rule moved by one row of the table.
struct RuleMoved {
  RuleId rule;
  RuleCommand command;
  Instant at;
  std::optional<OfficerId> by = {};         // nobody: the software
  std::optional<Signature> signature = {};  // of an approval
  std::string reason = {};                  // of a return, a refusal, a stop
};
Json to_json(const RuleMoved& event);
Result<RuleMoved> read_rule_moved(const Json& body);

// A rule as it stands.
struct StandingRule {
  RuleProposed proposed;
  RuleState state = RuleState::Proposed;
  std::optional<RuleMoved> approved = {}, ended = {};
  const RuleTerms& terms() const { return proposed.terms; }
};
Json to_json(const StandingRule& rule);
Result<StandingRule> read_standing_rule(const Json& body);

Result<RuleProposed> propose_rule(RuleTerms terms, const Officer& proposer, const SecretKey& key);
// Another person, the approver's role, the digest of the terms that they read, within 72 hours and before its end.
Result<RuleMoved> approve_rule(const StandingRule& rule, const Officer& approver, const SecretKey& key,
                               const Digest& digest, Instant now);
// Everything else. `reason` is a person's.
Result<RuleMoved> decide(const StandingRule& rule, RuleCommand command, const Mover& mover, std::string reason,
                         Instant now);
Result<StandingRule> apply(StandingRule rule, const RuleMoved& event);
// When the software lets it lapse by itself; nothing where it is over.
std::optional<Instant> lapses_at(const StandingRule& rule);
// Whether an alert may leave by it now, as far as the rule itself says.
bool in_force(const StandingRule& rule, Instant now);

}  // namespace cordon
