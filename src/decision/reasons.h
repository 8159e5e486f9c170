// What a statement of reasons must not be: empty words. Charter 5.3, after DSA 17(4), "as precise and specific as
// reasonably possible".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "casework/case.h"
#include "decision/proposal.h"
#include "law/matter.h"

namespace cordon {

inline constexpr std::size_t kShortestReasons = 80;    // characters
inline constexpr std::size_t kMostSharedPercent = 90;  // of its shingles that may stand in one other case's text

// How many statements of other cases one is compared with: the newest of its category.
inline constexpr std::size_t kStatementsCompared = 100;

// What officers wrote for a request about this case, as its recipient reads it: the facts, what the gates rest on, and
// why nothing milder does.
std::string reasons_of(const Case& the_case, const Wish& wish);

// Refused with what is wrong: fewer than 80 characters; fewer than 80 beside the category's own names, which say what a
// reader knows already; or more than 90 % of its shingles (of eight characters, case and spaces levelled) in one text
// of `others`, the statements of other cases.
Result<Nothing> check_reasons(std::string_view text, Matter matter, std::span<const std::string> others);

}  // namespace cordon
