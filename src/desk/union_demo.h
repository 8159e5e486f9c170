// `cordon union demo`: three desks of fictitious states in a temporary folder, one indicator, and what their borders
// say. Made of the same functions as any desk's days.
#pragma once

#include "desk/commands.h"

namespace cordon {

// Emits {"step","from","to","object","decision","rule","why"}, one a step. `keep` leaves the folders and names them.
Result<Nothing> union_demo(bool keep, const Emit& emit);

}  // namespace cordon
