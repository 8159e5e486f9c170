// An account or channel on a named platform: "telegram:@name", "vk:id123", "discord:175928847299117063".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "platform:account" under that platform's own rules for accounts; "@" may be left out and case is folded
// where the platform folds it. A name without a platform is Refused: it would be a person's (charter 4.8).
Result<std::string> canonical_handle(std::string_view text);

}  // namespace cordon
