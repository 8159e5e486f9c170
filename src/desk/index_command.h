// `cordon index …`: builds and reads index files. It needs no desk, and takes what a desk has as a source if told to.
#pragma once

#include "base/result.h"
#include "desk/cli.h"

namespace cordon {

Result<Nothing> index_command(const Typed& typed);

}  // namespace cordon
