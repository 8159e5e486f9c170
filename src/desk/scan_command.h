// `cordon scan`: the one command that needs no desk. Exit codes like grep's: 0 something was found, 1 nothing was,
// 2 something could not be read or was asked for wrongly.
#pragma once

#include "desk/cli.h"

namespace cordon {

int scan_command(const Typed& typed);

}  // namespace cordon
