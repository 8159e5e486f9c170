// The main of tests that hold a desk in their own process: besides a confined worker, it can be the desk's signer.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/confined.h"
#include "base/files.h"
#include "desk/memory_file.h"
#include "desk/signer.h"

namespace {

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
  return RUN_ALL_TESTS();
}
