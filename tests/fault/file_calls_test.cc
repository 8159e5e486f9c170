// Every file call of a desk fails once, with EIO and with ENOSPC, for this one time or from then on; is cut short; is
// the last thing before a kill -9. After each: what was acknowledged is there, nothing that failed was acknowledged,
// the process has not gone on after a failed fsync, and the desk opens and verifies without the fault.
//
// The kills cover the places that an acknowledgement passes, without a label in the code: before a commit, after it,
// after a blob, between a staged leaf and its publication, after a delivery and before its event. `labels` counts them.
//
// CORDON_FILE_CALLS_EVERY=1 takes every call; without it every 32nd is taken, another one for each way to fail.
//
// Planted bugs that turn it red (tests/teeth): report a failed write of a file as done; take a short write for a whole
// one; go on after a failed fsync; acknowledge a report before its commit; deliver before the leaf is published.
#include <arpa/inet.h>
#include <errno.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "base/files.h"
#include "base/samples_for_tests.h"
#include "base/text.h"
#include "desk/exit_code.h"
#include "planned_step.h"

namespace cordon::testing_desk {
namespace {

struct Traced {
  FileCall call;
  std::string path, other_path;
};

std::vector<Traced> read_trace(const std::string& path) {
  const std::string bytes = *read_file(path, std::size_t{1} << 30);
  std::vector<Traced> calls;
  for (std::size_t at = 0; at < bytes.size();) {
    FileCallRecord record;
    std::memcpy(&record, bytes.data() + at, sizeof record);
    at += sizeof record;
    Traced traced{record.call, bytes.substr(at, record.path_size),
                  bytes.substr(at + record.path_size, record.other_path_size)};
    at += record.path_size + record.other_path_size;
    if (record.call == FileCall::Write) at += static_cast<std::size_t>(record.size);
    calls.push_back(std::move(traced));
  }
  return calls;
}

struct Way {
  std::string name;
  FileCallsPlan::Fail fail;
  int error;
};
const std::vector<Way> kWays{
    {"EIO once", FileCallsPlan::Fail::Once, EIO},
    {"EIO from then on", FileCallsPlan::Fail::FromThenOn, EIO},
    {"ENOSPC once", FileCallsPlan::Fail::Once, ENOSPC},
    {"ENOSPC from then on", FileCallsPlan::Fail::FromThenOn, ENOSPC},
    {"short write", FileCallsPlan::Fail::ShortWrite, 0},
    {"kill -9", FileCallsPlan::Fail::Kill, 0},
};

bool can_fail(const Way& way, FileCall call) {
  if (way.fail == FileCallsPlan::Fail::ShortWrite) return call == FileCall::Write;
  const bool needs_space = call != FileCall::Open && call != FileCall::List && call != FileCall::Read &&
                           call != FileCall::Unlink && call != FileCall::RemoveFolder;
  return way.error != ENOSPC || needs_space;
}

// The place on the way to an acknowledgement that comes before this call.
std::string label(const std::vector<Traced>& calls, std::size_t at, const std::string& desk) {
  const auto below = [&](const std::string& path, const std::string& part) { return path.starts_with(desk + part); };
  const Traced& now = calls[at];
  if (now.call == FileCall::Sync && below(now.path, "/desk.db-wal")) return "before commit";
  if (at == 0) return {};
  const Traced& before = calls[at - 1];
  if (before.call == FileCall::Sync && below(before.path, "/desk.db-wal")) return "after commit";
  if (before.call == FileCall::Sync && below(before.path, "/evidence/")) return "after blob";
  if (below(now.path, "/log/") && now.call != FileCall::Read && now.call != FileCall::Open)
    return "between staged and published";
  if (before.call == FileCall::Link && below(before.path, "/outbox/")) return "after delivery before its event";
  return {};
}

struct Tally {
  std::map<std::string, int> runs;    // by way
  std::map<std::string, int> labels;  // of kills
  int stopped = 0, went_on = 0, said_no = 0;
};

class FileCalls : public testing::Test {
 protected:
  // Fails the calls of `step` and checks the desk after each.
  void sweep(const Step& step, Tally& tally) {
    const std::string work = work_.path() + "/run";
    const Paths paths(work + "/desk");
    PlanFile plan(work_.path() + "/plan");
    ASSERT_TRUE(make_folder(work));
    desk_.copy_to(work);
    const std::string trace = work_.path() + "/trace";
    std::filesystem::remove(trace);
    trace.copy(plan.plan(paths.desk, FileCallsPlan::Fail::Nothing, 0, 0).trace, 255);
    const Said whole = do_step_in_child(paths, step, plan.path(), work_.path());
    ASSERT_EQ(whole.exit_code, 0) << step.name << ": " << whole.why;
    ASSERT_FALSE(whole.lines.empty());
    const std::vector<Traced> calls = read_trace(trace);
    std::size_t first = 0;
    for (const Way& way : kWays) {
      first = (first + 5) % every_;
      for (std::size_t i = first; i < calls.size(); i += every_) {
        if (!can_fail(way, calls[i].call)) continue;
        SCOPED_TRACE(step.name + ", call " + std::to_string(i + 1) + " of " + std::to_string(calls.size()) + " (" +
                     static_cast<char>(calls[i].call) + " " + calls[i].path + "): " + way.name);
        desk_.copy_to(work);
        const FileCallsPlan& armed = plan.plan(paths.desk, way.fail, way.error, static_cast<std::int64_t>(i + 1));
        const Said said = do_step_in_child(paths, step, plan.path(), work_.path());
        check(step, paths, whole, said, armed, way, tally);
        if (way.fail == FileCallsPlan::Fail::Kill) ++tally.labels[label(calls, i, paths.desk)];
        ++tally.runs[way.name];
        if (HasFailure()) return;
      }
    }
  }

  static void check(const Step& step, const Paths& paths, const Said& whole, const Said& said,
                    const FileCallsPlan& armed, const Way& way, Tally& tally) {
    const bool killed = said.exit_code < 0;
    if (way.fail == FileCallsPlan::Fail::ShortWrite) {
      EXPECT_EQ(said.exit_code, 0) << "half a write is written on: " << said.why;
    } else if (way.fail != FileCallsPlan::Fail::Kill) {
      // In the desk itself: where the signer stops, the desk is left without a signature and says so.
      const bool sync_failed = armed.failed > 0 && armed.failed_call == static_cast<char>(FileCall::Sync) &&
                               armed.failed_process == said.process;
      EXPECT_TRUE(!killed || said.exit_code == -SIGABRT) << "a crash: " << said.why;
      EXPECT_TRUE(!killed || sync_failed) << "it stopped at less than an fsync: " << said.why;
      // What SQLite says of the folder of a new WAL it does not look at; Database::open has synced that before.
      // What SQLite copies from its WAL when it closes, it copies again at the next start: nothing rests on that fsync.
      // The path is that of this run's call: what the signer does beside the desk may shift the order.
      const std::string at = armed.failed_path;
      const bool at_close = at.starts_with(paths.database()) && said.exit_code == 0;
      const bool of_names = at == paths.desk;
      EXPECT_TRUE(!sync_failed || killed || at_close || of_names)
          << "it went on after a failed fsync of " << at << ": " << said.why;
    }
    const bool verifies = step.command.ends_with(" verify");
    if (verifies && !killed) {
      // Not "no": that would say something of the log. A sector that cannot be read is corruption in SQLite's words.
      const bool could_not_look = said.exit_code == outward(Fault::Unavailable).exit_code ||
                                  said.exit_code == outward(Fault::Corrupt).exit_code;
      EXPECT_TRUE(could_not_look || (said.exit_code == 0 && to_text(said.lines.at(0)) == to_text(whole.lines.at(0))))
          << "a fault taken for a verdict: " << said.why;
    }
    if (said.exit_code == 0) {
      EXPECT_EQ(said.lines.size(), whole.lines.size()) << "it says that it is done, and said less";
    }
    ++(killed ? tally.stopped : said.exit_code == 0 ? tally.went_on : tally.said_no);

    const FixedClock clock(*parse_rfc3339("2026-11-24T08:01:00Z"));
    SeededRandom random(99);
    {
      const Result<std::unique_ptr<Desk>> desk = Desk::open(paths, clock, random);
      ASSERT_TRUE(desk) << "the next start: " << desk.error().message << " " << desk.error().where;
      for (const Json& line : said.lines) EXPECT_EQ(missing(**desk, step, line), "");
    }
    EXPECT_EQ(damage(paths), "");
  }

  std::size_t every_ = static_cast<std::size_t>(samples("CORDON_FILE_CALLS_EVERY", 32, 4, 1));
  FaultDesk desk_;
  TemporaryFolder work_{TemporaryFolder::Where::Memory};
};

// The program itself, preloaded, as a desk that is served.
class Served {
 public:
  Served(const std::string& desk, const std::string& plan, const std::string& log) {
    ::setenv(kFileCallsVariable, plan.c_str(), 1);
    ::setenv("LD_PRELOAD", CORDON_FILE_CALLS_LIBRARY, 1);
    process_ = start_cordon({"serve", "--port", "0", "--desk", desk}, log);
    ::unsetenv("LD_PRELOAD");
    ::unsetenv(kFileCallsVariable);
    for (int waited = 0; waited < 3000 && port_ == 0; ++waited) {
      const Result<std::string> said = read_file(log, 1u << 20);
      const std::size_t at = said ? said->find("http://127.0.0.1:") : std::string::npos;
      if (at != std::string::npos && said->find(' ', at) != std::string::npos)
        port_ = std::atoi(said->c_str() + at + 17);
      if (port_ == 0) ::usleep(10'000);
    }
    CORDON_CHECK(port_ > 0, "the desk is not served");
  }
  ~Served() {
    ::kill(process_, SIGTERM);
    wait_for(process_);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  // The reply to a report of the public, head and body.
  std::string report(const std::string& nonce) const {
    const std::string body = to_text(Json::Object{{"category", "phishing"},
                                                  {"where", "https://bad-bank.example.com/sign-in"},
                                                  {"what", "It says that it is my bank and asks for my password."},
                                                  {"nonce", nonce}});
    const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port_));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return {};
    const std::string request = "POST /api/v1/public/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
                                std::string("Content-Type: application/json\r\nContent-Length: ") +
                                std::to_string(body.size()) + "\r\n\r\n" + body;
    if (!write_all(socket.get(), request)) return {};
    const Result<std::string> reply = read_all(socket.get(), 1u << 20);
    return reply ? *reply : std::string();
  }
  bool runs() const { return ::kill(process_, 0) == 0; }

 private:
  pid_t process_ = -1;
  int port_ = 0;
};

// Planted bugs: let a full disk be Unavailable (503), or keep what was appended when a commit failed.
TEST_F(FileCalls, a_full_disk_at_a_served_desk_is_507_and_it_goes_on_when_there_is_room) {
  const std::string work = work_.path() + "/served";
  const Paths paths(work + "/desk");
  ASSERT_TRUE(make_folder(work));
  desk_.copy_to(work);
  PlanFile plan(work_.path() + "/plan");
  FileCallsPlan& armed = plan.plan(paths.desk, FileCallsPlan::Fail::Nothing, ENOSPC, 0);
  std::string receipts;
  {
    const Served served(paths.desk, plan.path(), work_.path() + "/served.log");
    EXPECT_NE(served.report("before-the-disk-was-full").find("HTTP/1.1 200"), std::string::npos);
    ASSERT_GT(armed.calls, 0) << "the program's calls are not seen";
    // At the next call that needs room, and at each that comes after it.
    for (int later = 1; later <= 40; later += 3) {
      const std::string nonce = "while-the-disk-is-full-" + std::to_string(later);
      armed.at = armed.calls + later;
      armed.fail = FileCallsPlan::Fail::FromThenOn;
      const std::string full = served.report(nonce);
      armed.fail = FileCallsPlan::Fail::Nothing;
      EXPECT_NE(full.find("HTTP/1.1 507"), std::string::npos) << later << full.substr(0, 500);
      EXPECT_NE(full.find("\"full\""), std::string::npos) << full;
      const std::string again = served.report(nonce);
      EXPECT_NE(again.find("HTTP/1.1 200"), std::string::npos) << later << again.substr(0, 500);
      ASSERT_TRUE(served.runs());
    }
  }
  EXPECT_EQ(damage(paths), "");
}

TEST_F(FileCalls, each_fails_in_each_way_and_nothing_acknowledged_is_lost) {
  Tally tally;
  for (const Step& step : {desk_.intake("new-bank.example.com"), desk_.attach(), desk_.fact(), desk_.propose(),
                           desk_.approve(), Step{"journal", "journal verify", ""}, Step{"log", "log verify", ""}}) {
    sweep(step, tally);
    if (HasFailure()) return;
  }
  int all = 0;
  for (const auto& [way, runs] : tally.runs) {
    std::cout << way << ": " << runs << " calls\n";
    all += runs;
  }
  std::cout << all << " runs: " << tally.stopped << " stopped, " << tally.said_no << " said no, " << tally.went_on
            << " done all the same; kills";
  for (const auto& [place, kills] : tally.labels)
    if (!place.empty()) std::cout << ", " << kills << " " << place;
  EXPECT_TRUE(every_ > 1 || tally.labels.size() == 6u) << "a place on the way to an acknowledgement was not killed at";
  std::cout << "\n";
}

}  // namespace
}  // namespace cordon::testing_desk
