// Every test binary's main: it can re-enter itself as a confined worker, and knows where the sources are.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/confined.h"
#include "base/places_for_tests.h"

namespace cordon {

std::string source_folder() { return CORDON_SOURCE; }

std::string shared_data(std::string_view name) {
  const char* told = std::getenv("CORDON_SHARED_DATA");
  return (told != nullptr ? std::string(told) : source_folder() + "/../shared/data") + "/" + std::string(name);
}

}  // namespace cordon

int main(int argc, char** argv) {
  if (const auto code = cordon::worker_main(argc, argv)) return *code;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
