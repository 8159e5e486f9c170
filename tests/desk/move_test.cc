// A desk's record goes from its folder to a PostgreSQL server and back, by the program.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"
#include "store/postgres_for_tests.h"

namespace cordon::testing_desk {
namespace {

class Move : public testing::Test {
 protected:
  void SetUp() override {
    // A build without tools/install --test has no server; where the shared data is, ./test calls this skip a failure.
    if (PostgresServer::shared() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  }
  static PostgresServer& server() { return *PostgresServer::shared(); }
  static std::string settings(const DeskFolder& desk) { return *read_file(desk.desk() + "/cordon.toml", 1u << 20); }
  // The journal's head, verified: rows, leaves and digest.
  static std::string head(const DeskFolder& desk) {
    const Outcome verified = desk.run({"journal", "verify"});
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
    return verified.out;
  }
};

// Planted bugs: leave retire_record() out of move_record(); write "url" without what the address was.
TEST_F(Move, to_a_server_and_back_with_nothing_lost_and_one_record_that_opens) {
  const DeskFolder desk;
  const std::string the_case = desk.phishing_case();
  desk.assess(the_case);
  desk.propose(the_case);
  const std::string before = head(desk), typed = settings(desk);

  const std::string address = server().new_address();
  const Outcome moved = desk.run({"move", "--to", address});
  ASSERT_EQ(moved.exit_code, 0) << moved.err;
  EXPECT_EQ(moved.line().text_or("to").find("options"), std::string::npos);
  EXPECT_EQ(head(desk), before);
  EXPECT_NE(settings(desk).find("\n[database]\nurl = \"" + address + "\"\n"), std::string::npos);
  EXPECT_TRUE(settings(desk).starts_with(typed));               // what the operator typed is as it was
  EXPECT_EQ(desk.run({"move", "--to", address}).exit_code, 2);  // it is there

  // The desk works there, and the old file does not open.
  EXPECT_EQ(desk.as("analyst1", {"case", "show", the_case}).exit_code, 0);
  desk.phishing_case("another-bank.example.com");
  EXPECT_EQ(desk.run({"log", "verify"}).exit_code, 0);
  const std::string at_the_server = settings(desk);
  ASSERT_TRUE(write_file(desk.desk() + "/cordon.toml", typed));
  const Outcome old = desk.run({"status"});
  EXPECT_EQ(old.exit_code, 5) << old.err;
  EXPECT_NE(old.err.find("was moved"), std::string::npos) << old.err;
  ASSERT_TRUE(write_file(desk.desk() + "/cordon.toml", at_the_server));

  const std::string later = head(desk);
  EXPECT_NE(later, before);
  EXPECT_EQ(desk.run({"move", "--to", "desk.db"}).exit_code, 5);  // the copy that was left behind is in the way
  ASSERT_EQ(desk.run({"move", "--to", "back.db"}).exit_code, 0);
  EXPECT_EQ(head(desk), later);
  EXPECT_NE(settings(desk).find("\n[database]\nurl = \"back.db\"\n"), std::string::npos);
  EXPECT_EQ(settings(desk).find("postgresql:///postgres"), std::string::npos);
  desk.phishing_case("a-third-bank.example.com");
  EXPECT_EQ(desk.run({"journal", "replay"}).exit_code, 0);
}

// Planted bugs: commit the copy before it is folded; change cordon.toml first.
TEST_F(Move, killed_anywhere_it_goes_on_and_no_two_records_open) {
  const DeskFolder desk;
  std::string list = "domain\n";
  for (int i = 0; i < 3000; ++i) list += "n" + std::to_string(i) + ".kill-test.example.com\n";
  ASSERT_EQ(desk.run({"intake", "--source", "kill", "--category", "phishing", desk.folder().file("list.csv", list)})
                .exit_code,
            0);
  const std::string before = head(desk);
  std::string there = server().new_address();
  useconds_t after = 20'000;
  int killed = 0, done = 0;
  for (int round = 0; round < 16; ++round, after += 22'000) {
    const pid_t process =
        start_cordon({"move", "--to", there, "--json", "--desk", desk.desk()}, desk.folder().path() + "/killed");
    ::usleep(after);
    ::kill(process, SIGKILL);
    const bool finished = wait_for(process) == 0;
    killed += finished ? 0 : 1;
    // Whatever cordon.toml now names either works or says what to do; when it does not work, the same command ends it.
    const Outcome status = desk.run({"status"});
    if (status.exit_code != 0) {
      ASSERT_EQ(status.exit_code, 5) << status.err;
      ASSERT_NE(status.err.find("run `cordon move` again"), std::string::npos) << status.err;
    }
    const bool switched = settings(desk).find("url = \"" + there + "\"") != std::string::npos;
    if (!switched && round % 3 != 2) continue;  // several kills of one move, one after the other
    if (!switched) {
      const Outcome again = desk.run({"move", "--to", there});
      ASSERT_EQ(again.exit_code, 0) << again.err;
    }
    ASSERT_EQ(head(desk), before);
    ++done;
    there = round % 2 == 0 ? "home" + std::to_string(round) + ".db" : server().new_address();
  }
  EXPECT_GE(killed, 6);
  EXPECT_GE(done, 4);
  EXPECT_EQ(desk.run({"status"}).line().number_or("cases", 0), 3000);
}

TEST_F(Move, a_desk_is_founded_at_a_server_and_no_second_one_there) {
  const TemporaryFolder folder;
  const std::string address = server().new_address();
  const auto init = [&](const std::string& desk) {
    return cordon({"init", "--desk", folder.path() + "/" + desk, "--demo", "--name", "Test desk", "--kind", "csirt",
                   "--address", "desk@test-desk.example.net", "--origin", "test-desk.example.net/log", "--database",
                   address, "--json"});
  };
  ASSERT_EQ(init("one").exit_code, 0);
  EXPECT_EQ(cordon({"status", "--desk", folder.path() + "/one"}).exit_code, 0);
  EXPECT_FALSE(exists(folder.path() + "/one/desk.db"));
  EXPECT_EQ(init("two").exit_code, 5);
  EXPECT_FALSE(exists(folder.path() + "/two"));
  const std::string stopped = "postgresql:///postgres?host=" + folder.path() + "&user=desk&password=Secret-1";
  const Outcome refused = cordon({"init", "--desk", folder.path() + "/three", "--demo", "--name", "Test desk", "--kind",
                                  "csirt", "--address", "desk@test-desk.example.net", "--origin",
                                  "test-desk.example.net/log", "--database", stopped});
  EXPECT_EQ(refused.exit_code, 6);
  EXPECT_EQ(refused.err.find("Secret-1"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace cordon::testing_desk
