// A tar (POSIX ustar) in which no byte is free: names, modes and times are fixed, so that equal files give equal bytes
// and a changed one is found.
#pragma once

#include <string_view>

#include "base/result.h"

namespace cordon {

Result<Nothing> add_to_archive(int fd, std::string_view name, std::string_view bytes);  // a name of at most 99 bytes
Result<Nothing> end_archive(int fd);

}  // namespace cordon
