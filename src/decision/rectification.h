// What is done about a line of the public log that proves wrong (charter 8.4): the line stays, for no log is rewritten,
// and another one points at it, which is shown first wherever the wrong one is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "decision/leaf.h"
#include "officer/officer.h"

namespace cordon {

enum class RectifyGround {
  Innocent,       // whom the line points at has nothing to do with it
  WrongTarget,    // something else was meant
  WrongCategory,  // it was another offence, or none
  Clerical,       // a slip of who wrote it
};
std::string_view name(RectifyGround ground);  // "innocent", "wrong_target", …
Result<RectifyGround> parse_rectify_ground(std::string_view text);

// Event.
struct LogRectified {
  std::int64_t line = 0;  // the wrong one, from 0
  Digest hash;            // of it in the tree, so that nothing else can be meant
  RectifyGround ground;
  std::string reason;  // not in the open
  OfficerId dpo, second;
  Instant at;
};
Json to_json(const LogRectified& event);
Result<LogRectified> read_log_rectified(const Json& body);

// Who answers for data that concern people, the data-protection officer, and one who answers for acts: an approver or a
// legal reviewer (charter 10). Refused for one person, for other roles, and of a line that corrects one itself.
Result<LogRectified> rectify(const Json& wrong, std::int64_t line, const Digest& hash, RectifyGround ground,
                             std::string reason, const Officer& dpo, const Officer& second, Instant now);

// The line that says so: of the wrong line's kind, with its number and hash.
Leaf leaf_of_rectification(const LogRectified& event, const Json& wrong);
inline constexpr std::string_view kRectification = "rectification";  // its type

// The same read again from the open part of such a line.
struct Correction {
  std::int64_t line = 0;  // the wrong one
  std::string hash;       // hex
  std::string ground;
};
Result<Correction> read_correction(const Json& leaf);

}  // namespace cordon
