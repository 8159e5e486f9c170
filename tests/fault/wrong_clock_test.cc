// The program as it is built, under a machine's clock that is wrong (libfaketime stands before its calls): such a clock
// may stop a desk, and never backdates, reorders, expires or revives anything in silence.
//
// Planted bugs, each seen red: Store::append() takes any time; finish_what_was_left() does what is due under a clock
// that is behind; sign_next() does not look at the time; serve() does not look at the clock again; journal_clock()
// takes one admin twice, or leaves the signer's time alone.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "../program.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "ledger/checkpoint.h"
#include "store/database.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

std::string faketime_library() {
  std::error_code none;
  for (const auto& place : fs::directory_iterator("/usr/lib", none)) {
    const std::string library = place.path().string() + "/faketime/libfaketimeMT.so.1";
    if (exists(library)) return library;
  }
  return "";
}

// While it lives, every program that is started has this clock: "-2d", "+40d", "2026-12-01 10:00:00" (which stands
// still), or what a file says from moment to moment.
class ClockOfChildren {
 public:
  explicit ClockOfChildren(const std::string& time, bool in_file = false) {
    variables_ = {{"LD_PRELOAD", faketime_library()},
                  {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                  {"FAKETIME_NO_CACHE", "1"},
                  {in_file ? "FAKETIME_TIMESTAMP_FILE" : "FAKETIME", time},
                  {"TZ", "UTC"}};
    for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~ClockOfChildren() {
    for (const auto& [name, value] : variables_) ::unsetenv(name.c_str());
  }
  ClockOfChildren(const ClockOfChildren&) = delete;
  ClockOfChildren& operator=(const ClockOfChildren&) = delete;

 private:
  std::map<std::string, std::string> variables_;
};

std::string said_in(const std::string& log) {
  const Result<std::string> text = read_file(log, 1u << 20);
  return text ? *text : "";
}

// Its exit code; -9 where it had to be ended after twenty seconds.
int ends_by_itself(pid_t process) {
  siginfo_t ended{};
  for (int waited = 0; waited < 1000 && ended.si_pid == 0; ++waited) {
    if (::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) != 0) break;
    if (ended.si_pid == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (ended.si_pid == 0) ::kill(process, SIGKILL);
  return wait_for(process);
}

class WrongClock : public testing::Test {
 protected:
  void SetUp() override {
    if (faketime_library().empty()) GTEST_SKIP() << "libfaketime is not installed";
  }
  Outcome intake(const std::string& domain) {
    return desk_.run({"intake", "--category", "phishing", "--source", "test",
                      desk_.folder().file(domain + ".txt", "Phishing at http://" + domain + "/login\n")});
  }
  Outcome correct(const std::string& one, const std::string& other, const std::string& reason) {
    return desk_.run({"journal", "clock", "--reason", reason, "--by", one, "--by", other, "--by-password-file",
                      desk_.password_file(one), "--by-password-file", desk_.password_file(other)});
  }
  std::int64_t number(const std::string& sql) {
    Database database = *Database::open(desk_.desk() + "/desk.db", Database::Open::Read);
    return *database.number(sql);
  }
  std::int64_t rows() { return number("SELECT count(*) FROM journal"); }
  std::int64_t rows_out_of_order() {
    return number(
        "SELECT count(*) FROM journal a JOIN journal b ON b.seq = a.seq + 1 WHERE b.at < a.at - 60000 AND "
        "b.type <> 'clock_corrected'");
  }
  std::string published() { return *read_file(Paths(desk_.desk()).checkpoint(), kLongestNote); }
  void expect_stopped(const Outcome& outcome) {
    EXPECT_EQ(outcome.exit_code, 6) << outcome.out << outcome.err;
    EXPECT_NE(outcome.err.find("clock says"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("cordon journal clock"), std::string::npos) << outcome.err;
  }

  DeskFolder desk_;
};

TEST_F(WrongClock, behind_the_record_nothing_is_written_back_in_time) {
  const std::string id = desk_.phishing_case();
  const std::int64_t before = rows();
  const std::string head = published();
  for (const char* behind : {"-5m", "-2d", "-30y"}) {
    const ClockOfChildren clock(behind);
    expect_stopped(intake("behind.example.com"));
    expect_stopped(desk_.as("analyst1", {"case", "show", id}));  // a reading is on record, or is none
    expect_stopped(desk_.run({"serve", "--port", "0"}));
  }
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(published(), head);
  EXPECT_EQ(correct("admin1", "admin2", "Nothing was wrong here").exit_code, 5) << "the clock is right";
  {
    const ClockOfChildren clock("-30s");  // as a disciplined clock is set: the record takes it, the signer waits
    const Outcome taken = intake("a-little-behind.example.com");
    EXPECT_NE(taken.out.find("accepted"), std::string::npos) << taken.out << taken.err;
    EXPECT_NE(taken.err.find("time did not advance"), std::string::npos) << taken.err;
    EXPECT_EQ(published(), head);
  }
  EXPECT_EQ(intake("after.example.com").exit_code, 0);
  EXPECT_EQ(number("SELECT count(*) FROM journal WHERE leaf IS NOT NULL"), number("SELECT size FROM published"));
  EXPECT_EQ(rows_out_of_order(), 0);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
}

TEST_F(WrongClock, what_ended_under_a_clock_that_was_ahead_ended_once_and_aloud) {
  const std::string id = desk_.phishing_case();
  desk_.assess(id);
  desk_.propose(id);
  for (int again = 0; again < 2; ++again) {
    const ClockOfChildren clock("+40d");
    ASSERT_EQ(intake("ahead-" + std::to_string(again) + ".example.com").exit_code, 0);
  }
  EXPECT_EQ(number("SELECT count(*) FROM journal WHERE type = 'lapsed'"), 1) << "72 hours to sign a second time";
  const std::int64_t before = rows();
  const std::string head = published();
  expect_stopped(intake("back.example.com"));
  EXPECT_EQ(correct("admin1", "admin1", "The clock was set by a bad server").exit_code, 4);
  EXPECT_EQ(correct("admin1", "approver1", "The clock was set by a bad server").exit_code, 4);
  EXPECT_EQ(correct("admin1", "admin2", "why").exit_code, 3);
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(published(), head);

  const Outcome corrected = correct("admin1", "admin2", "The clock was set by a bad server");
  ASSERT_EQ(corrected.exit_code, 0) << corrected.err;
  EXPECT_GT(*parse_rfc3339(corrected.line().text_or("was")) - *parse_rfc3339(corrected.line().text_or("now")),
            39 * kDayMs);
  EXPECT_EQ(intake("back.example.com").exit_code, 0);
  EXPECT_NE(published(), head) << "the signer goes on too";
  EXPECT_EQ(number("SELECT count(*) FROM journal WHERE type = 'lapsed'"), 1) << "what ended does not come back";
  EXPECT_EQ(rows_out_of_order(), 0);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
  EXPECT_EQ(desk_.run({"journal", "replay"}).exit_code, 0);
}

TEST_F(WrongClock, the_signer_stops_when_time_does_not_advance) {
  std::string still = to_rfc3339(SystemClock().now() + kHourMs).substr(0, 19);
  still[10] = ' ';
  {
    const ClockOfChildren clock(still);
    EXPECT_EQ(intake("the-first.example.com").exit_code, 0);
    const std::string head = published();
    const Outcome second = intake("the-second.example.com");
    EXPECT_NE(second.err.find("time did not advance"), std::string::npos) << second.out << second.err;
    EXPECT_EQ(published(), head);
    EXPECT_EQ(number("SELECT count(*) FROM journal WHERE leaf IS NOT NULL") - number("SELECT size FROM published"), 1)
        << "its line waits";
  }
  // A line that waits keeps the desk shut to nobody who can say what was wrong.
  expect_stopped(intake("the-third.example.com"));
  EXPECT_EQ(correct("admin1", "admin2", "The clock stood still an hour ahead").exit_code, 0);
  EXPECT_EQ(intake("the-third.example.com").exit_code, 0);
  EXPECT_EQ(number("SELECT count(*) FROM journal WHERE leaf IS NOT NULL"), number("SELECT size FROM published"));
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
}

TEST_F(WrongClock, a_desk_that_is_served_stops_when_the_clock_is_set) {
  const std::string file = desk_.folder().path() + "/clock", log = desk_.folder().path() + "/serve.log";
  for (const char* set_to : {"-30y", "+30y", "-2m"}) {
    ASSERT_TRUE(write_file(file, "+0\n"));
    pid_t serving = 0;
    {
      const ClockOfChildren clock(file, true);
      serving = start_cordon({"serve", "--desk", desk_.desk(), "--port", "0"}, log);
    }
    for (int waited = 0; waited < 1000 && said_in(log).find("serving") == std::string::npos; ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_TRUE(write_file(file, std::string(set_to) + "\n"));
    EXPECT_EQ(ends_by_itself(serving), 6) << set_to;
    EXPECT_NE(said_in(log + ".err").find("clock was set by"), std::string::npos) << said_in(log + ".err");
  }
  EXPECT_LT(number("SELECT max(at) FROM journal"), SystemClock().now().ms + kDayMs);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace cordon::testing_desk
