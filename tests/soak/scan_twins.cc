// scan_twins CORPUS [INPUTS] [SEED]: whether the scanner's two classifiers, the table and AVX2, lead to the same finds
// in all fields. Half of the inputs are random texts, half are mutated pieces of the files below CORPUS, on all cores.
// Prints counts; the first input that differs goes to a file. A planted bug that it finds: the AVX2 twin without the
// "%" of its rare class. Exit 0: no difference; 1: one; 2: usage or environment.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "observable/scan_laws_for_tests.h"
#include "observable/scan_texts_for_tests.h"

namespace cordon {
namespace {

struct Counts {
  std::atomic<std::uint64_t> inputs = 0, bytes = 0, finds = 0, differences = 0;
};

bool same_classes(std::string_view text) {
  constexpr std::size_t kEdge = 3;
  const std::size_t blocks = text.size() / 64 + 1;
  const std::string padded = std::string(kEdge, '\0') + std::string(text) + std::string(64 + kEdge, '\0');
  std::vector<ByteClasses> scalar(blocks), wide(blocks);
  BlockClassifier(Lanes::Scalar).classify(padded.data() + kEdge, blocks, scalar.data());
  BlockClassifier(Lanes::Avx2).classify(padded.data() + kEdge, blocks, wide.data());
  return std::memcmp(scalar.data(), wide.data(), blocks * sizeof(ByteClasses)) == 0;
}

void compare(std::uint64_t inputs, std::uint64_t seed, const std::vector<std::string>& samples, Counts& counts,
             std::mutex& writing) {
  Texts texts(seed);
  ScanOptions scalar, wide;
  scalar.loose = wide.loose = true;
  scalar.lanes = Lanes::Scalar, wide.lanes = Lanes::Avx2;
  for (std::uint64_t i = 0; i < inputs; ++i) {
    const bool random = samples.empty() || texts.number(2) == 0;
    const std::string text =
        random ? texts.text(1 + texts.number(40)) : texts.mutated(samples[texts.number(samples.size())]);
    const std::vector<KeptFind> finds = scan_whole(text, wide);
    ++counts.inputs;
    counts.bytes += text.size();
    counts.finds += finds.size();
    if (same_classes(text) && scan_whole(text, scalar) == finds) continue;
    if (counts.differences++ > 0) continue;
    const std::lock_guard lock(writing);
    std::ofstream("scan_twins.differs", std::ios::binary) << text;
    std::printf("they differ on an input, which is in scan_twins.differs: %s\n", printable(text, 300).c_str());
  }
}

int run(int argc, char** argv) {
  if (argc < 2 || argc > 4) return std::fprintf(stderr, "usage: scan_twins CORPUS [INPUTS] [SEED]\n"), 2;
  if (!has_avx2()) return std::fprintf(stderr, "this processor has no AVX2: there is no twin to compare\n"), 2;
  std::vector<std::string> samples;
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1], failed))
    if (entry.is_regular_file())
      if (auto sample = read_file(entry.path().string(), std::size_t{4} << 20)) samples.push_back(std::move(*sample));
  if (failed || samples.empty()) return std::fprintf(stderr, "nothing to read below %s\n", argv[1]), 2;
  std::sort(samples.begin(), samples.end());  // one seed means one run, wherever the files lie
  const std::uint64_t inputs = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000;
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 20261128;
  const std::uint64_t cores = std::max(1u, std::thread::hardware_concurrency());
  Counts counts;
  std::mutex writing;
  std::vector<std::thread> crew;
  for (std::uint64_t core = 0; core < cores; ++core)
    crew.emplace_back([&, core] {
      const std::uint64_t part = inputs / cores + (core < inputs % cores ? 1 : 0);
      compare(part, (seed + core) * 0x9e3779b97f4a7c15 | 1, samples, counts, writing);
    });
  for (std::thread& one : crew) one.join();
  std::printf("%llu inputs of seed %llu, %llu bytes, %llu finds, %llu differences\n",
              static_cast<unsigned long long>(counts.inputs), static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(counts.bytes), static_cast<unsigned long long>(counts.finds),
              static_cast<unsigned long long>(counts.differences));
  return counts.differences == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cordon

int main(int argc, char** argv) { return cordon::run(argc, argv); }
