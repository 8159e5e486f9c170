// Commands that only read files and take no lock: `cordon log …` and `cordon journal …`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/settings.h"

namespace cordon {

Result<Json> read_only_command(const Paths& paths, const std::string& command, const Json& arguments,
                               const std::vector<std::string>& files);

// `cordon log watch`: with "once", one look; else until the log contradicts itself.
Result<Nothing> watch_command(const Json& arguments, const std::function<void(const Json&)>& tell);

}  // namespace cordon
