// XARF reports, one abuse incident each: version 4 (xarf.org/schemas/v4), the JSON of versions 1 to 3
// (github.com/abusix/xarf) and the "Key: value" lines of 0.1 and 0.2 that still come in mail.
#pragma once

#include <vector>

#include "base/json.h"
#include "report/fields.h"
#include "report/reading.h"

namespace cordon {

// True for a record that calls itself XARF, of any version.
bool is_xarf(const Json& record);

// Reports of child-abuse material are refused before any other member is read, and nothing of them is kept, their id
// included.
Reading read_xarf(const Json& record);

// True for the report.txt of X-ARF 0.1 and 0.2.
bool is_xarf_lines(const Fields& fields);

// Where an address is the source, `Port` is that of whom it attacked and no port of the source's. Where it is a place,
// it may also be at `places`, which the mail's words name.
Reading read_xarf_lines(const Fields& fields, const std::vector<Observable>& places);

}  // namespace cordon
