// Is what a request was about still there, and did it come back: what the looks at a target (probe/look.h) say
// together. Pure. Charter 5.7 and 6.4; docs/recheck.md has the same in words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "decision/action.h"
#include "probe/look.h"

namespace cordon {

// Kinds of failure. One look can show several; only kinds that agree count (judge).
enum class Sign : std::uint8_t {
  Name,       // there is no such name, or it leads nowhere
  Zone,       // the zone's own authority says that there is no such name
  Door,       // nobody takes a connection where the target is
  OtherDoor,  // nor at the other of the web's two ports
  Answer,     // the server says that the page is gone: 404, 410, 451
  Content,    // and it was seen there from here before
  Recipient,  // who was asked says that it is done
};
std::string_view name(Sign sign);
enum class TargetState : std::uint8_t { Unsure, Up, Changed, Down };
std::string_view name(TargetState state);
Result<TargetState> parse_target_state(std::string_view text);

struct TargetVerdict {
  TargetState state = TargetState::Unsure;
  int confidence = 0;            // percent; 0 where it is unsure
  std::vector<Sign> signs = {};  // of down: the kinds that every one of its looks showed
  std::size_t looks = 0;         // that it rests on
};

// One look as it is kept: `look.body` is keyed, so that it says nothing to who has the journal alone.
struct KeptLook {
  TargetLook look;
  bool as_evidence = false;  // what came has the digest of a piece of the case's evidence
};

inline constexpr std::size_t kFewestLooksForDown = 3, kFewestLooksForUp = 2;
inline constexpr std::int64_t kLeastGapMs = kHourMs;          // looks that are nearer than this count as one
inline constexpr std::int64_t kLeastSpreadMs = 12 * kHourMs;  // from the first to the last look of a "down"
inline constexpr std::int64_t kLongestGapMs = 24 * kHourMs;   // between two of them

// `looks` in the order of time. Down: the last three looks or more, an hour apart and spread over half a day, all show
// it gone, and two kinds of failure agree in every one of them; it stays down until something else is seen. Up and
// changed: two looks. A look of which this machine's own network is to blame, or that broke off, says nothing; a server
// that answers anything else than "gone" ends a row of failures. Never a verdict from one look.
TargetVerdict judge(std::span<const KeptLook> looks, bool recipient_says_done);

// When the next look is due: 24 hours after the request was sent, 7 days, then weekly until its end (charter 5.7), each
// time a row of up to four over 20 hours, which ends once the target was seen twice. Nothing when no look is left.
std::optional<Instant> next_look(Instant sent_at, Instant sunset_at, std::span<const KeptLook> looks);

// Refused unless the charter lets the software go to this target at all: its request was sent and is neither taken back
// nor over, the category's PAP is GREEN or CLEAR (8.5), and it has a place on the network. Exposure has no PAP and is
// not looked at.
Result<Nothing> may_look(const Action& action, const Proposed& proposed);

// Event: a target was looked at, and what all looks say since.
struct TargetLooked {
  NoticeId notice;
  KeptLook kept;
  TargetVerdict verdict;
  bool back = false;  // it was down before this look, and is there again
};
Json to_json(const TargetLooked& event);
Result<TargetLooked> read_target_looked(const Json& body);

}  // namespace cordon
