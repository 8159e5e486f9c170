// The commands of whoever keeps a desk running: `cordon scrub`, `backup`, `restore`, `doctor` (docs/operations.md).
#pragma once

#include "base/result.h"
#include "desk/cli.h"
#include "desk/settings.h"

namespace cordon {

bool is_operation(const std::string& command);
Result<Nothing> run_operation(const Paths& paths, Typed& typed);

}  // namespace cordon
