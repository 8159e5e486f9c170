// `cordon intake` on real samples, compared with a table that was made by hand, by reading them, before the program
// had ever seen them: tests/shared/hand_table.tsv. Identifiers stand in it as the start of their SHA-256.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "../program.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

std::string feeds() { return shared_data("feeds"); }

// The events that the feed parsers are expected to give, one a line: what IntelMQ would hand to a desk.
std::string intelmq_events() {
  std::string lines;
  const std::string cases = *read_file(feeds() + "/intelmq/cases.jsonl", 64u << 20);
  for (const std::string_view text : split(cases, '\n')) {
    if (trim(text).empty()) continue;
    const Json value = *parse_json(text);
    const Json* expect = value.find("expect");
    if (expect == nullptr || expect->array() == nullptr) continue;
    for (const Json& one : *expect->array()) {
      if (const Json* event = one.find("event")) lines += to_text(*event) + "\n";
    }
  }
  return lines;
}

struct Row {
  std::string outcome, what, kind, value;  // what: the matter, or the codes that are right, with '|' between them
};

std::map<std::string, Row> hand_table() {  // by "family record"
  std::map<std::string, Row> rows;
  const std::string table = *read_file(source_folder() + "/tests/shared/hand_table.tsv", 1u << 20);
  for (const std::string_view line : split(table, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const auto cells = split(line, '\t');
    CORDON_CHECK(cells.size() == 6, "the table has six columns");
    rows[std::string(cells[0]) + " " + std::string(cells[1])] = {std::string(cells[2]), std::string(cells[3]),
                                                                 std::string(cells[4]), std::string(cells[5])};
  }
  return rows;
}

// What the program said of each record, in the table's words.
class Answers {
 public:
  explicit Answers(const DeskFolder& desk) : desk_(desk) {}

  void take(const std::string& family, const Outcome& outcome) {
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    for (const Json& line : outcome.lines()) {
      const std::string record = family == "intelmq" ? std::to_string(line.number_or("position", 0))
                                                     : fs::path(line.text_or("file")).filename().string();
      lines_[family + " " + record] = line;
      ++counts_[family + " " + line.text_or("outcome") + " " + line.text_or("code")];
      EXPECT_TRUE(line.text_or("outcome") == "accepted" || !line.text_or("reason").empty()) << to_text(line);
    }
  }

  void look_up_cases() {
    std::string after;
    for (;;) {
      std::vector<std::string> command{"case", "list", "--limit", "1000"};
      if (!after.empty()) command.insert(command.end(), {"--after", after});
      const std::vector<Json> page = desk_.as("analyst1", command).lines();
      if (page.empty()) return;
      for (const Json& one : page) cases_[one.text_or("case")] = one;
      after = page.back().text_or("case");
    }
  }

  Row row(const std::string& key) const {
    const auto line = lines_.find(key);
    if (line == lines_.end()) return {"no answer", {}, {}, {}};
    const std::string outcome = line->second.text_or("outcome");
    if (outcome == "refused" || outcome == "quarantined") return {outcome, line->second.text_or("code"), "-", "-"};
    const Json& found = cases_.at(line->second.text_or("case"));
    const Json& target = *found.find("target");
    return {"accepted", found.text_or("category"), target.text_or("kind"),
            sha256(target.text_or("value")).hex().substr(0, 16)};
  }

  void print_counts() const {
    for (const auto& [what, count] : counts_) std::cout << "  " << what << ": " << count << "\n";
  }

 private:
  const DeskFolder& desk_;
  std::map<std::string, Json> lines_, cases_;
  std::map<std::string, int> counts_;
};

bool one_of(const std::string& code, const std::string& codes) {
  const auto all = split(codes, '|');
  return std::find(all.begin(), all.end(), code) != all.end();
}

TEST(HandTable, intake_of_the_real_samples_equals_it) {
  if (!is_folder(feeds())) GTEST_SKIP() << "no shared data at " << feeds();
  const DeskFolder desk;
  Answers answers(desk);
  answers.take("xarf", desk.run({"intake", "--source", "xarf", feeds() + "/xarf/samples"}));
  answers.take("arf", desk.run({"intake", "--source", "arf", feeds() + "/abuseio-notifier-samples/feedback-loop"}));
  answers.take("intelmq",
               desk.run({"intake", "--source", "intelmq", desk.folder().file("events.jsonl", intelmq_events())}));
  answers.look_up_cases();
  answers.print_counts();

  const auto table = hand_table();
  EXPECT_EQ(table.size(), 60u);
  for (const auto& [key, expected] : table) {
    const Row row = answers.row(key);
    EXPECT_EQ(row.outcome, expected.outcome) << key << ": " << row.what << ", by hand " << expected.what;
    if (expected.outcome == "refused") {
      EXPECT_TRUE(one_of(row.what, expected.what)) << key << ": " << row.what << ", by hand " << expected.what;
    } else {
      EXPECT_EQ(row.what, expected.what) << key;
      EXPECT_EQ(row.kind, expected.kind) << key;
      EXPECT_EQ(row.value, expected.value) << key;
    }
  }
  EXPECT_EQ(desk.run({"journal", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace cordon::testing_desk
