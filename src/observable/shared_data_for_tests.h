// Where tests find the published vectors that lie beside the project, not in it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace cordon {

// The path of `name` below $CORDON_SHARED_DATA, or below ../shared/data as seen from the project's root.
// It may not exist: a test then skips.
inline std::string shared_data(std::string_view name) {
  const char* told = std::getenv("CORDON_SHARED_DATA");
  const std::filesystem::path root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  const std::filesystem::path data = told != nullptr ? std::filesystem::path(told) : root.parent_path() / "shared/data";
  return (data / name).string();
}

}  // namespace cordon
