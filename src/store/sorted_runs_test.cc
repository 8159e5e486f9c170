#include "store/sorted_runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/digest.h"
#include "base/random.h"
#include "store/fingerprints.h"

namespace cordon {
namespace {

RunKey key_of(std::uint64_t number) { return run_key(sha256(std::to_string(number)).view()); }

class SortedRunsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  SortedRuns open() {
    auto runs = SortedRuns::open(folder_ + "/runs", 2'000);
    EXPECT_TRUE(runs) << runs.error().message << " " << runs.error().where;
    return std::move(*runs);
  }
  // Reports of a batch: keys repeat, some a great many times. What was added is kept for the naive answer.
  std::vector<Placed> batch(std::uint32_t number, std::uint32_t count) {
    std::vector<Placed> reports;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint64_t draw = seed_ = seed_ * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      const std::uint64_t which = (draw >> 33) % (draw % 3 == 0 ? 5 : 100'000);
      const Placed one{key_of(which), static_cast<std::uint32_t>(draw >> 60), 1000 + number, number, i + 1};
      reports.push_back(one);
      naive_[which].push_back(one);
    }
    return reports;
  }
  void expect_all_found(SortedRuns& runs) {
    for (auto& [which, places] : naive_) {
      if (which > 20 && which % 50 != 0) continue;
      std::sort(places.begin(), places.end());
      ASSERT_EQ(*runs.find(key_of(which), places.size() + 1), places) << which;
      ASSERT_TRUE(*runs.holds(key_of(which))) << which;
    }
    for (std::uint64_t none = 1'000'000; none < 1'000'200; ++none) ASSERT_FALSE(*runs.holds(key_of(none))) << none;
  }

  std::string folder_ = ::testing::TempDir() + "cordon-runs-XXXXXX";
  std::map<std::uint64_t, std::vector<Placed>> naive_;
  std::uint64_t seed_ = 7;
};

// Planted bugs: each_of() beginning on the first page with the key's front instead of the one before it; merge() that
// drops the last report of a file.
TEST_F(SortedRunsTest, what_was_added_is_found_through_merges_and_another_start) {
  std::uint64_t all = 0;
  {
    SortedRuns runs = open();
    for (std::uint32_t number = 1; number <= 110; ++number) {
      const std::uint32_t count = 50 * (number % 20 + 1);
      ASSERT_TRUE(runs.add(number, batch(number, count)));
      all += count;
      ASSERT_EQ(runs.through(), number);
    }
    ASSERT_EQ(runs.size(), all);
    expect_all_found(runs);
    ASSERT_TRUE(runs.flush());
  }
  SortedRuns again = open();
  EXPECT_EQ(again.through(), 110);
  EXPECT_EQ(again.size(), all);
  ASSERT_TRUE(again.verify());
  expect_all_found(again);
  ASSERT_TRUE(again.add(110, {{key_of(5'000'000), 1, 1, 110, 1}}));  // in already
  EXPECT_EQ(again.size(), all);
  const auto& most = naive_.at(0);
  const auto count = again.count(key_of(0));
  EXPECT_EQ(count->reports, most.size());
  EXPECT_EQ(count->sources, 16u);
  EXPECT_EQ(count->first_seen, 1001u);
  EXPECT_EQ(count->last_seen, 1110u);
}

// What was not yet on the disk is gone with the process, and through() says so: its batches are added again.
TEST_F(SortedRunsTest, a_start_after_a_kill_says_what_is_missing) {
  {
    SortedRuns runs = open();
    ASSERT_TRUE(runs.add(1, batch(1, 5'000)));
    ASSERT_TRUE(runs.add(2, batch(2, 10)));
  }
  std::ofstream(folder_ + "/runs/99.run") << "half of a merge";
  SortedRuns runs = open();
  EXPECT_EQ(runs.through(), 1);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/runs/99.run"));
}

// Planted bug: no comparison of the mark in read_pages().
TEST_F(SortedRunsTest, a_flipped_bit_is_found_by_who_reads_it) {
  {
    SortedRuns runs = open();
    ASSERT_TRUE(runs.add(1, batch(1, 5'000)));
  }
  const std::string file = folder_ + "/runs/1.run";
  std::string bytes = (std::stringstream() << std::ifstream(file).rdbuf()).str();
  const std::size_t head = 32;  // behind it the head page is empty
  for (std::size_t at = 0; at < bytes.size(); at += at < head ? 1 : 20'093) {
    if (at >= head && at < 4096) continue;
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
    std::ofstream(file, std::ios::binary) << flipped;
    auto runs = SortedRuns::open(folder_ + "/runs");
    ASSERT_FALSE(runs && runs->verify()) << at;
    EXPECT_EQ(runs ? runs->verify().error().fault : runs.error().fault, Fault::Corrupt) << at;
    EXPECT_EQ(SortedRuns::verify_folder(folder_ + "/runs").error().fault, Fault::Corrupt) << at;
  }
}

// Planted bug: a sweep in verify_folder(), as open() has it.
TEST_F(SortedRunsTest, who_does_not_own_the_desk_reads_and_changes_nothing) {
  EXPECT_EQ(SortedRuns::verify_folder(folder_ + "/runs")->reports, 0u);
  SortedRuns runs = open();
  ASSERT_TRUE(runs.add(1, batch(1, 5'000)));
  ASSERT_TRUE(runs.add(2, batch(2, 10)));
  std::ofstream(folder_ + "/runs/99.run") << "half of a merge";
  const auto on_disk = SortedRuns::verify_folder(folder_ + "/runs");
  ASSERT_TRUE(on_disk) << on_disk.error().message;
  EXPECT_EQ(on_disk->reports, 5'000u);
  EXPECT_EQ(on_disk->through, 1);
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/runs/99.run"));
}

TEST_F(SortedRunsTest, a_list_or_file_that_is_cut_is_refused) {
  {
    SortedRuns runs = open();
    ASSERT_TRUE(runs.add(1, batch(1, 5'000)));
  }
  const std::string file = folder_ + "/runs/1.run";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_EQ(SortedRuns::open(folder_ + "/runs").error().fault, Fault::Corrupt);
  std::filesystem::remove(file);
  EXPECT_FALSE(SortedRuns::open(folder_ + "/runs"));
}

// At its fullest the table forgets no key, and few others seem known. Planted bugs: a line that is full does not say
// that some went on; the second of a pair of upper halves overwrites the first.
TEST(Fingerprints, forget_no_key_and_know_few_others) {
  constexpr std::uint64_t kKeys = 200'000;
  SeededRandom random(11);
  std::vector<RunKey> keys;
  Fingerprints table(kKeys);
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    keys.push_back(run_key(random.bytes(16)));
    table.put(keys.back());
  }
  EXPECT_LE(table.size(), table.capacity());
  std::uint64_t forgotten = 0, mistaken = 0;
  for (const RunKey& key : keys) forgotten += table.maybe(key) ? 0 : 1;
  for (std::uint64_t i = 0; i < kKeys; ++i) mistaken += table.maybe(run_key(random.bytes(16))) ? 1 : 0;
  EXPECT_EQ(forgotten, 0u);
  EXPECT_LT(mistaken, kKeys / 50);
  const std::uint64_t size = table.size();
  for (const RunKey& key : keys) table.put(key);
  EXPECT_EQ(table.size(), size) << "a key takes one place";
}

}  // namespace
}  // namespace cordon
