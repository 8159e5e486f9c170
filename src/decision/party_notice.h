// Everyone affected is told (charter 0.8, 5.4, 6.5): by the desk where a contact is public, else through the recipient;
// put off by two people at most twice, and then sent by the software whatever anybody thinks of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "decision/message.h"
#include "decision/proposal.h"
#include "officer/move.h"

namespace cordon {

enum class PartyState { Due, Sent, Relayed, Deferred, NoContact, Delivered, Bounced, Undeliverable };
std::string_view name(PartyState state);
Result<PartyState> parse_party_state(std::string_view text);
inline constexpr PartyState kLastPartyState = PartyState::Undeliverable;

enum class PartyCommand { Send, Relay, Defer, EndDeferral, FindNoContact, Deliver, Bounce, GiveUp };
std::string_view name(PartyCommand command);  // "send", "end_deferral", …
Result<PartyCommand> parse_party_command(std::string_view text);
inline constexpr PartyCommand kLastPartyCommand = PartyCommand::GiveUp;

using PartyMove = Move<PartyState, PartyCommand>;
std::span<const PartyMove> party_moves();
bool is_over(PartyState state);

enum class DeferralGround { VictimSafety, ActiveInvestigation, ChildProtection };
std::string_view name(DeferralGround ground);
Result<DeferralGround> parse_deferral_ground(std::string_view text);
inline constexpr std::int64_t kLongestDeferralMs = 42 * kDayMs;
inline constexpr int kMostDeferrals = 2;

struct PartyNotice {
  NoticeId notice;
  CaseId case_id;
  PartyState state = PartyState::Due;
  Instant due_at;  // charter 5.7: 24 h; later than that it is overdue
  int deferrals = 0;
  std::optional<Instant> deferred_until = {};
  std::string to = {};  // of a deferred one: who is told at its end
  std::optional<Instant> moved_at = {};
};
Json to_json(const PartyNotice& notice);
Result<PartyNotice> read_party_notice(const Json& body);

// Whether a request has an affected party beside its recipient: exposure has none (amendment 8), and who owns the
// system is told by the request itself.
bool has_affected_party(const Proposed& proposed);
PartyNotice party_notice_due(const Proposed& proposed, Instant sent_at);

// Event.
struct PartyMoved {
  NoticeId notice;
  PartyCommand command;
  Instant at;
  std::optional<OfficerId> by = {}, second = {};
  std::string to = {}, words = {};  // whom; why no contact was found, why it is deferred
  std::optional<DeferralGround> ground = {};
  std::optional<Instant> until = {};
  std::optional<Message> message = {};
};
Json to_json(const PartyMoved& event);
Result<PartyMoved> read_party_moved(const Json& body);

struct PartyWish {
  PartyCommand command;
  std::string to = {}, words = {};
  std::optional<DeferralGround> ground = {};
  std::optional<Instant> until = {};
  std::optional<Message> message = {};
};
Result<PartyMoved> decide(const PartyNotice& notice, PartyWish wish, const Mover& mover, Instant now);
Result<PartyNotice> apply(PartyNotice notice, const PartyMoved& event);

// What the software does by itself: the end of a deferral, and then the notice that was put off.
struct PartyDue {
  PartyCommand command;
  Instant at;
};
std::optional<PartyDue> next_due(const PartyNotice& notice);

}  // namespace cordon
