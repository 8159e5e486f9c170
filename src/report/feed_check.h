// What a feed's profile makes of a sample, shown before anything is taken in: `cordon profile check`.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/intake.h"

namespace cordon {

// One object for each record, as read_batch() would have it: {"position", "outcome", "code", "reason", "category",
// "kind", "value", "event"}; what does not apply is missing. The event is shown redacted, as it would be kept. Parsed
// in a confined worker. `incoming.feed` is the profile.
Result<std::vector<Json>> check_feed(const Incoming& incoming, std::string_view bytes);

}  // namespace cordon
