// The names of events (the IntelMQ Data Format), and what each takes. See docs/formats/intelmq.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace cordon {

enum class Takes { Text, Lower, Ip, Fqdn, Url, Network, Asn, Port, Real, Country, Time, Flag, Tlp, Transport, Hash };

// Nothing for a name that is none, extra.* and what no record may hold (accounts, raw bytes).
std::optional<Takes> takes_of(std::string_view name);
bool is_extra_name(std::string_view name);
// The value as its name takes it; nothing when it is something else. Times are taken as they are.
std::optional<Json> fitted(std::string_view name, Takes takes, const Json& value);

// Text or number of a value, trimmed; nothing for null, lists and tables, and for what is empty.
std::optional<std::string> feed_text(const Json& value);

}  // namespace cordon
