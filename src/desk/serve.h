// `cordon serve`: owns the desk until a signal, answers commands on the desk's socket, and shows the public log, a
// status page and /api/v1/health on HTTP.
#pragma once

#include <optional>

#include "base/result.h"
#include "desk/settings.h"

namespace cordon {

Result<Nothing> serve(const Paths& paths, std::optional<int> port);

}  // namespace cordon
