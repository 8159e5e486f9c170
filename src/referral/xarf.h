// The machine-readable part of a notice: XARF v4 (https://xarf.org), for the matters that have a type there.
#pragma once

#include <optional>

#include "base/json.h"
#include "referral/wording.h"

namespace cordon {

std::optional<Json> xarf_part(const NoticeFacts& facts);

}  // namespace cordon
