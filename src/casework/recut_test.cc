#include "casework/recut.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace cordon {
namespace {

std::vector<RunItem> three(Random& random) {
  std::vector<RunItem> items;
  for (std::int64_t position = 1; position <= 3; ++position) {
    RunItem item;
    item.position = position;
    item.outcome = position == 3 ? ItemOutcome::Refused : ItemOutcome::Accepted;
    if (position == 3) {
      item.code = "malformed";
      item.reason = "'canary' is no address";
      items.push_back(std::move(item));
      continue;
    }
    item.report = ReportId::derive(sha256(std::to_string(position)));
    item.case_id = CaseId::make({1}, random);
    item.opens_case = position == 1;
    item.sighting = Sighting{Exposure::ExposedService,
                             *parse_observable(ObservableKind::Ip, "192.0.2.1"),
                             {*parse_observable(ObservableKind::Domain, "canary.example.org")},
                             6379,
                             Instant{5000}};
    item.kept = "canary " + std::to_string(position);
    items.push_back(std::move(item));
  }
  return items;
}

// Planted bugs: tombstone() keeps `kept`, `also`, the reason, or the report's id; cut_run() leaves the salt of an
// erased item, or the run's; the digest of a tombstone is made anew when it is cut again.
TEST(Recut, a_tombstone_keeps_its_digest_and_nothing_else_of_the_report) {
  SeededRandom random(3);
  const std::vector<RunItem> items = three(random);
  for (const bool salted : {true, false}) {
    const std::string run = write_run(items, {salted ? random.bytes(32) : std::string(), {}});
    const auto before = digest_of_items(run);
    ASSERT_TRUE(before);
    ASSERT_EQ(before->has_value(), salted);
    const auto once = cut_run(run, {1}, {}), twice = cut_run(*once, {2, 3}, {1});
    ASSERT_TRUE(once) << once.error().message;
    ASSERT_TRUE(twice) << twice.error().message;
    EXPECT_EQ(*digest_of_items(*once), *before);
    EXPECT_EQ(*digest_of_items(*twice), *before);
    EXPECT_EQ(twice->find("canary"), std::string::npos);
    EXPECT_EQ(twice->find("192.0.2.1"), std::string::npos);
    EXPECT_NE(once->find("192.0.2.1"), std::string::npos);  // the case's target stays with the case
    for (const RunItem& item : items) {
      if (!item.report) continue;
      EXPECT_EQ(twice->find(item.report->bytes()), std::string::npos);
    }
    if (salted) {
      const std::string of_run = salts_of_run(run)->of_run;
      EXPECT_EQ(once->find(of_run), std::string::npos);
      const auto seals = *seals_of_run(run);
      EXPECT_EQ(once->find(seals[0].salt), std::string::npos);
      EXPECT_NE(once->find(seals[1].salt), std::string::npos);
      EXPECT_EQ(twice->find(seals[1].salt), std::string::npos);
    }
    const auto left = *read_run(*twice);
    EXPECT_EQ(left[0].matter, Matter(Exposure::ExposedService));
    EXPECT_EQ(left[1].port, 6379);
    EXPECT_EQ(left[2].code, "malformed");
    EXPECT_EQ(write_run(left, *salts_of_run(*twice)), *twice);
    int seen = 0;
    ASSERT_TRUE(glance_through(*once, [&](const Glance& one) { seen += static_cast<int>(one.position); }));
    EXPECT_EQ(seen, 2);
    // What was not erased is there byte for byte.
    EXPECT_EQ((*read_run(*once))[1].kept, items[1].kept);
  }
  const std::string run = write_run(items, {random.bytes(32), {}});
  EXPECT_EQ(cut_run(run, {4}, {}).error().fault, Fault::NotFound);
  EXPECT_EQ(cut_run(run, {}, {1}).error().fault, Fault::Malformed);
}

// Planted bug: numbers() ends a range one position too early.
TEST(Recut, positions_that_follow_one_another_are_one_range_in_the_journal) {
  BatchRecut recut{7, sha256("old"), 3, sha256("new"), 90, {1, 2, 4, 5, 6, 7, 9}, {}};
  for (std::int64_t position = 100; position <= 100'000; ++position) recut.emptied.push_back(position);
  const std::string text = to_text(to_json(recut));
  EXPECT_NE(text.find("\"erased\":[1,2,[4,7],9]"), std::string::npos) << text.substr(0, 300);
  EXPECT_NE(text.find("\"emptied\":[[100,100000]]"), std::string::npos);
  const auto again = read_batch_recut(*parse_json(text));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->erased, recut.erased);
  EXPECT_EQ(again->emptied, recut.emptied);
  Json of_before = *parse_json(text);  // each by itself
  EXPECT_EQ(read_batch_recut(of_before.set("erased", Json::Array{1, 2, 3, 4}))->erased.size(), 4u);
  for (const Json& bad :
       {Json(Json::Array{9, 3}), Json(Json::Array{1, 2, 3}), Json(Json::Array{0, INT64_MAX}), Json("1")})
    EXPECT_FALSE(read_batch_recut(of_before.set("erased", Json::Array{bad})));
}

}  // namespace
}  // namespace cordon
