// What `bench/intake` runs: a made-up feed through the whole path of a batch, from bytes to durable (research: 374
// events a second a core is what people have today). bench/README.md says how to read it.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/confined.h"
#include "base/text.h"
#include "bench/figures.h"
#include "bench/index_data.h"
#include "desk/backup_command.h"
#include "desk/desk.h"
#include "desk/flow.h"
#include "desk/scrub.h"
#include "desk/signer.h"

namespace cordon::bench {
namespace {

struct IntakeOptions {
  std::uint64_t known = 10'000'000;  // keys that the desk holds before
  std::uint64_t events = 1'000'000;  // of each measurement
  std::uint64_t batch = 100'000;
  bool json = false;
  bool restore = false;  // instead: a backup of `events` reports, restored and verified
};

constexpr std::int64_t kStart = 1'790'000'000'000;

// A feed as files of CSV: one of three columns holds the value, as exports of several lists in one have it.
class Feed {
 public:
  // `percent` of the events name a key that was never named before.
  std::string next(std::uint64_t events, std::uint64_t percent) {
    std::string csv = "id,seen_at,url,domain,ip\n";
    csv.reserve(events * 100);
    for (std::uint64_t i = 0; i < events; ++i, ++event_) {
      const std::uint64_t draw = mixed(event_);
      const bool fresh = keys_ == 0 || draw % 100 < percent;
      const std::uint64_t key = fresh ? keys_++ : mixed(draw) % keys_;
      const MadeUp value = target(key);
      csv += 'e' + std::to_string(event_) + ',' + to_rfc3339({kStart + static_cast<std::int64_t>(event_)}) + ',';
      if (value.kind == ObservableKind::Url) csv += value.canonical + ",,\n";
      if (value.kind == ObservableKind::Domain) csv += ',' + value.canonical + ",\n";
      if (value.kind == ObservableKind::Ip) csv += ",," + value.canonical + '\n';
    }
    return csv;
  }

 private:
  static MadeUp target(std::uint64_t key) {
    MadeUp made = make_up(key, kListed);
    if (made.kind != ObservableKind::FileHash) return made;
    return {ObservableKind::Url,
            "http://h" + std::to_string(key % 9973) + ".example.net/" + made.canonical.substr(7, 12)};
  }
  std::uint64_t event_ = 0, keys_ = 0;
};

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
std::size_t peak_memory() {
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  return static_cast<std::size_t>(own.ru_maxrss) / 1024;
}

struct Time {
  double cpu = 0, wall = 0;
  std::uint64_t events = 0;
};

Result<Time> take(Desk& desk, Feed& feed, std::uint64_t events, std::uint64_t batch, std::uint64_t percent) {
  Time time;
  while (time.events < events) {
    const std::string csv = feed.next(batch, percent);
    const double cpu = cpu_seconds(), wall = wall_seconds();
    const Incoming incoming{"feed", "feed.csv", *parse_matter("malware"), {}, desk.now(), {}};
    const std::vector<RunItem> items = TRY(take_in(desk, incoming, "feed.csv", csv, {}));
    time.cpu += cpu_seconds() - cpu;
    time.wall += wall_seconds() - wall;
    for (const RunItem& item : items) {
      if (item.outcome != ItemOutcome::Accepted) return fail(Fault::Corrupt, "refused: " + item.reason);
    }
    time.events += items.size();
  }
  return time;
}

// A desk with so many reports, each a case of its own in batches of a thousand, copied, and made again of the copy: all
// of it read, hashed, folded and compared. The signer's memory lies beside the new place, as on the same machine.
Result<Nothing> run_restore(const IntakeOptions& options, const std::string& folder) {
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/desk"), to(folder + "/again/desk");
  TRY(Desk::found(paths, Fresh{"Bench", "csirt", "desk@bench.example", "bench.example/log", true}, clock, random));
  {
    const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
    Feed feed;
    TRY(take(*desk, feed, options.events, options.batch, 100));
  }
  const auto line = [&](const char* subject, double seconds) {
    if (options.json)
      print_json({"restore", subject, seconds, "s"}, "restore");
    else
      std::printf("  %-28s %8.1f s  (%zu MB)\n", subject, seconds, peak_memory());
  };
  double began = wall_seconds();
  TRY(back_up(paths, {folder + "/copies", folder + "/keys", folder + "/backup.keys"}, clock, {}));
  line("backup", wall_seconds() - began);
  TRY(make_folder(folder + "/again"));
  std::filesystem::copy(paths.signer(), to.signer(), std::filesystem::copy_options::recursive);
  RestoreFrom from;
  from.folder = folder + "/copies";
  from.keys_folder = folder + "/keys";
  from.key_file = folder + "/backup.keys";
  began = wall_seconds();
  const Json made = TRY(restore(to, from, clock, random, {}));
  line("restored and verified", wall_seconds() - began);
  if (!options.json) std::printf("  %s\n", to_text(made).c_str());
  began = wall_seconds();
  TRY(scrub(to, {}, clock, [](const Json&) {}, {}));
  line("scrub", wall_seconds() - began);
  return Nothing{};
}

Result<Nothing> run(const IntakeOptions& options, const std::string& folder) {
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/desk");
  TRY(Desk::found(paths, Fresh{"Bench", "csirt", "desk@bench.example", "bench.example/log", true}, clock, random));
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  Feed feed;
  const auto line = [&](const std::string& subject, const Time& time) {
    const double rate = static_cast<double>(time.events) / time.cpu;
    if (options.json)
      print_json({"intake", subject, rate, "events/CPU-s"}, "intake");
    else
      std::printf("  %-28s %10.0f events/CPU-s %10.0f events/s  (%zu MB)\n", subject.c_str(), rate,
                  static_cast<double>(time.events) / time.wall, peak_memory());
    std::fflush(stdout);
  };
  if (options.known > 0) line("first keys", TRY(take(*desk, feed, options.known, options.batch, 100)));
  for (const std::uint64_t percent : std::initializer_list<std::uint64_t>{0, 30, 100})
    line(std::to_string(percent) + " % new keys", TRY(take(*desk, feed, options.events, options.batch, percent)));
  return Nothing{};
}

}  // namespace
}  // namespace cordon::bench

int main(int argc, char** argv) {
  using namespace cordon;
  if (const auto code = worker_main(argc, argv)) return *code;
  if (argc == 4 && std::string_view(argv[1]) == "signer") return serve_signer(Paths(argv[3]), 0, 1) ? 0 : 1;
  bench::IntakeOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") options.json = true;
    if (word == "--quick") options.known = 1'000'000, options.events = 200'000;
    if (word == "--restore") options.restore = true, options.events = 100'000, options.batch = 1'000;
    if (word == "--known" && i + 1 < argc) options.known = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--events" && i + 1 < argc) options.events = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--batch" && i + 1 < argc) options.batch = std::strtoull(argv[++i], nullptr, 10);
  }
  std::string folder = "intake_bench_XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  const std::string place = std::filesystem::absolute(folder).string();
  const auto done = options.restore ? bench::run_restore(options, place) : bench::run(options, folder);
  std::filesystem::remove_all(folder);
  if (!done) std::fprintf(stderr, "cordon: %s (%s)\n", done.error().message.c_str(), done.error().where.c_str());
  return done ? 0 : 1;
}
