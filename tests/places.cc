#include <cstdlib>

#include "base/places_for_tests.h"

namespace cordon {

std::string source_folder() { return CORDON_SOURCE; }

std::string shared_data(std::string_view name) {
  const char* told = std::getenv("CORDON_SHARED_DATA");
  return (told != nullptr ? std::string(told) : source_folder() + "/../shared/data") + "/" + std::string(name);
}

}  // namespace cordon
