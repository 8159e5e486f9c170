// What `cordon docs offences` prints; docs/generated/offences.md is compared with it.
#pragma once

#include <string>

#include "base/json.h"

namespace cordon {

std::string offences_markdown();
Json offences_json();  // charter_tables() with the digest and the words of the refused list

}  // namespace cordon
