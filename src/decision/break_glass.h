// Break-glass (charter 6.9): one officer, alone, hands an imminent danger to life to an emergency service, or asks that
// something be preserved. Never a removal, never a share. Another person confirms within 24 hours, or the software
// takes it back. (What one person may suspend or recall alone is action.h's: it lessens a request and needs nobody's
// confirmation.)
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "casework/case.h"
#include "decision/annex.h"
#include "decision/guard.h"
#include "officer/move.h"
#include "officer/officer.h"

namespace cordon {

enum class GlassUse { Emergency, Preserve };
std::string_view name(GlassUse use);  // "emergency", "preserve"
// Refused for whatever else one might wish: nothing is removed or shared behind broken glass.
Result<GlassUse> parse_glass_use(std::string_view text);

enum class GlassState { Used, Confirmed, Reversed };
std::string_view name(GlassState state);
Result<GlassState> parse_glass_state(std::string_view text);

enum class GlassCommand { Confirm, Reverse };
std::string_view name(GlassCommand command);
Result<GlassCommand> parse_glass_command(std::string_view text);
using GlassMove = Move<GlassState, GlassCommand>;
std::span<const GlassMove> glass_moves();

inline constexpr std::int64_t kGlassConfirmedWithinMs = 24 * kHourMs;  // charter 5.7

// Event: used. What `by` signs is everything of it but the signature.
struct GlassBroken {
  NoticeId id;
  CaseId case_id;
  Matter matter;
  Observable target;
  GlassUse use = GlassUse::Emergency;
  Recipient recipient = Recipient::Emergency;
  std::string contact, words;
  Instant at;
  Digest body = {};  // SHA-256 of the exact body part of the mail
  OfficerId by;
  Signature signature = {};
};
Json to_json(const GlassBroken& event);
Result<GlassBroken> read_glass_broken(const Json& body);
std::string to_be_signed_for_glass(const GlassBroken& event);

// Event: confirmed by somebody else, or reversed by the software.
struct GlassMoved {
  NoticeId id;
  GlassCommand command;
  Instant at;
  std::optional<OfficerId> by = {};
};
Json to_json(const GlassMoved& event);
Result<GlassMoved> read_glass_moved(const Json& body);

// Event: a courier took what it said, or that it is taken back.
struct GlassSent {
  NoticeId id;
  GlassState said = GlassState::Used;  // or Reversed
  std::string courier, receipt, message_id;
};
Json to_json(const GlassSent& event);
Result<GlassSent> read_glass_sent(const Json& body);

struct Glass {
  GlassBroken broken;
  GlassState state = GlassState::Used;
  std::optional<OfficerId> confirmed_by = {};
};

// What must hold before a word is written: a role; 20 to 1000 characters of why; for `preserve` what any request for it
// takes, the annex's article and the guard among it.
Result<Nothing> check_glass(const Case& the_case, GlassUse use, Recipient recipient, const std::string& words,
                            const Annex& annex, const Guarded& guard, const Officer& officer);
Result<GlassMoved> decide(const Glass& glass, GlassCommand command, const Mover& mover, Instant now);
Result<Glass> apply(Glass glass, const GlassMoved& event);

}  // namespace cordon
