// One byte changed behind the desk's back: the two verifications say so, and where. Then single bits at random, in
// every file of a desk at work (CORDON_BIT_FLIPS of them; 150, CI: 1,000): each is found, or it is of no consequence,
// which is shown by asking the desk for everything that it holds. Found is what the scrub says, which asks both
// verifications, or what the first use of the file runs into. Settings are an operator's own text and have no digest,
// and what lies in the Maildir has left the desk; they are not among the files.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/scrub.h"
#include "fault_desk.h"
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

// Planted bug: drop check_openings() in verify_journal().
TEST_F(FlippedByte, in_an_opening_of_the_log_is_found) {
  run_sql("UPDATE opening SET opening = replace(opening, '\"salt\":\"', '\"salt\":\"0');");
  expect_journal_says("opening 0");
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

// ── single bits, at random ──

class FlippedBit : public testing::Test {
 protected:
  // A desk that was copied while it was open: its last transactions stand in the WAL alone.
  void SetUp() override {
    const auto quiet = [](const Json&) {};
    ASSERT_TRUE(do_step(desk_.paths(), desk_.approve(), quiet));
    const FixedClock clock(*parse_rfc3339("2026-11-24T08:00:30Z"));
    SeededRandom random(5);
    const std::unique_ptr<Desk> open = *Desk::open(desk_.paths(), clock, random);
    ASSERT_TRUE(do_step(*open, with_token(), quiet));
    ASSERT_TRUE(do_step(*open, desk_.fact(), quiet));
    ASSERT_TRUE(make_folder(flipped_));
    ASSERT_TRUE(make_folder(used_));
    desk_.copy_to(flipped_);
    forget_shared_memory(flipped_);
  }

  Step with_token() const {
    Step step = desk_.intake("last-bank.example.com");
    step.arguments.set("token", "once");
    return step;
  }

  static void forget_shared_memory(const std::string& folder) { fs::remove(folder + "/desk/desk.db-shm"); }

  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(flipped_)) {
      const std::string path = entry.path();
      const bool counts = !path.ends_with(".toml") && !path.ends_with("-shm") && !path.ends_with("scrub.json") &&
                          path.find("/outbox/") == path.npos;
      if (counts && entry.is_regular_file() && entry.file_size() > 0) all.push_back(path);
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  // Everything that the desk tells when it is asked, and what it does with one more report; or where that ends.
  Result<std::string> everything() {
    fs::remove_all(used_);
    fs::copy(flipped_, used_, fs::copy_options::recursive);
    const Paths paths(used_ + "/desk");
    settle(paths);
    const FixedClock clock(*parse_rfc3339("2026-11-24T08:01:00Z"));
    SeededRandom random(6);
    std::string told;
    std::vector<std::string> cases, proposals;
    {
      const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
      const auto ask = [&](const std::string& command, const std::string& login, Json arguments) {
        return do_step(*desk, {command, command, login, std::move(arguments)}, [&](const Json& line) {
          told += to_text(line) + "\n";
          if (command == "case list") cases.push_back(line.text_or("case"));
          if (command == "decide list") proposals.push_back(line.text_or("proposal"));
        });
      };
      TRY(ask("case list", "analyst1", Json::Object{}));
      for (const std::string& id : cases) {
        TRY(ask("case show", "analyst1", Json::Object{{"case", id}}));
        TRY(ask("case reports", "analyst1", Json::Object{{"case", id}}));
      }
      TRY(ask("decide list", "approver1", Json::Object{}));
      for (const std::string& id : proposals) TRY(ask("decide show", "approver1", Json::Object{{"proposal", id}}));
      TRY(ask("notice list", "approver1", Json::Object{}));
      TRY(ask("status", "", Json::Object{}));
      TRY(ask("border show", "", Json::Object{}));
      TRY(do_step(*desk, with_token(), [&](const Json& line) { told += to_text(line) + "\n"; }));
      for (std::int64_t leaf = 0; leaf < TRY(desk->store().published_size()); ++leaf)
        told += TRY(desk->store().opening(leaf)) + "\n";
      TRY(do_step(*desk, desk_.intake("one-more-bank.example.com"),
                  [&](const Json& line) { told += to_text(line) + "\n"; }));
    }
    if (const std::string found = damage(paths); !found.empty()) return fail(Fault::Corrupt, found);
    return told;
  }

  FaultDesk desk_;
  TemporaryFolder work_{TemporaryFolder::Where::Memory};
  const std::string wal_ = work_.path() + "/flipped/desk/desk.db-wal";
  const std::string flipped_ = work_.path() + "/flipped", used_ = work_.path() + "/used";
};

// What a scrub says is broken; empty: nothing.
std::string scrubbed(const Paths& paths) {
  const SystemClock clock;
  const Result<Nothing> sound = scrub(paths, {}, clock, [](const Json&) {}, {});
  return sound ? "" : in_words(sound.error());
}

// What kind of file it is, for the count.
std::string kind_of(const std::string& path) {
  for (const char* kind : {"desk.db-wal", "desk.db", "/evidence/", "/log/", "/keys/", ".signer/"})
    if (path.find(kind) != std::string::npos) return kind;
  return path;
}

// Planted bugs (tests/teeth): take out the digest of a journal's row, of a blob, of a tile; leave a table out of the
// comparison.
TEST_F(FlippedBit, anywhere_in_a_desk_is_found_or_of_no_consequence) {
  const char* told = std::getenv("CORDON_BIT_FLIPS");
  const int flips = told == nullptr ? 150 : std::atoi(told);
  const Paths paths(flipped_ + "/desk");
  ASSERT_EQ(scrubbed(paths), "");
  forget_shared_memory(flipped_);
  const Result<std::string> whole = everything();
  ASSERT_TRUE(whole) << whole.error().message;
  const std::vector<std::string> all = files();
  SeededRandom chance(20261128);
  const auto below = [&](std::uint64_t limit) {
    std::uint64_t drawn = 0;
    for (const char byte : chance.bytes(6)) drawn = drawn << 8 | static_cast<unsigned char>(byte);
    return drawn % limit;
  };
  struct Count {
    int scrubbed = 0, used = 0, harmless = 0, silent = 0;
  };
  std::map<std::string, Count> counts;
  for (int i = 0; i < flips; ++i) {
    const std::string& path = i % 3 == 0 ? paths.database() : i % 3 == 1 ? all[below(all.size())] : wal_;
    const Result<std::string> read = read_file(path, 1u << 28);
    ASSERT_TRUE(read) << path << read.error().message;
    std::string bytes = *read;
    const std::uint64_t bit = below(8 * bytes.size());
    const std::string good = bytes;
    bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ (1u << bit % 8));
    ASSERT_TRUE(write_file(path, bytes, 0600));
    SCOPED_TRACE(path + ", bit " + std::to_string(bit));
    Count& count = counts[kind_of(path)];
    const std::string found = scrubbed(paths);
    forget_shared_memory(flipped_);
    if (!found.empty()) {
      ++count.scrubbed;
    } else if (const Result<std::string> now = everything(); !now) {
      ++count.used;
    } else if (*now == *whole) {
      ++count.harmless;
    } else {
      ++count.silent;
      ADD_FAILURE() << "nothing says that something changed";
    }
    ASSERT_TRUE(write_file(path, good, 0600));
  }
  for (const auto& [kind, count] : counts)
    std::cout << kind << ": " << count.scrubbed << " found by the scrub, " << count.used << " on use, "
              << count.harmless << " of no consequence, " << count.silent << " silent\n";
}

}  // namespace
}  // namespace cordon::testing_desk
