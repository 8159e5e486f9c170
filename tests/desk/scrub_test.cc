// `cordon scrub` as an operator runs it: it reads everything, names what is broken and whose it is, and takes away what
// a crash left over. Single bits at random: tests/fault/flipped_byte_test.cc.
#include <gtest/gtest.h>

#include <filesystem>

#include "../program.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "store/database.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

class Scrub : public testing::Test {
 protected:
  void SetUp() override {
    case_ = desk_.phishing_case();
    evidence_ = desk_.assess(case_);
  }
  static void flip(const std::string& path, std::size_t at) {
    std::string bytes = *read_file(path, 64u << 20);
    ASSERT_LT(at, bytes.size()) << path;
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
    ASSERT_TRUE(write_file(path, bytes, 0600));
  }
  // The one broken thing that a scrub names.
  Json broken() {
    const Outcome said = desk_.run({"scrub"});
    EXPECT_EQ(said.exit_code, 7) << said.out << said.err;
    std::vector<Json> named;
    for (const Json& line : said.lines())
      if (line.find("scrub") == nullptr && line.find("broken") != nullptr) named.push_back(line);
    EXPECT_EQ(named.size(), 1u) << said.out;
    return named.empty() ? Json() : named.front();
  }
  std::string desk() const { return desk_.desk(); }

  DeskFolder desk_;
  std::string case_, evidence_;
};

TEST_F(Scrub, a_sound_desk_is_sound_and_says_what_was_read) {
  const Json line = desk_.run({"scrub"}).line();
  EXPECT_EQ(line.text_or("scrub"), "sound");
  EXPECT_EQ(line.number_or("blobs", 0), 2);
  EXPECT_EQ(line.number_or("keys", 0), 2);
  EXPECT_GT(line.number_or("journal_rows", 0), 8);
  EXPECT_GT(line.number_or("log_lines", 0), 0);
}

// Planted bug (tests/teeth/scrub-skips-evidence): the scrub looks only whether the file is there.
TEST_F(Scrub, a_changed_piece_of_evidence_is_named_with_its_case) {
  for (const auto& entry : fs::recursive_directory_iterator(desk() + "/evidence")) {
    if (!entry.is_regular_file()) continue;
    const std::string good = *read_file(entry.path(), 1u << 20);
    flip(entry.path(), good.size() / 2);
    const Json named = broken();
    EXPECT_EQ(named.text_or("broken"), "evidence");
    EXPECT_NE(named.text_or("where").find(entry.path().filename()), std::string::npos);
    if (named.text_or("type") == "evidence_attached") {
      EXPECT_EQ(named.text_or("case"), case_);
      EXPECT_EQ(named.text_or("evidence"), evidence_);
    } else {
      EXPECT_EQ(named.text_or("source"), "test");
    }
    ASSERT_TRUE(write_file(entry.path(), good, 0600));
  }
  EXPECT_EQ(desk_.run({"scrub"}).exit_code, 0);
}

TEST_F(Scrub, two_that_are_broken_are_both_named) {
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(desk() + "/evidence")) {
    if (!entry.is_regular_file()) continue;
    flip(entry.path(), fs::file_size(entry.path()) - 1);
    ++files;
  }
  const Outcome said = desk_.run({"scrub"});
  EXPECT_EQ(said.exit_code, 7);
  EXPECT_EQ(said.lines().size(), files + 1) << said.out;
}

TEST_F(Scrub, a_piece_that_is_gone_is_named) {
  for (const auto& entry : fs::recursive_directory_iterator(desk() + "/evidence"))
    if (entry.is_regular_file()) {
      fs::remove(entry.path());
      break;
    }
  EXPECT_EQ(broken().text_or("message"), "the file is gone");
}

TEST_F(Scrub, a_damaged_slot_key_or_credential_is_named) {
  for (const auto& [path, what] : std::vector<std::pair<std::string, std::string>>{
           {"/keys/items", "keys"}, {"/keys/report.key", "keys"}, {"/keys/officers/analyst1.json", "keys"}}) {
    const std::string good = *read_file(desk() + path, 1u << 20);
    flip(desk() + path, good.size() / 3);
    const Outcome said = desk_.run({"scrub"});
    EXPECT_EQ(said.exit_code, 7) << path << said.out;
    EXPECT_NE(said.out.find(path), std::string::npos) << said.out;
    ASSERT_TRUE(write_file(desk() + path, good, 0600));
  }
}

// Planted bug: leave out the comparison with the batches' counts in desk/scrub.cc. A bit in a file of theirs:
// store/sorted_runs_test.cc.
TEST_F(Scrub, sorted_runs_that_lost_their_files_are_named) {
  Result<Database> database = Database::open(desk() + "/desk.db", Database::Open::Read);
  const std::int64_t batch = *database->number("SELECT max(seq) FROM batch");
  ASSERT_TRUE(make_folder(desk() + "/runs/folds", 0700));
  ASSERT_TRUE(write_file(desk() + "/runs/folds/list.json",
                         R"({"files":[],"next":8,"through":)" + std::to_string(batch) + "}", 0600));
  const Json named = broken();
  EXPECT_EQ(named.text_or("broken"), "runs");
  EXPECT_NE(named.text_or("message").find("they hold 0 reports"), std::string::npos);
}

TEST_F(Scrub, a_changed_row_and_a_changed_table_are_named) {
  Result<Database> database = Database::open(desk() + "/desk.db", Database::Open::Write);
  ASSERT_TRUE(database->execute("UPDATE cases SET reports = reports + 1"));
  EXPECT_NE(broken().text_or("where").find("table cases"), std::string::npos);
  ASSERT_TRUE(database->execute("UPDATE cases SET reports = reports - 1"));
  EXPECT_EQ(desk_.run({"scrub"}).exit_code, 0);
}

// Planted bug: compare the log with itself alone.
TEST_F(Scrub, a_log_that_is_not_the_journals_is_named) {
  const TemporaryFolder other;
  fs::copy(desk() + "/log", other.path() + "/log", fs::copy_options::recursive);
  fs::copy(desk() + "/desk.db", other.path() + "/desk.db");
  desk_.phishing_case("second.example.com");
  // The log as it was before the last report, whole and signed; the record knows better.
  fs::remove_all(desk() + "/log");
  fs::copy(other.path() + "/log", desk() + "/log", fs::copy_options::recursive);
  EXPECT_EQ(desk_.run({"log", "verify"}).exit_code, 0);
  // That log is the beginning of the journal's and nothing is broken in it; what is missing, the desk makes again.
  EXPECT_EQ(desk_.run({"scrub"}).exit_code, 0);
  fs::remove(desk() + "/log/tile/entries/000.p/" +
             std::to_string(desk_.run({"log", "verify"}).line().number_or("size", 0)));
  EXPECT_EQ(broken().text_or("broken"), "log");
}

// Planted bug (tests/teeth/scrub-takes-fresh-ones): drop the comparison with the file's age.
TEST_F(Scrub, what_nothing_names_is_counted_and_removed_when_it_is_older_than_a_day) {
  const std::string hex = sha256("left over").hex(), folder = desk() + "/evidence/" + hex.substr(0, 2);
  ASSERT_TRUE(make_folder(folder, 0700));
  ASSERT_TRUE(write_file(folder + "/" + hex, "left over", 0600));
  const auto counted = [&](const std::vector<Json>& lines, const char* what) {
    return lines.back().number_or(what, -1);
  };
  const Outcome young = desk_.run({"scrub"});
  EXPECT_EQ(young.exit_code, 0) << young.err;
  EXPECT_EQ(counted(young.lines(), "left_over"), 1);
  EXPECT_EQ(counted(young.lines(), "left_over_old"), 0);
  EXPECT_EQ(desk_.run({"scrub", "--remove-orphans"}).lines().back().number_or("removed", -1), 0);
  EXPECT_TRUE(exists(folder + "/" + hex));

  fs::last_write_time(folder + "/" + hex, fs::file_time_type::clock::now() - std::chrono::hours(25));
  for (const auto& entry : fs::recursive_directory_iterator(desk() + "/evidence"))
    if (entry.is_regular_file())
      fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(25));
  EXPECT_EQ(counted(desk_.run({"scrub"}).lines(), "left_over_old"), 1);
  EXPECT_TRUE(exists(folder + "/" + hex)) << "nobody asked for its removal";
  EXPECT_EQ(desk_.run({"scrub", "--remove-orphans"}).lines().back().number_or("removed", -1), 1);
  EXPECT_FALSE(exists(folder + "/" + hex));
  EXPECT_EQ(desk_.run({"scrub"}).exit_code, 0) << "what is named is still there";
}

TEST_F(Scrub, goes_on_where_it_was_stopped) {
  // As a paced one left it that was killed behind the first blob, whatever it is.
  std::vector<std::string> blobs;
  for (const auto& entry : fs::recursive_directory_iterator(desk() + "/evidence"))
    if (entry.is_regular_file()) blobs.push_back(entry.path());
  std::sort(blobs.begin(), blobs.end());
  const std::string first = fs::path(blobs.front()).filename();
  ASSERT_TRUE(write_file(
      desk() + "/scrub.json",
      R"({"after":")" + first + R"(","began":1,"broken":[],"found":0,"last":null,"stage":"evidence"})", 0600));
  flip(blobs.front(), 50);  // it was read before it broke
  const Outcome paced = desk_.run({"scrub", "--pace", "1000"});
  EXPECT_EQ(paced.out.find(R"("broken":"evidence")"), std::string::npos) << paced.out;
  EXPECT_EQ(broken().text_or("broken"), "evidence") << "one that begins anew finds it";
}

}  // namespace
}  // namespace cordon::testing_desk
