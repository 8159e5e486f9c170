// Every test binary's main: it can re-enter itself as a confined worker.
#include <gtest/gtest.h>

#include "base/confined.h"

int main(int argc, char** argv) {
  if (const auto code = cordon::worker_main(argc, argv)) return *code;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
