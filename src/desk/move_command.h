// `cordon move --to postgresql://…|FILE`: the desk's record goes to another home.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "desk/settings.h"

namespace cordon {

// `to` is an address or a file, which is taken as one of the desk where it is no full path. The desk must be nobody's
// at the time. After an interruption at any point the same command goes on, and until then the desk either works where
// it was or is refused: there is never a second record that could be written to.
Result<Json> move_record(const Paths& paths, const std::string& to);

}  // namespace cordon
