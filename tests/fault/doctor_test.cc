// What `cordon doctor` says of a desk that something is wrong with, and that the desk itself calls for somebody once,
// while it is served.
//
// Planted bugs, each seen to turn this red; those with a name are in tests/teeth:
//  1 doctor-blind-to-outbox  the age of what waits in the outbox is not looked at
//  2 desk/doctor.cc          the modes of the keys are not looked at
//  3 desk/doctor.cc          a look is said again though nothing changed
#include "desk/doctor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <mutex>

#include "base/text.h"
#include "desk/backup_command.h"
#include "desk/memory_file.h"
#include "desk/scrub.h"
#include "fault_desk.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

class Doctor : public testing::Test {
 protected:
  Look look(const std::string& what) {
    for (const Look& one : examine(paths(), clock_, AskOwner::Yes))
      if (one.what == what) return one;
    ADD_FAILURE() << "nothing is said of " << what;
    return {};
  }
  std::string_view state(const std::string& what) { return name(look(what).wellness); }
  Paths paths() const { return desk_.paths(); }
  // One batch of so many reports.
  void report(const std::string& source, int times) {
    Step step = desk_.intake("");
    step.arguments.set("source", source);
    step.body = "domain\n";
    for (int i = 0; i < times; ++i) step.body += "d" + std::to_string(++reported_) + ".bank-login.example.com\n";
    const std::unique_ptr<Desk> open = *Desk::open(paths(), clock_, random_);
    ASSERT_TRUE(do_step(*open, step, [](const Json&) {}));
  }

  FaultDesk desk_;
  FixedClock clock_{*parse_rfc3339("2026-11-24T08:00:30Z")};
  SeededRandom random_{5};
  int reported_ = 0;
};

TEST_F(Doctor, finds_a_sound_desk_sound) {
  for (const Look& one : examine(paths(), clock_, AskOwner::Yes)) {
    if (one.what == "disk") continue;  // this machine's own
    EXPECT_EQ(name(one.wellness), one.what == "owner" ? "look" : "ok") << one.what << ": " << one.says;
    EXPECT_EQ(one.todo.empty(), one.wellness == Wellness::Ok) << one.what;
  }
  const std::unique_ptr<Desk> open = *Desk::open(paths(), clock_, random_);
  EXPECT_NE(look("owner").says.find("does not answer"), std::string::npos);
}

// Planted bug 2.
TEST_F(Doctor, says_which_key_others_can_read) {
  ASSERT_EQ(::chmod(paths().log_key().c_str(), 0640), 0);
  EXPECT_EQ(state("keys"), "broken");
  EXPECT_NE(look("keys").says.find(paths().log_key()), std::string::npos);
}

TEST_F(Doctor, says_that_a_line_waits_to_be_published) {
  {
    const std::unique_ptr<Desk> open = *Desk::open(paths(), clock_, random_);
    const Leaf leaf{"batch", clock_.now(), "none", "", "", "", "received", {"software"}};
    ASSERT_TRUE(open->store().append(
        {{RequestTaken{sha256("a"), sha256("b")}, "software", seal_leaf(leaf, open->leaf_frame(), random_)}},
        clock_.now()));
  }
  EXPECT_EQ(state("log"), "ok") << "a minute is what it may take";
  clock_.advance(2 * 60'000);
  EXPECT_EQ(state("log"), "look");
  clock_.advance(9 * 60'000);
  EXPECT_EQ(state("log"), "broken");
}

// Planted bug 1.
TEST_F(Doctor, says_that_an_approved_notice_does_not_leave) {
  std::string toml = *read_file(paths().settings(), 1u << 20);
  toml = replace_all(toml, "courier = \"maildir\"", "courier = \"smtp\"\nsmtp_url = \"smtp://127.0.0.1:1\"");
  ASSERT_TRUE(write_file(paths().settings(), toml));
  ASSERT_TRUE(do_step(paths(), desk_.approve(), [](const Json&) {}));
  EXPECT_EQ(state("outbox"), "ok");
  clock_.advance(15 * 60'000);
  EXPECT_EQ(state("outbox"), "look");
  clock_.advance(kHourMs);
  EXPECT_EQ(state("outbox"), "broken");
  EXPECT_NE(look("outbox").todo.find("notice send"), std::string::npos);
}

TEST_F(Doctor, says_that_the_signer_does_not_sign) {
  const std::string good = read_memory(paths().signer_last(), 1u << 20)->text;
  ASSERT_TRUE(write_memory(paths().signer_last(), good.substr(0, good.size() - 9)));
  EXPECT_EQ(state("signer"), "broken");
  ASSERT_TRUE(write_memory(paths().signer_last(), good));
  EXPECT_EQ(state("signer"), "ok");
  const std::string whole = *read_file(paths().signer_last(), 1u << 20);
  EXPECT_EQ(state("signer"), "ok");
  EXPECT_EQ(*read_file(paths().signer_last(), 1u << 20), whole) << "asking changes nothing";
  ASSERT_TRUE(write_file(paths().signer_last(), whole, 0600));
  EXPECT_EQ(state("signer"), "broken") << "another file with the same bytes is a copy";
  fs::remove(paths().signer_last());
  EXPECT_EQ(state("signer"), "broken");
}

TEST_F(Doctor, says_that_a_backup_or_a_scrub_is_overdue_and_what_the_scrub_found) {
  const TemporaryFolder copies;
  clock_.advance(3 * kDayMs);
  EXPECT_EQ(state("backup"), "look") << "none was ever made";
  ASSERT_TRUE(back_up(paths(), {copies.path() + "/b", copies.path() + "/k", copies.path() + "/f"}, clock_, {}));
  ASSERT_TRUE(scrub(paths(), {}, clock_, [](const Json&) {}, {}));
  EXPECT_EQ(state("backup"), "ok");
  clock_.advance(27 * kHourMs);
  EXPECT_EQ(state("backup"), "look");
  EXPECT_EQ(state("scrub"), "ok");
  clock_.advance(8 * kDayMs);
  EXPECT_EQ(state("backup"), "broken");
  EXPECT_EQ(state("scrub"), "look");
  for (const auto& entry : fs::recursive_directory_iterator(paths().evidence()))
    if (entry.is_regular_file()) {
      fs::remove(entry.path());
      break;
    }
  EXPECT_FALSE(scrub(paths(), {}, clock_, [](const Json&) {}, {}));
  EXPECT_EQ(state("scrub"), "broken");
  EXPECT_NE(look("scrub").says.find("/evidence/"), std::string::npos);
}

TEST_F(Doctor, says_that_the_clock_or_the_database_is_not_what_it_was) {
  clock_.advance(-kHourMs);
  EXPECT_EQ(state("clock"), "broken");
  clock_.advance(kHourMs);
  EXPECT_EQ(state("clock"), "ok");
  ASSERT_TRUE(write_file(paths().database(), "this is no database of anybody's, however it is looked at\n"));
  bool broken = false;
  for (const Look& one : examine(paths(), clock_, AskOwner::Yes)) broken = broken || one.wellness == Wellness::Broken;
  EXPECT_TRUE(broken);
}

TEST_F(Doctor, says_which_source_is_silent_and_which_sends_tenfold) {
  for (int day = 0; day < 7; ++day) {
    report("steady-feed", 1);
    report("feed-that-stops", 1);
    clock_.advance(kDayMs);
  }
  EXPECT_EQ(state("sources"), "ok");
  for (int day = 0; day < 3; ++day) {
    report("steady-feed", 1);
    clock_.advance(kDayMs);
  }
  EXPECT_EQ(state("sources"), "look");
  EXPECT_NE(look("sources").says.find("silent: feed-that-stops"), std::string::npos) << look("sources").says;
  report("feed-that-stops", 1);
  EXPECT_EQ(state("sources"), "ok");
  report("steady-feed", 101);
  EXPECT_NE(look("sources").says.find("tenfold: steady-feed (101"), std::string::npos) << look("sources").says;
}

// ── while it is served ──

class Watching : public Doctor {
 protected:
  void wait_for(const std::function<bool()>& what) const {
    for (int i = 0; i < 1000 && !what(); ++i) ::usleep(10'000);
    EXPECT_TRUE(what());
  }
  int said(const std::string& what) {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::count_if(lines_.begin(), lines_.end(),
                                          [&](const std::string& line) { return line.find(what) != line.npos; }));
  }
  Watch::Say say() {
    return [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    };
  }
  std::string watched() const {
    const Result<std::string> text = read_file(paths().desk + "/watch.json", 1u << 20);
    return text ? *text : "";
  }

  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// Planted bug 3.
TEST_F(Watching, an_alarm_is_given_once_and_taken_back_once) {
  const auto pace = WatchPace{5, 1'000'000'000};
  {
    const Watch watch(paths(), clock_, say(), pace);
    wait_for([&] { return !watched().empty(); });
    ASSERT_EQ(::chmod(paths().report_key().c_str(), 0644), 0);
    wait_for([&] { return said("ALARM keys (broken)") > 0; });
    ::usleep(200'000);
    EXPECT_EQ(said("ALARM keys"), 1);
  }
  {
    const Watch again(paths(), clock_, say(), pace);
    ::usleep(200'000);
    EXPECT_EQ(said("ALARM keys"), 1) << "it was said before the desk was stopped";
    ASSERT_EQ(::chmod(paths().report_key().c_str(), 0600), 0);
    wait_for([&] { return said("keys is well again") > 0; });
  }
  EXPECT_EQ(said("keys is well again"), 1);
}

TEST_F(Watching, a_desk_that_is_served_is_scrubbed_when_it_is_due) {
  const Watch watch(paths(), clock_, say(), {20, 0, CORDON_BINARY});
  wait_for([&] {
    const Result<std::optional<LastScrub>> last = last_scrub(paths());
    return last && *last && (**last).broken == 0;
  });
}

TEST_F(Watching, the_metrics_say_what_was_seen) {
  {
    const Watch watch(paths(), clock_, say(), {1000, 1'000'000'000});
    wait_for([&] { return !watched().empty(); });
  }
  const std::unique_ptr<Desk> open = *Desk::open(paths(), clock_, random_);
  Call call{"metrics", Json::Object{}};
  ASSERT_TRUE(run_command(*open, call, [](const Json&) {}));
  for (const char* line : {"cordon_cases 3\n", "cordon_check{check=\"log\"} 0\n", "cordon_unpublished_leaves 0\n",
                           "cordon_outbox_waiting 0\n", "cordon_disk_free_bytes "})
    EXPECT_NE(call.body.find(line), std::string::npos) << line << call.body;
}

}  // namespace
}  // namespace cordon::testing_desk
