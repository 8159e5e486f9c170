// What `bench/ledger` runs: lines appended to a log's folder, beside what SHA-256 alone would take for the same blocks.
// bench/README.md says how to read it.
#include <fcntl.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "bench/figures.h"
#include "ledger/checkpoint.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"

namespace cordon::bench {
namespace {

constexpr double kGoal = 0.8;  // of the block limit

struct LedgerOptions {
  std::size_t lines = 1'000'000;
  std::size_t batch = 100'000;
  int rounds = 5;
  bool json = false;
};

// Blocks of 64 bytes that SHA-256 goes through for a message: it adds a bit and a length of 8 bytes (FIPS
// 180-4, 5.1.1).
std::size_t blocks(std::size_t message) { return (message + 9 + 63) / 64; }

// Each leaf once, and each of the tree's inner nodes, two hashes and a byte, once.
std::size_t blocks_of(const std::vector<std::string>& leaves) {
  std::size_t sum = (leaves.size() - 1) * blocks(65);
  for (const std::string& leaf : leaves) sum += blocks(1 + leaf.size());
  return sum;
}

// A line as a desk writes it, as long as it is told: a batch's has some 420 bytes, a decision's some 560.
std::vector<std::string> lines_of(std::size_t count, std::size_t size) {
  std::vector<std::string> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::string line = R"({"type":"batch","n":)" + std::to_string(i) + ",\"commitment\":\"";
    line += sha256(line).hex();
    line.resize(size - 2, 'c');
    out.push_back(line + "\"}");
  }
  return out;
}

// Seconds for one block: one message of 64 MB, so that nothing but blocks counts.
double seconds_a_block() {
  static const std::string bytes(64u << 20, 'b');
  Digest digest;
  const double took = time_of([&] { digest = sha256(bytes); });
  return digest == Digest{} ? 0 : took / static_cast<double>(blocks(bytes.size()));
}

// The whole tree, every level of it, in memory.
double seconds_in_memory(const std::vector<std::string>& leaves) {
  TreeHead head;
  const double took = time_of([&] { head = head_of_lines(leaves); });
  return head.root == Digest{} ? 0 : took;
}

// Appends the same bytes to one file in batches: what no log that keeps its lines can beat.
double seconds_of_bare_file(const std::string& path, const std::vector<std::string>& leaves, std::size_t batch) {
  std::filesystem::remove(path);
  const Fd fd = *open_file(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  return time_of([&] {
    for (std::size_t from = 0; from < leaves.size(); from += batch) {
      std::string bytes;
      for (std::size_t i = from; i < std::min(leaves.size(), from + batch); ++i) bytes += leaves[i];
      CORDON_CHECK(static_cast<bool>(write_all(fd.get(), bytes)), "the bench's file");
    }
  });
}

double seconds_of_appending(const std::string& folder, const std::vector<std::string>& leaves, std::size_t batch) {
  std::filesystem::remove_all(folder);
  double took = 0;
  for (std::size_t from = 0; from < leaves.size(); from += batch) {
    const auto first = leaves.begin() + static_cast<std::ptrdiff_t>(from);
    const std::vector<std::string> some(first,
                                        first + static_cast<std::ptrdiff_t>(std::min(batch, leaves.size() - from)));
    took += time_of([&] {
      CORDON_CHECK(static_cast<bool>(append_leaves(folder, from, some)), "the bench's log cannot be appended to");
    });
  }
  return took;
}

int run(const LedgerOptions& options) {
  // In memory: an fsync of a disk is waiting, which this clock does not count, and of a journal's batches there is one
  // for hundreds of lines.
  std::string folder = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : ".";
  folder += "/cordon-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  bool reached = true;
  for (const std::size_t size : {std::size_t{200}, std::size_t{420}, std::size_t{560}, std::size_t{1500}}) {
    const std::vector<std::string> leaves = lines_of(options.lines, size);
    std::map<std::string, std::vector<double>> took;
    for (int round = 0; round < options.rounds; ++round) {
      took["limit"].push_back(seconds_a_block() * static_cast<double>(blocks_of(leaves)));
      took["append"].push_back(seconds_in_memory(leaves));
      took["file"].push_back(seconds_of_bare_file(folder + "/file", leaves, options.batch));
      took["folder"].push_back(seconds_of_appending(folder + "/log", leaves, options.batch));
    }
    const double limit = median(took["limit"]), count = static_cast<double>(leaves.size());
    const std::string of = std::to_string(size) + " bytes a line";
    const auto show = [&](const std::string& subject, double seconds) {
      const double ratio = limit / seconds;
      if (options.json)
        print_json({of, subject, count / seconds, "lines/s", "limit: SHA-256 blocks", ratio}, "ledger");
      else
        std::printf("  %-18s %-24s %10.0f lines/s  %5.2f of the limit\n", of.c_str(), subject.c_str(), count / seconds,
                    ratio);
    };
    show("limit: SHA-256 blocks", limit);
    show("append", median(took["append"]));
    show("one file, not hashed", median(took["file"]));
    show("append, to tiles", median(took["folder"]));
    reached = reached && limit / median(took["append"]) >= kGoal;
  }
  std::filesystem::remove_all(folder);
  if (!options.json)
    std::printf("goal: append at least %.1f of the limit: %s\n", kGoal, reached ? "reached" : "missed");
  return reached ? 0 : 1;
}

}  // namespace
}  // namespace cordon::bench

int main(int argc, char** argv) {
  using namespace cordon;
  bench::LedgerOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--quick") {
      options.lines = 100'000;
      options.rounds = 3;
    } else if (word == "--json") {
      options.json = true;
    } else if ((word == "--lines" || word == "--batch") && i + 1 < argc) {
      const Result<std::int64_t> number = parse_integer(argv[++i]);
      if (!number || *number < 1000) return 2;
      (word == "--lines" ? options.lines : options.batch) = static_cast<std::size_t>(*number);
    } else {
      std::fprintf(stderr, "usage: bench/ledger [--quick] [--json] [--lines N] [--batch N]\n");
      return 2;
    }
  }
  return bench::run(options);
}
