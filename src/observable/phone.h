// A telephone number in the form of ITU-T E.164.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "+44 (20) 7946-0123" and "0044 20 …" become "+442079460123". Only the international form is taken: a
// national one means another subscriber in each country. Malformed unless the number lies in a range that
// its country has assigned.
Result<std::string> canonical_phone(std::string_view text);

}  // namespace cordon
