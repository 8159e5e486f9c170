// What `bench/intake` runs: a made-up feed through the whole path of a batch, from bytes to durable (research: 374
// events a second a core is what people have today). bench/README.md says how to read it.
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/confined.h"
#include "base/files.h"
#include "base/text.h"
#include "bench/figures.h"
#include "bench/index_data.h"
#include "desk/backup_command.h"
#include "desk/desk.h"
#include "desk/flow.h"
#include "desk/memory_file.h"
#include "desk/scrub.h"
#include "desk/signer.h"
#include "store/postgres_for_tests.h"

namespace cordon::bench {
namespace {

struct IntakeOptions {
  std::uint64_t known = 10'000'000;  // keys that the desk holds before
  std::uint64_t events = 1'000'000;  // of each measurement
  std::uint64_t batch = 100'000;
  std::uint64_t burst = 0;  // bytes
  bool peers = true;
  bool cases = false;  // each new key opens a case, as where no source folds
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
    const double cpu = cpu_seconds_of_all_threads(), wall = wall_seconds();
    const Incoming incoming{"feed", "feed.csv", *parse_matter("malware"), {}, desk.now(), {}};
    const std::vector<RunItem> items = TRY(take_in(desk, incoming, "feed.csv", csv, {}));
    time.cpu += cpu_seconds_of_all_threads() - cpu;
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
  TRY(write_memory(to.signer_last(),
                   TRY(read_memory(to.signer_last(), 1u << 20)).text));  // which signs here from now on
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

Result<Nothing> found_desk(const Paths& paths, const Clock& clock, Random& random, bool cases = false) {
  TRY(Desk::found(paths, Fresh{"Bench", "csirt", "desk@bench.example", "bench.example/log", true}, clock, random));
  if (cases) return Nothing{};
  const std::string settings = TRY(read_file(paths.settings(), 1u << 20));
  return write_file(paths.settings(), settings + "\n[intake]\nfold_only = [\"feed\"]\n");
}

// ── what it is held against: one row an event, with the same two indexes, and nothing else done for it ──

struct Row {
  std::string id, key, body;
};
// The reports' ids and fold keys as digests, as a desk would index them.
std::vector<Row> rows_of(Feed& feed, std::uint64_t events, std::uint64_t percent) {
  std::vector<Row> rows;
  rows.reserve(events);
  const std::string csv = feed.next(events, percent);
  for (std::size_t at = csv.find('\n') + 1; at < csv.size();) {
    const std::size_t end = csv.find('\n', at);
    const std::string_view line = std::string_view(csv).substr(at, end - at);
    const std::size_t value = line.find(',', line.find(',') + 1);
    rows.push_back(
        {sha256(line).hex().substr(0, 32), sha256(line.substr(value)).hex().substr(0, 32), std::string(line)});
    at = end + 1;
  }
  return rows;
}

constexpr std::uint64_t kRowsTogether = 1'000;

bool done(sqlite3* database, const char* sql) { return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == 0; }

// CPU seconds of inserting `events` over `known`; negative where it failed.
Time plain_sqlite(const std::string& folder, const IntakeOptions& options, std::uint64_t percent) {
  Time time;
  sqlite3* database = nullptr;
  if (sqlite3_open((folder + "/plain.db").c_str(), &database) != SQLITE_OK) return time;
  done(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  done(database,
       "CREATE TABLE report (id TEXT PRIMARY KEY, fold TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;"
       "CREATE INDEX report_fold ON report (fold)");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO report VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING", -1, &insert,
                     nullptr);
  Feed feed;
  const auto put = [&](const std::vector<Row>& rows) {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      if (at % kRowsTogether == 0) done(database, "BEGIN");
      const Row& row = rows[at];
      sqlite3_bind_text(insert, 1, row.id.data(), static_cast<int>(row.id.size()), SQLITE_STATIC);
      sqlite3_bind_text(insert, 2, row.key.data(), static_cast<int>(row.key.size()), SQLITE_STATIC);
      sqlite3_bind_text(insert, 3, row.body.data(), static_cast<int>(row.body.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
      if ((at + 1) % kRowsTogether == 0 || at + 1 == rows.size()) done(database, "COMMIT");
    }
  };
  for (std::uint64_t left = options.known; left > 0; left -= std::min(left, options.batch))
    put(rows_of(feed, std::min(left, options.batch), 100));
  while (time.events < options.events) {
    const std::vector<Row> rows = rows_of(feed, options.batch, percent);
    const double cpu = cpu_seconds_of_all_threads(), wall = wall_seconds();
    put(rows);
    time.cpu += cpu_seconds_of_all_threads() - cpu;
    time.wall += wall_seconds() - wall;
    time.events += rows.size();
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return time;
}

// By the clock on the wall: another process does the work.
Time postgres(const IntakeOptions& options, std::uint64_t percent) {
  Time time;
  if (!PostgresServer::installed()) return time;
  const PostgresServer server;
  PGconn* connection = PQconnectdb(server.address("public").c_str());
  const auto ask = [&](const std::string& sql) { PQclear(PQexec(connection, sql.c_str())); };
  ask("CREATE TABLE report (id uuid PRIMARY KEY, fold uuid NOT NULL, body text NOT NULL)");
  ask("CREATE INDEX ON report (fold)");
  ask("CREATE TEMP TABLE incoming (LIKE report)");
  Feed feed;
  const auto put = [&](const std::vector<Row>& rows) {
    for (std::size_t from = 0; from < rows.size(); from += kRowsTogether) {
      ask("BEGIN");
      ask("COPY incoming FROM STDIN");
      std::string lines;
      for (std::size_t at = from; at < std::min<std::size_t>(rows.size(), from + kRowsTogether); ++at)
        lines += rows[at].id + '\t' + rows[at].key + '\t' + rows[at].body + '\n';
      PQputCopyData(connection, lines.data(), static_cast<int>(lines.size()));
      PQputCopyEnd(connection, nullptr);
      while (PGresult* result = PQgetResult(connection)) PQclear(result);
      ask("INSERT INTO report SELECT * FROM incoming ON CONFLICT (id) DO NOTHING");
      ask("TRUNCATE incoming");
      ask("COMMIT");
    }
  };
  for (std::uint64_t left = options.known; left > 0; left -= std::min(left, options.batch))
    put(rows_of(feed, std::min(left, options.batch), 100));
  while (time.events < options.events) {
    const std::vector<Row> rows = rows_of(feed, options.batch, percent);
    const double wall = wall_seconds();
    put(rows);
    time.wall += wall_seconds() - wall;
    time.events += rows.size();
  }
  PGresult* count = PQexec(connection, "SELECT count(*) FROM report");
  if (std::strtoull(PQgetvalue(count, 0, 0), nullptr, 10) != options.known + time.events) time = {};
  PQclear(count);
  PQfinish(connection);
  return time;
}

// ── what was acknowledged is there after a kill -9 ──

// What the child says of each batch that it acknowledged: how many, then their reports' names, 16 bytes each.
Result<Nothing> be_killed(const Paths& paths, std::uint64_t batch, int out) {
  const SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  Feed feed;
  for (std::uint64_t number = 0;; ++number) {
    const Incoming incoming{"feed", "killed.csv", *parse_matter("phishing"), {}, desk->now(), {}};
    const std::vector<RunItem> items = TRY(take_in(*desk, incoming, "killed.csv", feed.next(batch, 30), {}));
    std::string names;
    for (const RunItem& item : items) names += item.report ? item.report->bytes() : std::string();
    const std::uint64_t count = items.size();
    TRY(write_all(out, std::string_view(reinterpret_cast<const char*>(&count), sizeof count), "the pipe"));
    TRY(write_all(out, names, "the pipe"));
  }
}

struct Survived {
  std::uint64_t acknowledged = 0, found = 0;
  bool counts = false;  // as many reports as batches that were acknowledged, or one batch more
  double restart = 0;   // seconds until the first question was answered
};

Result<Survived> kill_intake(const std::string& folder) {
  constexpr std::uint64_t kBatch = 5'000, kAcknowledged = 40;  // batches
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/killed");
  TRY(found_desk(paths, clock, random));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), 0) != 0) return fail(Fault::Unavailable, "no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string out = std::to_string(ends[1]);
    ::execl("/proc/self/exe", "intake_bench", "be-killed", paths.desk.c_str(), std::to_string(kBatch).c_str(),
            out.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  std::vector<std::string> names;
  const auto read_exactly = [&](std::string& into, std::size_t size) {
    into.resize(size);
    for (std::size_t have = 0; have < size;) {
      const ssize_t got = ::read(ends[0], into.data() + have, size - have);
      if (got <= 0) return false;
      have += static_cast<std::size_t>(got);
    }
    return true;
  };
  for (std::uint64_t batch = 0;; ++batch) {
    // Killed in the middle of the next batch, whose names are then not acknowledged, or are: both are read to the end.
    if (batch == kAcknowledged) ::usleep(60'000), ::kill(child, SIGKILL);
    std::string count, bytes;
    if (!read_exactly(count, 8)) break;
    std::uint64_t number = 0;
    std::memcpy(&number, count.data(), sizeof number);
    if (!read_exactly(bytes, number * 16)) break;
    for (std::uint64_t i = 0; i < number; ++i) names.push_back(bytes.substr(16 * i, 16));
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  Survived survived;
  survived.acknowledged = names.size();
  const double from = wall_seconds();
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  for (const std::string& name : names) {
    survived.found += TRY(desk->store().find_report(ReportId::from_bytes(name))) ? 1 : 0;
    if (survived.restart == 0) survived.restart = wall_seconds() - from;
  }
  const std::uint64_t held = TRY(desk->store().count_reports());
  const auto said = static_cast<std::uint64_t>(TRY(desk->store().counts()).number_or("reports", -1));
  survived.counts = held == said && (held == names.size() || held == names.size() + kBatch);
  return survived;
}

// ── a burst of so many bytes, and the most memory that it took ──

Result<Time> burst(const std::string& folder, std::uint64_t bytes, std::uint64_t batch) {
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/burst");
  TRY(found_desk(paths, clock, random));
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  Feed feed;
  Time time;
  for (std::uint64_t taken = 0; taken < bytes;) {
    const std::string csv = feed.next(batch, 30);
    taken += csv.size();
    const double cpu = cpu_seconds_of_all_threads(), wall = wall_seconds();
    const Incoming incoming{"feed", "feed.csv", *parse_matter("malware"), {}, desk->now(), {}};
    time.events += TRY(take_in(*desk, incoming, "feed.csv", csv, {})).size();
    time.cpu += cpu_seconds_of_all_threads() - cpu;
    time.wall += wall_seconds() - wall;
  }
  return time;
}

Result<Nothing> run(const IntakeOptions& options, const std::string& folder) {
  const SystemClock clock;
  SystemRandom random;
  const Paths paths(folder + "/desk");
  TRY(found_desk(paths, clock, random, options.cases));
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  const auto show = [&](const std::string& subject, double figure, const std::string& unit, double ratio = 0) {
    if (options.json)
      print_json({"intake", subject, figure, unit, ratio > 0 ? "cordon, 30 % new keys" : "",
                  ratio > 0 ? std::optional(ratio) : std::nullopt},
                 "intake");
    else if (ratio > 0)
      std::printf("  %-44s %10.0f %s   cordon does %.1f times that\n", subject.c_str(), figure, unit.c_str(), ratio);
    else
      std::printf("  %-44s %10.0f %s\n", subject.c_str(), figure, unit.c_str());
    std::fflush(stdout);
  };
  if (options.burst > 0) {
    const Time time = TRY(burst(folder, options.burst, options.batch));
    show("a burst", static_cast<double>(time.events) / time.cpu, "events/CPU-s");
    show("a burst: its events", static_cast<double>(time.events), "events");
    show("a burst: the most memory", static_cast<double>(peak_memory()), "MB");
    return Nothing{};
  }
  const auto rate = [](const Time& time) { return static_cast<double>(time.events) / time.cpu; };
  const auto wall = [](const Time& time) { return static_cast<double>(time.events) / time.wall; };
  bool good = true;
  Time at_thirty;
  Feed feed;
  if (options.known > 0)
    show("cordon, first keys", rate(TRY(take(*desk, feed, options.known, options.batch, 100))), "events/CPU-s");
  for (const std::uint64_t percent : std::initializer_list<std::uint64_t>{0, 30, 100}) {
    const Time time = TRY(take(*desk, feed, options.events, options.batch, percent));
    if (percent == 30) at_thirty = time;
    show("cordon, " + std::to_string(percent) + " % new keys", rate(time), "events/CPU-s");
  }
  show("cordon, 30 % new keys, by the clock", wall(at_thirty), "events/s");
  show("cordon, the most memory", static_cast<double>(peak_memory()), "MB");
  good = good && rate(at_thirty) >= 100'000;
  if (options.peers) {
    if (const Time time = plain_sqlite(folder, options, 30); time.events > 0) {
      show("plain SQLite, 30 % new keys", rate(time), "events/CPU-s", rate(at_thirty) / rate(time));
      good = good && rate(at_thirty) >= 3 * rate(time);
    }
    if (const Time time = postgres(options, 30); time.events > 0)
      show("PostgreSQL COPY, 30 % new keys, by the clock", wall(time), "events/s", wall(at_thirty) / wall(time));
    else
      std::fprintf(stderr, "skipped: PostgreSQL, which is not installed or lost rows\n");
  }
  const Survived survived = TRY(kill_intake(folder));
  show("acknowledged before a kill -9", static_cast<double>(survived.acknowledged), "events");
  show("of these found by their identifier", static_cast<double>(survived.found), "events");
  show("until the first was found", survived.restart * 1000, "ms");
  if (survived.found != survived.acknowledged || !survived.counts)
    return fail(Fault::Corrupt, "acknowledged events are lost, or counted twice");
  if (!good) return fail(Fault::NotFound, "a goal is not reached");
  return Nothing{};
}

}  // namespace
}  // namespace cordon::bench

int main(int argc, char** argv) {
  using namespace cordon;
  if (const auto code = worker_main(argc, argv)) return *code;
  if (argc == 4 && std::string_view(argv[1]) == "signer") return serve_signer(Paths(argv[3]), 0, 1) ? 0 : 1;
  if (argc == 5 && std::string_view(argv[1]) == "be-killed") {
    return bench::be_killed(Paths(argv[2]), std::strtoull(argv[3], nullptr, 10), std::atoi(argv[4])) ? 0 : 1;
  }
  bench::IntakeOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--no-peers") options.peers = false;
    if (word == "--burst" && i + 1 < argc) options.burst = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--cases") options.cases = true;
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
