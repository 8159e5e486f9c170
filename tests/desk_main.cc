// The main of tests that hold a desk in their own process: besides a confined worker, it can be the desk's signer. With
// the name of a file ("pages_test") it runs the tests of that one.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/confined.h"
#include "base/files.h"
#include "desk/memory_file.h"
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

// For a test that must know every note that was ever made: behind those before, each ended by a zero byte.
void keep_note(const cordon::Paths& paths, const char* file) {
  const auto last = cordon::read_memory(paths.signer_last(), cordon::kLongestNote);
  const auto fd = cordon::open_file(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
  CORDON_CHECK(last && fd && cordon::write_all(fd->get(), last->text + '\0'), "a note cannot be kept");
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto code = cordon::worker_main(argc, argv)) return *code;
  if (argc == 4 && std::string_view(argv[1]) == "signer") {
    const cordon::Paths paths(argv[3]);
    const bool done = static_cast<bool>(cordon::serve_signer(paths, 0, 1));
    if (const char* keep = std::getenv("CORDON_SIGNED_NOTES"); keep != nullptr && done) keep_note(paths, keep);
    return done ? 0 : 1;
  }
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
