// `cordon profile …`: the profiles that feeds are read by. It needs no desk.
#pragma once

#include "base/result.h"
#include "desk/cli.h"

namespace cordon {

Result<Nothing> profile_command(const Typed& typed);

}  // namespace cordon
