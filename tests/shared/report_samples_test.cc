// The formats as real senders write them: every record ends accepted or refused with a code and a reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include "base/files.h"
#include "base/json.h"
#include "base/places_for_tests.h"
#include "report/intake.h"

namespace cordon {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files(const fs::path& folder, std::string_view ending) {
  std::vector<std::string> found;
  std::error_code none;
  for (fs::recursive_directory_iterator at(folder, none), end; at != end; ++at) {
    if (at->is_regular_file() && at->path().string().ends_with(ending)) found.push_back(at->path().string());
  }
  std::ranges::sort(found);
  return found;
}

class ReportSamples : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(fs::path(shared_data("feeds")))) GTEST_SKIP() << "no ../shared/data";
  }

  void read(std::string_view bytes, const std::string& name) {
    const auto records = read_batch({"samples", name, std::nullopt, std::nullopt, Instant{1'800'000'000'000}}, bytes);
    ASSERT_TRUE(records) << name << ": " << records.error().message;
    for (const ReadRecord& record : *records) {
      ++records_;
      EXPECT_NE(record.outcome, Outcome::Quarantined) << name << ": " << record.reason;
      if (record.outcome == Outcome::Accepted) {
        ASSERT_TRUE(record.sighting);
        ++counts_["accepted " + std::string(record.sighting->matter.number())];
      } else {
        EXPECT_FALSE(record.reason.empty());
        ++counts_["refused " + record.code];
      }
      if (std::getenv("CORDON_SHOW") != nullptr) {
        std::cout << name << '#' << record.position << ' ' << record.code << ' ' << record.reason;
        if (record.sighting)
          std::cout << record.sighting->matter.number() << ' ' << record.sighting->observable.canonical();
        std::cout << '\n';
      }
    }
  }

  void print() const {
    for (const auto& [what, count] : counts_) std::cout << "  " << count << ' ' << what << '\n';
  }

  std::size_t records_ = 0;
  std::map<std::string, int> counts_;
};

TEST_F(ReportSamples, xarf) {
  for (const std::string& file : files(fs::path(shared_data("feeds/xarf/samples")), ".json")) {
    const auto bytes = read_file(file, 1u << 20);
    ASSERT_TRUE(bytes);
    read(*bytes, fs::path(file).filename());
  }
  EXPECT_EQ(records_, 36u);
  print();
}

TEST_F(ReportSamples, feedback_loops) {
  for (const std::string& file : files(fs::path(shared_data("feeds/abuseio-notifier-samples/feedback-loop")), ".eml")) {
    const auto bytes = read_file(file, 1u << 20);
    ASSERT_TRUE(bytes);
    read(*bytes, fs::path(file).filename());
  }
  EXPECT_EQ(records_, 24u);
  EXPECT_EQ(counts_["accepted H03"], 24);
  print();
}

TEST_F(ReportSamples, intelmq_events) {
  const auto bytes = read_file(fs::path(shared_data("feeds/intelmq/cases.jsonl")), 64u << 20);
  ASSERT_TRUE(bytes);
  std::string lines;
  for (std::size_t at = 0; at < bytes->size();) {
    const std::size_t end = std::min(bytes->find('\n', at), bytes->size());
    const auto record = parse_json(std::string_view(*bytes).substr(at, end - at));
    at = end + 1;
    const Json* expected = record ? record->find("expect") : nullptr;
    if (expected == nullptr || expected->array() == nullptr) continue;
    for (const Json& one : *expected->array()) {
      if (const Json* event = one.find("event")) lines += to_text(*event) + "\n";
    }
  }
  read(lines, "events.jsonl");
  EXPECT_EQ(records_, 295u);
  print();
}

}  // namespace
}  // namespace cordon
