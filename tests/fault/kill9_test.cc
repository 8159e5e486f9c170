// Fifty kill -9 (CORDON_KILLS: as many as it says) during intake and decision: what was acknowledged is there, what
// was not is whole or absent, and nothing leaves twice. A kill at each single file call: file_calls_test.cc.
//
// Planted bugs that turn it red: emit the records before Store::append in flow.cc's take_in (acknowledged and lost);
// make the Maildir's file name from the time instead of the Message-ID (sent twice); deliver before publish() in
// desk/commands.cc (a letter whose leaf the log does not hold).
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "../program.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/samples_for_tests.h"
#include "base/text.h"

namespace cordon::testing_desk {
namespace {

constexpr int kBatchSize = 200;

// SplitMix64, so that a run can be told from its seed.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t limit) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (z ^ z >> 31) % limit;
  }

 private:
  std::uint64_t state_;
};

struct Killed {
  int exit_code;
  std::vector<Json> lines;  // what it had said on stdout
};

// Kills after so many microseconds, or, with `letters` given, the moment that there is one more of them: between a
// delivery and the event that records it.
Killed run_and_kill(const DeskFolder& desk, std::vector<std::string> arguments, std::uint64_t after_us,
                    std::optional<std::size_t> letters = {}) {
  arguments.insert(arguments.end(), {"--json", "--desk", desk.desk()});
  const std::string log = desk.folder().path() + "/killed";
  const pid_t process = start_cordon(arguments, log);
  if (letters) {
    for (std::uint64_t waited = 0; waited < 5'000'000 && desk.letters().size() <= *letters; waited += 200)
      ::usleep(200);
  } else {
    ::usleep(static_cast<useconds_t>(after_us));
  }
  ::kill(process, SIGKILL);
  Killed killed{wait_for(process), {}};
  const std::string out = *read_file(log, 64u << 20);
  for (const std::string_view line : split(out, '\n')) {
    if (const Result<Json> value = parse_json(line)) killed.lines.push_back(*value);  // the last one may be cut
  }
  return killed;
}

std::string batch(const DeskFolder& desk, int number) {
  std::string csv = "domain\n";
  for (int i = 0; i < kBatchSize; ++i)
    csv += "n" + std::to_string(number) + "-" + std::to_string(i) + ".kill-test.example.com\n";
  return desk.folder().file("batch" + std::to_string(number) + ".csv", csv);
}

std::vector<std::string> intake_of(const std::string& file, int number) {
  return {"intake", "--source", "kill", "--category", "phishing", "--token", "batch-" + std::to_string(number), file};
}

std::int64_t reports(const DeskFolder& desk) { return desk.run({"status"}).line().number_or("reports", -1); }

struct Ready {
  std::string proposal, digest;
};

std::vector<Ready> proposals_ready_to_approve(const DeskFolder& desk, int proposals) {
  std::vector<Ready> ready;
  for (int i = 0; i < proposals; ++i) {
    const std::string the_case = desk.phishing_case("bank-" + std::to_string(i) + ".example.com");
    const std::string evidence = desk.assess(the_case);
    const Json proposal = desk.propose(the_case);
    EXPECT_EQ(desk.as("approver1", {"case", "open", the_case, evidence}).exit_code, 0);
    ready.push_back({proposal.text_or("proposal"), proposal.text_or("digest")});
  }
  return ready;
}

TEST(Kill9, kills_lose_nothing_acknowledged_and_send_nothing_twice) {
  const DeskFolder desk;
  Chance chance(20261124);
  const int kills = static_cast<int>(samples("CORDON_KILLS", 30, 150, 1000));
  const std::vector<Ready> ready = proposals_ready_to_approve(desk, std::max(16, kills / 10));
  const std::int64_t before = reports(desk);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_EQ(
      desk.run({"intake", "--source", "kill", "--category", "phishing", desk.folder().file("none.csv", "domain\n")})
          .exit_code,
      0);
  const auto one = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count());
  // Kills fall over the length of a command, however slow this build and busy this machine: what was killed at work
  // gets more time the next time, what ended by itself gets less, so that about half of each kind ends.
  std::uint64_t intake_time = 2 * one + 100'000, approval_time = 6 * one + 400'000;
  const auto learn = [](std::uint64_t& time, const Killed& killed) {
    time = killed.exit_code == -SIGKILL ? time + time / 4 : time - time / 4;
  };

  std::map<int, std::string> batches;     // sent so far
  std::map<int, std::vector<Json>> said;  // what was acknowledged of them, complete or not
  std::set<std::string> approved;         // proposals whose approval was acknowledged
  int mid_way = 0, finished = 0, batch_number = 0;
  std::size_t next = 0;
  for (int kill = 0; kill < kills; ++kill) {
    Killed killed;
    if (kill % 2 == 0) {
      // The same batch again until it is through, as a sender without an answer would.
      if (batches.empty() || said.contains(batch_number)) ++batch_number;
      if (!batches.contains(batch_number)) batches[batch_number] = batch(desk, batch_number);
      killed = run_and_kill(desk, intake_of(batches[batch_number], batch_number), 2000 + chance.below(intake_time));
      learn(intake_time, killed);
      if (!killed.lines.empty()) said[batch_number] = killed.lines;
    } else {
      const bool on_delivery = kill % 8 == 1;
      const Ready& next_one = ready[next % ready.size()];
      killed = run_and_kill(desk,
                            {"decide", "approve", next_one.proposal, "--digest", next_one.digest, "--as", "approver1",
                             "--password-file", desk.password_file("approver1")},
                            2000 + chance.below(approval_time),
                            on_delivery ? std::optional(desk.letters().size()) : std::nullopt);
      if (!on_delivery) learn(approval_time, killed);
      if (!killed.lines.empty()) approved.insert(next_one.proposal);
      // Ended by itself: approved now, or by an attempt that was killed before it could say so (exit 5). What was
      // killed at its delivery is left to `notice send` below.
      if (killed.exit_code >= 0 || on_delivery) ++next;
    }
    ++(killed.exit_code == -SIGKILL ? mid_way : finished);
  }
  std::cout << mid_way << " killed at work, " << finished << " had ended; " << said.size() << " batches and "
            << approved.size() << " approvals acknowledged\n";
  EXPECT_GE(mid_way, kills * 3 / 10) << "the kills came too late to mean anything";
  EXPECT_GE(said.size(), 3u) << "the kills came too early to mean anything";
  EXPECT_GE(approved.size(), 3u) << "the kills came too early to mean anything";

  // Whole or absent, and what was acknowledged is there with the same answer.
  const std::int64_t taken = reports(desk) - before;
  EXPECT_EQ(taken % kBatchSize, 0) << "half a batch was taken in";
  EXPECT_GE(taken, static_cast<std::int64_t>(said.size()) * kBatchSize);
  for (const auto& [number, lines] : said) {
    const Outcome again = desk.run(intake_of(batches[number], number));
    ASSERT_EQ(again.exit_code, 0) << again.err;
    const std::vector<Json> answer = again.lines();
    ASSERT_EQ(answer.size(), static_cast<std::size_t>(kBatchSize));
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(to_text(lines[i]), to_text(answer[i]));
  }
  EXPECT_EQ(reports(desk) - before, taken) << "a token that was used took something in";

  EXPECT_EQ(desk.run({"notice", "send"}).exit_code, 0);
  const Outcome log = desk.run({"log", "verify"});
  EXPECT_EQ(log.exit_code, 0) << log.err;
  const Outcome journal = desk.run({"journal", "verify"});
  EXPECT_EQ(journal.exit_code, 0) << journal.err;

  std::map<std::string, int> letters;  // by Message-ID
  for (const std::string& path : desk.letters()) {
    const std::string mail = *read_file(path, 4u << 20);
    const std::size_t at = mail.find("X-Cordon-Notice: ");
    ASSERT_NE(at, std::string::npos);
    ++letters[mail.substr(at + 17, 36)];
  }
  std::set<std::string> sent;
  for (const Json& notice : desk.run({"notice", "list"}).lines()) {
    EXPECT_EQ(notice.text_or("state"), "sent");
    EXPECT_EQ(letters[notice.text_or("notice")], 1) << notice.text_or("notice");
    EXPECT_EQ(desk.run({"log", "show", std::to_string(notice.number_or("leaf", -1))}).line().text_or("object_id"),
              notice.text_or("proposal"));
    sent.insert(notice.text_or("proposal"));
  }
  EXPECT_EQ(letters.size(), sent.size()) << "a letter that nobody approved";
  for (const std::string& proposal : approved) EXPECT_TRUE(sent.contains(proposal)) << proposal;
}

}  // namespace
}  // namespace cordon::testing_desk
