// How much of something a test tries.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace cordon {

// `few` in ./test, `more` in .ci/run, `all` in ./test --all (CORDON_LENGTH=more, all). A number in `variable` wins.
inline std::int64_t samples(const char* variable, std::int64_t few, std::int64_t more, std::int64_t all) {
  if (const char* told = std::getenv(variable)) {
    const std::int64_t number = std::atoll(told);
    return number > 0 ? number : 1;
  }
  const char* length = std::getenv("CORDON_LENGTH");
  if (length == nullptr) return few;
  return std::string_view(length) == "all" ? all : more;
}

}  // namespace cordon
