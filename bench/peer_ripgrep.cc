#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "bench/patterns.h"
#include "bench/peer.h"

extern "C" char** environ;

#include <spawn.h>

namespace cordon::bench {
namespace {

// Runs rg and gives what it wrote; nothing where it cannot be run.
std::string run_rg(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), 1);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "rg", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  writing.close();
  if (failed != 0) return {};
  const auto out = read_all(reading.get(), 1u << 20);
  ::waitpid(child, nullptr, 0);
  return out ? *out : std::string();
}

}  // namespace

void add_ripgrep(Peers& peers, const std::string& file) {
  if (run_rg({"rg", "--version"}).empty()) {
    peers.skipped.push_back({"ripgrep", "the package ripgrep"});
    return;
  }
  for (const Rigour rigour : {Rigour::Exact, Rigour::Light}) {
    std::vector<std::string> arguments{"rg", "-j1", "-a", "-o", "--no-unicode", "--no-config", "--count-matches"};
    for (const Pattern& pattern : patterns(rigour)) arguments.insert(arguments.end(), {"-e", pattern.full});
    arguments.push_back(file);
    // Counting spares it the writing of what it finds; the corpus is read from the page cache.
    peers.ready.push_back({named("ripgrep", rigour), kPatternsLack, true, [arguments](std::string_view) {
                             const std::string count = run_rg(arguments);
                             return std::strtoull(count.c_str(), nullptr, 10);
                           }});
  }
}

}  // namespace cordon::bench
