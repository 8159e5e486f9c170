// The lists of data/never, embedded by cmake/Texts.cmake.
#pragma once

#include <string_view>

namespace cordon {

// The text of data/never/<list>.txt; empty where there is none.
std::string_view never_data(std::string_view list);

}  // namespace cordon
