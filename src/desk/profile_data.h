// The profiles of data/profiles, embedded by cmake/Texts.cmake.
#pragma once

#include <string_view>
#include <vector>

namespace cordon {

// The text of data/profiles/<profile>.toml; empty where there is none.
std::string_view profile_data(std::string_view profile);
std::vector<std::string_view> profile_names();  // in order

}  // namespace cordon
