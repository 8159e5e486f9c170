// The main of tests that hold a desk in their own process: besides a confined worker, it can be the desk's signer. With
// the name of a file ("pages_test") it runs the tests of that one.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "base/confined.h"
#include "desk/signer.h"

namespace {

// The filter of gtest that takes the tests of one file; empty if there is none.
std::string tests_of(const std::string& file) {
  std::string filter;
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const testing::TestInfo& test = *suite.GetTestInfo(j);
      if (std::filesystem::path(test.file()).stem() == file)
        filter += (filter.empty() ? "" : ":") + std::string(suite.name()) + "." + test.name();
    }
  }
  return filter;
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto code = cordon::worker_main(argc, argv)) return *code;
  if (argc == 4 && std::string_view(argv[1]) == "signer")
    return cordon::serve_signer(cordon::Paths(argv[3]), 0, 1) ? 0 : 1;
  testing::InitGoogleTest(&argc, argv);
  if (argc == 2) {
    testing::GTEST_FLAG(filter) = tests_of(argv[1]);
    if (testing::GTEST_FLAG(filter).empty()) {
      std::fprintf(stderr, "there is no test in a file %s.cc\n", argv[1]);
      return 1;
    }
  }
  return RUN_ALL_TESTS();
}
