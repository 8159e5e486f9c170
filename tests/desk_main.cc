// The main of tests that hold a desk in their own process: besides a confined worker, it can be the desk's signer.
#include <gtest/gtest.h>

#include "base/confined.h"
#include "desk/signer.h"

int main(int argc, char** argv) {
  if (const auto code = cordon::worker_main(argc, argv)) return *code;
  if (argc == 4 && std::string_view(argv[1]) == "signer")
    return cordon::serve_signer(cordon::Paths(argv[3]), 0, 1) ? 0 : 1;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
