// The day of most tests.
#pragma once

#include "base/clock.h"

namespace cordon {

inline constexpr Instant kNow{1'790'000'000'000};

}  // namespace cordon
