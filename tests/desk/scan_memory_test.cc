// `cordon scan` takes the same memory for a text of any length.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "../program.h"
#include "base/walls.h"

namespace cordon::testing_desk {
namespace {

// Planted bug: keep every piece in Window::room().
TEST(Scan, memory_does_not_grow_with_the_text) {
  if (!kMemoryIsLimited) GTEST_SKIP() << "a sanitizer's shadow memory is larger than any limit";
  const TemporaryFolder folder(TemporaryFolder::Where::Memory);
  const std::string file = folder.file("large.txt", "");
  {  // piece by piece: what this process held at exec(2) counts as its child's, which is why it is a test of its own
    std::string piece;
    while (piece.size() < 1u << 16) piece += "words and words and words and words and words and words and words\n";
    piece += "a.example.org\n";
    std::ofstream out(file);
    for (int i = 0; i < 1024; ++i) out << piece;
  }
  EXPECT_EQ(cordon({"scan", "--count", file}).out, "domain\t1024\n");
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);  // of the largest child so far
  EXPECT_LT(used.ru_maxrss, 64 * 1024) << "kB";
}

}  // namespace
}  // namespace cordon::testing_desk
