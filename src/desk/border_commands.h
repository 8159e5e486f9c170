// The commands of the border: `peer …`, `border …`, `export`.
#pragma once

#include <map>
#include <string>

#include "desk/commands.h"

namespace cordon {

const std::map<std::string, Result<Nothing> (*)(Desk&, Call&, const Emit&)>& border_commands();

}  // namespace cordon
