#include "bench/volume_kills.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <new>
#include <thread>
#include <unordered_set>

#include "base/files.h"
#include "base/text.h"
#include "bench/index_data.h"
#include "desk/alerts.h"
#include "desk/flow.h"
#include "desk/sources.h"
#include "net/mail.h"
#include "net/maildir.h"
#include "referral/alert_items.h"

namespace cordon::bench {

namespace {

constexpr std::size_t kMostMegabytes = 1024;
constexpr std::array<std::string_view, 4> kWork{"opening", "taking in", "grouping", "sending"};

// What both processes see: where the work is, and for a burst whether its last file is written.
struct Shared {
  std::atomic<unsigned> work{0};
  std::atomic<bool> written{false};
};

Shared& shared_page() {
  void* page = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CORDON_CHECK(page != MAP_FAILED, "a bench's page that two processes see");
  return *new (page) Shared;
}

Result<Nothing> group_and_send(Desk& desk, const VolumeOptions& options, Instant fed, Shared& shared) {
  for (std::uint64_t from = 0, batch = 0; from < options.events; from += options.batch, ++batch) {
    shared.work = 1;
    const std::string lines = feed_lines(from, std::min(options.batch, options.events - from), options.recipients, fed);
    Incoming incoming{"volume", "feed.jsonl", Category::Malware, {}, desk.now(), {}};
    incoming.machine = "volume-fetcher";
    TRY(take_in(desk, incoming, "feed.jsonl", lines, "batch " + std::to_string(batch)));
  }
  shared.work = 2;
  const std::vector<StandingRule> rules = TRY(desk.store().rules_in_force());
  AlertSender sender(desk);
  while (TRY(sender.compose(rules.front().terms().id))) continue;
  TRY(publish(desk));
  shared.work = 3;
  while (TRY(sender.step()) != AlertSender::Step::Nothing) continue;
  return Nothing{};
}

Result<Nothing> empty_the_folder(Desk& desk, Shared& shared) {
  const Sources sources(desk.paths(), desk.settings());
  const PolledSource source = TRY(sources.find("burst"));
  shared.work = 1;
  for (;;) {
    const bool last = shared.written;
    const std::optional<Fetched> fetched = TRY(sources.fetch(source, desk.now() + kDayMs));
    if (!fetched && last) return Nothing{};
    if (!fetched) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    TRY(sources.take(desk, source, *fetched));
  }
}

// Of a process and what it started, in MB; a page that several have counts once.
std::size_t megabytes_of(pid_t process) {
  std::size_t kilobytes = 0;
  std::vector<std::string> all{std::to_string(process)};
  for (std::size_t i = 0; i < all.size() && all.size() < 100; ++i) {
    const std::string folder = "/proc/" + all[i];
    const Result<std::string> rollup = read_file(folder + "/smaps_rollup", 1u << 16);
    if (rollup)
      for (const std::string_view line : split(*rollup, '\n'))
        if (line.starts_with("Pss:")) kilobytes += std::strtoull(std::string(line.substr(4)).c_str(), nullptr, 10);
    const Result<std::string> children = read_file(folder + "/task/" + all[i] + "/children", 1u << 16);
    if (children)
      for (const std::string_view child : split(trim(*children), ' '))
        if (!child.empty()) all.emplace_back(child);
  }
  return kilobytes / 1024;
}

struct Killed {
  std::uint64_t kills = 0;
  std::array<std::uint64_t, kWork.size()> at = {};  // by what the process was doing
  std::size_t megabytes = 0;                        // the most at a time
  double seconds = 0;
};

// Has `work` done by one process after the other; each but the last is killed a while after it came so far in its work
// as `when` says of this kill.
struct When {
  unsigned work = 1;
  std::uint64_t longest_ms = 1000;
};
Result<Killed> work_and_kill(const Paths& paths, std::uint64_t kills, const std::function<When(std::uint64_t)>& when,
                             Shared& shared, const std::function<Result<Nothing>(Desk&)>& work) {
  Killed killed;
  SystemRandom random;
  const double from = clock_seconds();
  for (;;) {
    shared.work = 0;
    const pid_t child = ::fork();
    if (child < 0) return fail(Fault::Unavailable, "cannot fork");
    if (child == 0) {
      const SystemClock clock;
      SystemRandom own;
      const auto done = [&]() -> Result<Nothing> {
        const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, own));
        return work(*desk);
      }();
      if (!done) std::fprintf(stderr, "cordon: %s (%s)\n", done.error().message.c_str(), done.error().where.c_str());
      std::fflush(stderr);
      ::_exit(done ? 0 : 1);
    }
    std::uint64_t patience = 0;
    for (const char byte : random.bytes(4)) patience = patience << 8 | static_cast<unsigned char>(byte);
    const When this_time = when(killed.kills);
    double end = 0;
    int status = 0;
    for (;;) {
      if (::waitpid(child, &status, WNOHANG) == child) {
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
          return fail(Fault::Corrupt, "the process that did the work failed by itself");
        killed.seconds = clock_seconds() - from;
        return killed;
      }
      killed.megabytes = std::max(killed.megabytes, megabytes_of(child));
      if (end == 0 && shared.work >= this_time.work)
        end = clock_seconds() + static_cast<double>(patience % std::max<std::uint64_t>(this_time.longest_ms, 1)) / 1000;
      if (killed.kills < kills && end > 0 && clock_seconds() >= end) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ++killed.at[std::min<std::size_t>(shared.work, kWork.size() - 1)];
    ++killed.kills;
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
  }
}

void show_kills(const VolumeOptions& options, const Killed& killed) {
  show_figure(options, "killed", static_cast<double>(killed.kills), "times");
  for (std::size_t i = 0; i < kWork.size(); ++i)
    show_figure(options, "killed while " + std::string(kWork[i]), static_cast<double>(killed.at[i]), "times");
  show_figure(options, "all of it, by the clock", killed.seconds, "s");
}

// What left: mails, and hosts in their tables, each once. `twice`: a host that is in a second mail, or place.
struct Told {
  std::uint64_t mails = 0, items = 0, twice = 0;
};

Result<Told> read_told(const std::string& maildir) {
  Told told;
  std::unordered_set<std::string> hosts;
  for (const std::string& file : TRY(new_mails(maildir, 1'000'000))) {
    const std::string bytes = TRY(read_file(maildir + "/new/" + file, 64u << 20));
    const Mail mail = TRY(read_mail(bytes));
    ++told.mails;
    for (const MailPart& part : mail.parts) {
      if (part.file_name != kItemTable) continue;
      bool head = true;
      for (const std::string_view row : split(part.bytes, '\n')) {
        if (!std::exchange(head, false) && !trim(row).empty()) {
          ++told.items;
          const std::vector<std::string_view> cells = split(row, ',');
          if (cells.size() < 5 || !hosts.emplace(cells[4]).second) ++told.twice;  // each event has a host of its own
        }
      }
    }
  }
  return told;
}

}  // namespace

Result<Nothing> run_kills(const VolumeOptions& options, const std::string& folder) {
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/desk");
  Shared& shared = shared_page();
  TRY(found_volume_desk(paths, options, clock, random));
  {
    const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
    TRY(approved_rule(*desk, options));
  }
  const Instant fed = clock.now();
  // Two fifths while the feed is taken in, one while it is grouped, two while its mails leave.
  const auto when = [&](std::uint64_t kill) {
    if (kill * 5 < options.kills * 2) return When{1, options.events / 300};
    if (kill * 5 < options.kills * 3) return When{2, options.events / 500};
    return When{3, options.events / 500};
  };
  const Killed killed = TRY(work_and_kill(paths, options.kills, when, shared,
                                          [&](Desk& desk) { return group_and_send(desk, options, fed, shared); }));
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  const std::vector<StandingRule> rules = TRY(desk->store().rules_in_force());
  const Store::AlertCounts counts = TRY(desk->store().count_alerts(rules.front().terms().id));
  const Told told = TRY(read_told(paths.inside(desk->settings().maildir)));
  show_kills(options, killed);
  show_figure(options, "events", static_cast<double>(options.events), "events");
  show_figure(options, "items on record as sent", static_cast<double>(counts.sent), "items");
  show_figure(options, "items in the mails", static_cast<double>(told.items), "items");
  show_figure(options, "items in a second mail or place", static_cast<double>(told.twice), "items");
  show_figure(options, "mails", static_cast<double>(told.mails), "mails");
  show_figure(options, "the most memory, with its workers", static_cast<double>(killed.megabytes), "MB");
  if (killed.kills < options.kills) return fail(Fault::NotFound, "the work was done before it was killed so often");
  if (told.items != options.events || told.twice != 0 || counts.waiting != 0 ||
      counts.sent != static_cast<std::int64_t>(options.events) ||
      counts.mails_sent != static_cast<std::int64_t>(told.mails))
    return fail(Fault::Corrupt, "an event is lost, or told twice");
  return Nothing{};
}

Result<Nothing> run_burst(const VolumeOptions& options, const std::string& folder) {
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/desk");
  Shared& shared = shared_page();
  TRY(found_volume_desk(paths, options, clock, random));
  const std::string place = paths.inside("burst");
  std::filesystem::create_directories(place);
  std::uint64_t events = 0, bytes = 0;
  Result<Nothing> wrote = Nothing{};
  double writing = 0;
  std::thread writer([&] {
    const double from = clock_seconds();
    for (; bytes < options.burst && wrote; events += options.batch) {
      const std::string lines = feed_lines(events, options.batch, options.recipients, clock.now());
      bytes += lines.size();
      const std::string name = place + "/" + std::to_string(1'000'000'000 + events) + ".jsonl";
      wrote = write_file(name + ".part", lines);
      if (wrote) std::filesystem::rename(name + ".part", name);
    }
    writing = clock_seconds() - from;
    shared.written = true;
  });
  // As long as the burst may last with the slowest of what was measured, over as many kills.
  const std::uint64_t longest =
      options.kills == 0 ? 1 : std::max<std::uint64_t>(options.burst / 25'000 / options.kills, 300);
  const Result<Killed> done = work_and_kill(
      paths, options.kills, [&](std::uint64_t) { return When{1, longest}; }, shared,
      [&](Desk& desk) { return empty_the_folder(desk, shared); });
  writer.join();
  TRY(wrote);
  const Killed killed = TRY(done);
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  const std::uint64_t held = TRY(desk->store().count_reports());
  std::uint64_t left = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(place)) left += file.is_regular_file() ? 1 : 0;
  show_kills(options, killed);
  show_figure(options, "bytes", static_cast<double>(bytes) / 1e6, "MB");
  show_figure(options, "written into the folder in", writing, "s");
  show_figure(options, "events", static_cast<double>(events), "events");
  show_figure(options, "reports in the record", static_cast<double>(held), "reports");
  show_figure(options, "files that are left", static_cast<double>(left), "files");
  show_figure(options, "taken in, by the clock", static_cast<double>(events) / killed.seconds, "events/s");
  show_figure(options, "the most memory, with its workers", static_cast<double>(killed.megabytes), "MB");
  if (killed.kills < options.kills) return fail(Fault::NotFound, "the work was done before it was killed so often");
  if (held != events || left != 0) return fail(Fault::Corrupt, "an event is lost, or counted twice");
  if (killed.megabytes > kMostMegabytes) return fail(Fault::NotFound, "a goal is not reached");
  return Nothing{};
}

}  // namespace cordon::bench
