// XARF version 4 reports (xarf.org/schemas/v4): JSON, one abuse incident each.
#pragma once

#include "base/json.h"
#include "report/reading.h"

namespace cordon {

// True for a record that calls itself XARF, of any version.
bool is_xarf(const Json& record);

// Versions before 4 are refused "legacy_format". Reports of child-abuse material are refused before any
// other member is read, and nothing of them is kept, their id included.
Reading read_xarf(const Json& record);

}  // namespace cordon
