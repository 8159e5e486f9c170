// Events in the IntelMQ Data Format: one JSON object each, with dotted names or nested.
#pragma once

#include "base/json.h"
#include "report/reading.h"

namespace cordon {

bool is_intelmq(const Json& record);

// `source.*` is what the event is about, the url before the host name before the address; `destination.*`
// is whom it hit and never a target. `otherwise` is what an event is about that does not say it.
Reading read_intelmq(const Json& record, std::optional<Matter> otherwise = std::nullopt);

}  // namespace cordon
