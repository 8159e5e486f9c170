#include "casework/case.h"

#include <gtest/gtest.h>

#include "casework/batch.h"

namespace cordon {
namespace {

class Casework : public testing::Test {
 protected:
  SeededRandom random_{5};
  OfficerId officer_ = OfficerId::make({1}, random_);
  EvidenceId piece_ = EvidenceId::make({1}, random_);

  Case open_case(Matter matter) {
    Case the_case{CaseId::make({1}, random_),
                  matter,
                  *parse_observable(ObservableKind::Url, "http://bad.example.com/x"),
                  {},
                  CaseState::Open,
                  {1},
                  {},
                  1,
                  {},
                  {},
                  {},
                  {},
                  {},
                  {}};
    the_case.evidence.push_back({piece_, sha256("page"), "text/plain", 4, "a page"});
    return the_case;
  }
  Evidence page() { return {EvidenceId::make({2}, random_), sha256("page"), "text/plain", 4, "a page"}; }
};

// Planted bug: leave the matter out of fold_key().
TEST_F(Casework, reports_fold_by_kind_and_identifier_and_never_across_matters) {
  const auto sighting = [](Matter matter, ObservableKind kind, std::string_view text) {
    return fold_key(Sighting{matter, *parse_observable(kind, text), {}, {}, {}});
  };
  EXPECT_EQ(sighting(Category::Phishing, ObservableKind::Domain, "EXAMPLE[.]org"), "phishing domain example.org");
  EXPECT_NE(sighting(Category::Phishing, ObservableKind::Domain, "example.org"),
            sighting(Category::Fraud, ObservableKind::Domain, "example.org"));
  EXPECT_NE(sighting(Category::Phishing, ObservableKind::Domain, "example.org"),
            sighting(Category::Phishing, ObservableKind::Url, "http://example.org/"));
}

// Planted bug: drop the question for HashOnly and VictimHash in attach_evidence().
TEST_F(Casework, no_byte_of_child_abuse_or_intimate_images_is_attached) {
  for (const Category category : {Category::Csam, Category::Ncii}) {
    const auto attached = attach_evidence(open_case(category), page(), officer_);
    ASSERT_FALSE(attached) << name(category);
    EXPECT_EQ(attached.error().fault, Fault::Refused);
  }
  EXPECT_TRUE(attach_evidence(open_case(Category::Phishing), page(), officer_));
}

// Planted bug: drop check_evidence() in enter_fact().
TEST_F(Casework, a_fact_names_evidence_of_its_own_case) {
  const std::string text = "The page shows the sign-in form of a bank that it is not.";
  EXPECT_TRUE(enter_fact(open_case(Category::Phishing), {text, {piece_}}, officer_));
  EXPECT_EQ(enter_fact(open_case(Category::Phishing), {text, {}}, officer_).error().fault, Fault::Refused);
  EXPECT_EQ(enter_fact(open_case(Category::Phishing), {text, {EvidenceId::make({3}, random_)}}, officer_).error().fault,
            Fault::NotFound);
  EXPECT_EQ(enter_fact(open_case(Category::Phishing), {"too short", {piece_}}, officer_).error().fault,
            Fault::Malformed);
}

// Planted bug: drop check_open().
TEST_F(Casework, facts_are_fixed_once_a_proposal_stands) {
  Case the_case = open_case(Category::Phishing);
  the_case.state = CaseState::Proposed;
  EXPECT_EQ(attach_evidence(the_case, page(), officer_).error().fault, Fault::Conflict);
  EXPECT_EQ(enter_fact(the_case, {std::string(50, 'x'), {piece_}}, officer_).error().fault, Fault::Conflict);
  EXPECT_TRUE(open_evidence(the_case, piece_, officer_));  // reading goes on
}

TEST_F(Casework, a_gate_takes_its_own_answers_with_a_basis_and_evidence) {
  const Case the_case = open_case(Category::Phishing);
  EXPECT_TRUE(
      answer_gate(the_case, {Gate::DomainStatus, "compromised", "an old shop, broken into", {piece_}, officer_}));
  EXPECT_FALSE(answer_gate(the_case, {Gate::DomainStatus, "evil", "an old shop, broken into", {piece_}, officer_}));
  EXPECT_FALSE(answer_gate(the_case, {Gate::DomainStatus, "compromised", "an old shop, broken into", {}, officer_}));
  EXPECT_FALSE(answer_gate(the_case, {Gate::DomainStatus, "compromised", "short", {piece_}, officer_}));
}

TEST_F(Casework, a_run_reads_back_as_it_was_written) {
  RunItem accepted;
  accepted.position = 1;
  accepted.outcome = ItemOutcome::Accepted;
  accepted.report = ReportId::derive(sha256("r"));
  accepted.case_id = CaseId::make({1}, random_);
  accepted.opens_case = true;
  accepted.sighting = Sighting{Exposure::ExposedService,
                               *parse_observable(ObservableKind::Ip, "192.0.2.1"),
                               {*parse_observable(ObservableKind::Domain, "host.example.org")},
                               6379,
                               Instant{5000}};
  accepted.kept = "line one\nline \"two\"";
  RunItem refused;
  refused.position = 2;
  refused.code = "copyright";
  refused.reason = "on the refused list";
  const std::string run = write_run({accepted, refused});
  const auto again = read_run(run);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(write_run(*again), run);
  EXPECT_EQ((*again)[0].sighting->port, 6379);
  EXPECT_EQ(read_item_of_run(run, 1)->kept, accepted.kept);
  EXPECT_EQ(read_item_of_run(run, 2)->code, "copyright");
  for (const std::int64_t nowhere : {0, 3, 1000})
    EXPECT_EQ(read_item_of_run(run, nowhere).error().fault, Fault::Corrupt);
  EXPECT_EQ(read_item_of_run("", 1).error().fault, Fault::Corrupt);
  const BatchTaken batch = describe_run(BatchId::make({1}, random_), "feed", "file", *again, sha256(run), run.size());
  EXPECT_EQ(batch.counts,
            (std::map<std::string, std::int64_t>{{"accepted", 1}, {"refused", 1}, {"refused:copyright", 1}}));
}

// Planted bugs: a mark is counted from the run's beginning, in write_run(); RunReading::item() reads to the next
// landmark but one, or keeps the stretch of another; read_run() does not look at the landmarks.
TEST_F(Casework, one_item_is_read_without_the_others) {
  std::vector<RunItem> items(300);
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].position = static_cast<std::int64_t>(i + 1);
    items[i].code = "malformed";
    items[i].reason = "reason " + std::to_string(i + 1) + random_.bytes(500 + i);
  }
  std::vector<std::string> each;
  for (std::size_t i = 0; i < items.size(); ++i) each.push_back(i % 7 == 0 ? "" : random_.bytes(16));
  for (const RunSalts& salts : {RunSalts{random_.bytes(32), {}}, RunSalts{"", each}, RunSalts{}}) {
    const std::string run = write_run(items, salts);
    ASSERT_TRUE(read_run(run));
    ASSERT_EQ(write_run(*read_run(run), salts), run);
    std::uint64_t asked = 0;
    RunReading reading([&](std::uint64_t from, std::uint64_t count) -> Result<std::string> {
      std::string part = run.substr(std::min<std::uint64_t>(from, run.size()), count);
      asked += part.size();
      return part;
    });
    for (const std::int64_t position : {300, 1, 64, 65, 66, 128, 129, 299, 300, 2}) {
      const auto item = reading.item(position);
      ASSERT_TRUE(item) << item.error().message;
      EXPECT_EQ(item->reason, items[static_cast<std::size_t>(position) - 1].reason);
    }
    for (const std::int64_t nowhere : {-1, 0, 301}) EXPECT_EQ(reading.item(nowhere).error().fault, Fault::Corrupt);
    if (salts.of_run.empty() && salts.of_items.empty()) continue;  // of before: read as a whole
    asked = 0;
    ASSERT_TRUE(reading.item(200));
    ASSERT_TRUE(reading.item(201));
    EXPECT_LT(asked, run.size() / 3);
    const std::size_t marks = 13 + 1 + salts.of_run.size() + 2;
    for (std::size_t at = marks - 2; at < marks + 16; ++at) {
      std::string changed = run;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      EXPECT_FALSE(read_run(changed)) << at;
    }
  }
}

// Runs of before are read as they were written; what is wrong in one is named by its item.
TEST_F(Casework, a_run_of_json_lines_is_read_too) {
  const std::string good = R"({"code":"copyright","outcome":"refused","position":1,"reason":"x"})"
                           "\n";
  const std::string accepted =
      R"({"case":"01900000-0000-7000-8000-000000000001","kind":"domain","kept":"k","opens_case":true,"outcome":"accepted",)"
      R"("position":2,"report":"01900000-0000-8000-8000-000000000002",)"
      R"("sighting":{"kind":"domain","matter":"phishing","value":"a.example.org"}})"
      "\n";
  const auto run = read_run(good + accepted);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->at(1).sighting->observable.canonical(), "a.example.org");
  EXPECT_TRUE(run->at(1).opens_case);
  EXPECT_EQ(read_item_of_run(good + accepted, 2)->kept, "k");
  EXPECT_EQ(write_run(*read_run(write_run(*run))), write_run(*run));
  for (
      const std::string bad :
      {"{", "{}", R"({"outcome":"accepted","position":2})", R"({"outcome":"taken","position":2})",
       R"({"outcome":"refused","position":2,"sighting":{"kind":"domain","matter":"extremism","value":"a.example.org"}})"}) {
    const auto broken = read_run(good + bad + "\n");
    ASSERT_FALSE(broken) << bad;
    EXPECT_EQ(broken.error().fault, Fault::Corrupt);
    EXPECT_NE(broken.error().where.find("item 2"), std::string::npos) << broken.error().where;
  }
  EXPECT_FALSE(read_run(good + "no end of line"));
}

// Planted bug: no question of good() behind the last member of an item.
TEST_F(Casework, a_cut_or_lengthened_run_is_corrupt) {
  RunItem item;
  item.position = 1;
  item.outcome = ItemOutcome::Accepted;
  item.report = ReportId::derive(sha256("r"));
  item.sighting = Sighting{Category::Phishing, *parse_observable(ObservableKind::Domain, "a.example.org"), {}, {}, {}};
  item.kept = "kept";
  const std::string run = write_run({item}), head = run.substr(0, 13);
  ASSERT_TRUE(read_run(run));
  for (std::size_t cut = 14; cut < run.size(); ++cut) EXPECT_FALSE(read_run(run.substr(0, cut))) << cut;
  EXPECT_FALSE(read_run(run + "x"));
  const std::string body = run.substr(14);
  EXPECT_FALSE(read_run(head + static_cast<char>(body.size() - 1) + body.substr(0, body.size() - 1)));
  EXPECT_FALSE(read_run(head + static_cast<char>(body.size() + 1) + body + "x"));
}

}  // namespace
}  // namespace cordon
