// `cordon scrub`: everything that a desk holds, read again and compared, so that what a disk changed behind its back is
// found within a week and not in court (research/reliability.md P9). It owns nothing and writes one file, which says
// how far it came: whoever runs the desk goes on meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "desk/commands.h"

namespace cordon {

using Tell = std::function<void(const std::string&)>;  // a line of progress, for a terminal

struct ScrubAs {
  // So many bytes of evidence a second, going on where the last one stopped; nothing: as fast as can be, from the
  // beginning.
  std::optional<std::int64_t> pace = {};
};

// Emits an object for each thing that is broken, {"broken", "where", "message"} and whose it is, then one with the
// counts. Corrupt when anything is.
Result<Nothing> scrub(const Paths& paths, const ScrubAs& as, const Clock& clock, const Emit& emit, const Tell& tell);

// When the last whole one came to its end and what it found; nothing when none ever did.
struct LastScrub {
  Instant at;
  std::int64_t broken = 0;
  std::string first;  // of what was broken
};
Result<std::optional<LastScrub>> last_scrub(const Paths& paths);

// Blobs that no row of the journal names and that have lain there for a day: a crash between a blob and its event left
// them. The owner looks at the journal once more before it removes any.
inline constexpr std::int64_t kLeftOverAfter = kDayMs;
Result<Nothing> remove_left_over(Desk& desk, Call& call, const Emit& emit);

std::string scrub_in_words(const Json& line);

}  // namespace cordon
