// Which courier the settings name.
#pragma once

#include <memory>

#include "base/result.h"
#include "desk/settings.h"
#include "referral/notice.h"

namespace cordon {

Result<std::unique_ptr<Courier>> make_courier(const Paths& paths, const Settings& settings);

}  // namespace cordon
