// Commands that only read files and take no lock: `cordon log …` and `cordon journal …`.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/settings.h"

namespace cordon {

Result<Json> read_only_command(const Paths& paths, const std::string& command, const Json& arguments,
                               const std::vector<std::string>& files);

}  // namespace cordon
