// What `bench/volume` runs: a registered feed's events under an approved standing rule, from bytes to one durable mail
// for each recipient (issue: a million events in, five thousand good notices out). bench/README.md says how to read it.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/confined.h"
#include "base/files.h"
#include "base/text.h"
#include "bench/figures.h"
#include "bench/volume_desk.h"
#include "bench/volume_kills.h"
#include "desk/alerts.h"
#include "desk/desk.h"
#include "desk/flow.h"
#include "desk/rules.h"
#include "desk/signer.h"

namespace cordon::bench {
namespace {

// What people have today, measured and published; research/performance.md, section 5, says how.
constexpr double kIntelmqEventsPerCpuSecond = 376;

constexpr double kMostWallSeconds = 60, kCores = 2;  // for a million events
constexpr std::size_t kMostMegabytes = 1024;

Result<Nothing> run_volume(const VolumeOptions& options, const std::string& folder) {
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/desk");
  TRY(found_volume_desk(paths, options, clock, random));
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  const StandingRule rule = TRY(approved_rule(*desk, options));
  const RuleId& id = rule.terms().id;
  const auto show = [&](const std::string& subject, double figure, const std::string& unit, double ratio = 0) {
    show_figure(options, subject, figure, unit, ratio);
  };

  double taking_cpu = 0, taking_wall = 0, grouping_cpu = 0, grouping_wall = 0, bytes = 0;
  for (std::uint64_t from = 0; from < options.events; from += options.batch) {
    const std::uint64_t now = std::min(options.batch, options.events - from);
    const std::string lines = feed_lines(from, now, options.recipients, desk->now());
    bytes += static_cast<double>(lines.size());
    Incoming incoming{"volume", "feed.jsonl", Category::Malware, {}, desk->now(), {}};
    incoming.machine = "volume-fetcher";
    const double cpu = cpu_seconds_of_all_threads(), wall = clock_seconds();
    const std::vector<RunItem> items = TRY(take_in(*desk, incoming, "feed.jsonl", lines, {}));
    taking_cpu += cpu_seconds_of_all_threads() - cpu;
    taking_wall += clock_seconds() - wall;
    for (const RunItem& item : items)
      if (item.outcome != ItemOutcome::Accepted || item.case_id)
        return fail(Fault::Corrupt, "an event was not left to the rule: " + item.reason);
  }
  {
    const double cpu = cpu_seconds_of_all_threads(), wall = clock_seconds();
    AlertSender composer(*desk);
    while (TRY(composer.compose(id))) continue;
    TRY(publish(*desk));
    grouping_cpu = cpu_seconds_of_all_threads() - cpu;
    grouping_wall = clock_seconds() - wall;
  }
  const Store::AlertCounts queued = TRY(desk->store().count_alerts(id));
  const std::size_t own = peak_megabytes(RUSAGE_SELF), workers = peak_megabytes(RUSAGE_CHILDREN);
  const double cpu = taking_cpu + grouping_cpu, wall = taking_wall + grouping_wall;
  const auto events = static_cast<double>(options.events);

  show("events", events, "events");
  show("bytes of them", bytes / 1e6, "MB");
  show("mails queued, each with its line in the log", static_cast<double>(queued.mails_waiting), "mails");
  show("items in them", static_cast<double>(queued.waiting), "items");
  show("taken in, by the clock", taking_wall, "s");
  show("taken in", taking_cpu, "CPU-s");
  show("grouped, composed and published, by the clock", grouping_wall, "s");
  show("grouped, composed and published", grouping_cpu, "CPU-s");
  show("all of it, by the clock", wall, "s");
  show("all of it", cpu, "CPU-s");
  show("cordon, taken in and grouped, by the clock", events / wall, "events/s");
  show("cordon, taken in and grouped", events / cpu, "events/CPU-s");
  show("the most memory of the desk", static_cast<double>(own), "MB");
  show("the most memory of a worker that parses", static_cast<double>(workers), "MB");
  show("IntelMQ, a parser and six experts (published)", kIntelmqEventsPerCpuSecond, "events/CPU-s",
       events / cpu / kIntelmqEventsPerCpuSecond);

  // Each is looked at and written again before it leaves.
  AlertSender sender(*desk);
  const double before = cpu_seconds_of_all_threads();
  std::uint64_t left = 0;
  while (left < options.left) {
    const AlertSender::Step step = TRY(sender.step());
    if (step == AlertSender::Step::Nothing) break;
    if (step == AlertSender::Step::Left) ++left;
  }
  if (left > 0)
    show("a mail leaves: looked at, written again, delivered",
         (cpu_seconds_of_all_threads() - before) * 1000 / static_cast<double>(left), "CPU-ms");

  const auto expected = static_cast<std::int64_t>(std::min(options.events, options.recipients));
  if (queued.mails_waiting != expected || queued.waiting != static_cast<std::int64_t>(options.events))
    return fail(Fault::Corrupt, "an item is in no mail, or a recipient has several");
  const double scale = events / 1e6;
  if (cpu > kMostWallSeconds * kCores * scale || std::max(own, workers) > kMostMegabytes)
    return fail(Fault::NotFound, "a goal is not reached");
  return Nothing{};
}

}  // namespace
}  // namespace cordon::bench

int main(int argc, char** argv) {
  using namespace cordon;
  if (const auto code = worker_main(argc, argv)) return *code;
  if (argc == 4 && std::string_view(argv[1]) == "signer") return serve_signer(Paths(argv[3]), 0, 1) ? 0 : 1;
  bench::VolumeOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") options.json = true;
    if (word == "--quick")
      options.events = 100'000, options.recipients = 500, options.batch = 20'000, options.left = 100;
    if (word == "--events" && i + 1 < argc) options.events = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--recipients" && i + 1 < argc) options.recipients = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--kills" && i + 1 < argc) options.kills = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--burst" && i + 1 < argc) options.burst = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--batch" && i + 1 < argc) options.batch = std::strtoull(argv[++i], nullptr, 10);
  }
  std::string folder = "volume_bench_XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  const std::string place = std::filesystem::absolute(folder).string();
  const auto done = options.burst > 0   ? bench::run_burst(options, place)
                    : options.kills > 0 ? bench::run_kills(options, place)
                                        : bench::run_volume(options, place);
  std::filesystem::remove_all(folder);
  if (!done) std::fprintf(stderr, "cordon: %s (%s)\n", done.error().message.c_str(), done.error().where.c_str());
  return done ? 0 : 1;
}
