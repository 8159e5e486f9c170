// docs/generated/states.md: the state machines as the code's tables have them.
#pragma once

#include <string>

namespace cordon {

std::string states_markdown();

}  // namespace cordon
