// The files that a command was given, folders taken apart.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cordon {

// Every file below the given paths, in order of name; "-", which stands for standard input, as it is. Malformed:
// folders that go deeper than 16.
Result<std::vector<std::string>> files_below(const std::vector<std::string>& paths, int depth = 0);

}  // namespace cordon
