// One byte changed behind the desk's back: the two verifications say so, and where.
#include <gtest/gtest.h>

#include <filesystem>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"
#include "store/database.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

class FlippedByte : public testing::Test {
 protected:
  void SetUp() override {
    const std::string the_case = desk_.phishing_case();
    evidence_ = desk_.assess(the_case);
    const Json proposal = desk_.propose(the_case);
    ASSERT_EQ(desk_.as("approver1", {"case", "open", the_case, evidence_}).exit_code, 0);
    ASSERT_EQ(desk_
                  .as("approver1",
                      {"decide", "approve", proposal.text_or("proposal"), "--digest", proposal.text_or("digest")})
                  .exit_code,
              0);
  }
  static void flip(const std::string& path, std::size_t at) {
    std::string bytes = *read_file(path, 64u << 20);
    ASSERT_LT(at, bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    ASSERT_TRUE(write_file(path, bytes, 0600));
  }
  void expect_journal_says(const std::string& where) {
    const Outcome verdict = desk_.run({"journal", "verify"});
    EXPECT_EQ(verdict.exit_code, 7) << verdict.out;
    EXPECT_NE(verdict.err.find(where), std::string::npos) << verdict.err;
  }
  // Changes rows past the triggers, as somebody with the file in hand can.
  void run_sql(const std::string& script) {
    Result<Database> database = Database::open(desk_.desk() + "/desk.db", Database::Open::Write);
    ASSERT_TRUE(database);
    const Result<Nothing> done = database->execute(
        "PRAGMA foreign_keys=OFF; DROP TRIGGER journal_keeps_its_words; DROP TRIGGER journal_keeps_its_rows;" + script);
    ASSERT_TRUE(done) << done.error().message;
  }

  DeskFolder desk_;
  std::string evidence_;
};

// Planted bug: let verify_log pass over the entry bundles, or over the tiles.
TEST_F(FlippedByte, in_any_file_of_the_log_is_found_with_its_place) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(desk_.desk() + "/log")) {
    if (!entry.is_regular_file()) continue;
    const std::string path = entry.path();
    const std::string good = *read_file(path, 64u << 20);
    for (const std::size_t at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
      flip(path, at);
      const Outcome verdict = desk_.run({"log", "verify"});
      EXPECT_EQ(verdict.exit_code, 1) << path << " byte " << at << verdict.out;
      const std::string name = fs::relative(entry.path(), desk_.desk() + "/log");
      EXPECT_NE(verdict.err.find(name), std::string::npos) << name << ": " << verdict.err;
      ASSERT_TRUE(write_file(path, good, 0644));
    }
    ++files;
  }
  EXPECT_GE(files, 3);
  EXPECT_EQ(desk_.run({"log", "verify"}).exit_code, 0);
}

// Planted bug: drop the digest comparison in store/journal.cc.
TEST_F(FlippedByte, in_a_row_of_the_journal_is_found) {
  run_sql("UPDATE journal SET body = replace(body, 'analyst1', 'analyst2') WHERE seq = 5;");
  expect_journal_says("journal row 5");
}

TEST_F(FlippedByte, in_the_database_file_itself_is_found) {
  const std::string path = desk_.desk() + "/desk.db";
  Result<Database> database = Database::open(path, Database::Open::Write);
  ASSERT_TRUE(database->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  database = Database::open(":memory:", Database::Open::Create);  // closes the file
  const std::string bytes = *read_file(path, 64u << 20);
  const std::size_t at = bytes.find("fact_entered");
  ASSERT_NE(at, std::string::npos);
  flip(path, at);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 7);
}

TEST_F(FlippedByte, a_row_that_was_taken_out_of_the_journal_is_missed) {
  run_sql("DELETE FROM journal WHERE seq = 5;");
  expect_journal_says("row 5 is missing");
}

// Planted bug: drop the loop over folded_tables() in verify_journal().
TEST_F(FlippedByte, in_a_table_is_found) {
  run_sql("UPDATE cases SET reports = reports + 1;");
  expect_journal_says("table cases");
}

TEST_F(FlippedByte, a_row_that_no_event_made_is_found) {
  run_sql("INSERT INTO outcome VALUES ('accepted by hand', 1);");
  expect_journal_says("table outcome");
}

// Planted bug: drop the comparison with the address, and let a sealed piece that does not open pass (store/blobs.cc).
TEST_F(FlippedByte, in_any_piece_of_evidence_or_run_is_found) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(desk_.desk() + "/evidence")) {
    if (!entry.is_regular_file()) continue;
    const std::string good = *read_file(entry.path(), 64u << 20);
    flip(entry.path(), good.size() / 2);
    expect_journal_says(entry.path().filename());
    ASSERT_TRUE(write_file(entry.path(), good, 0600));
    ++files;
  }
  EXPECT_GE(files, 3);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
}

TEST_F(FlippedByte, replay_brings_a_changed_table_back) {
  run_sql("UPDATE cases SET state = 'closed'; DELETE FROM outbox;");
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 7);
  EXPECT_EQ(desk_.run({"journal", "replay"}).exit_code, 0);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
  EXPECT_EQ(desk_.run({"notice", "list"}).line().text_or("state"), "sent");
}

}  // namespace
}  // namespace cordon::testing_desk
